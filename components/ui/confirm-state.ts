interface Asked {
  readonly error: Error | null;
  readonly isPending: boolean;
}

/** What a button that confirms a change can do right now. */
export interface ConfirmState {
  /** Its press is under way. */
  readonly disabled: boolean;
  /** Why it cannot act; null where it can. */
  readonly whyNot: string | null;
}

/**
 * Blocked only by what the engine refused beforehand, and while a press is under way: a press that failed can be pressed again.
 * `checking` is what to say where the button also has to wait for the preview's answer.
 */
export function confirmState(preview: Asked, write: Pick<Asked, "isPending">, checking: string | null = null): ConfirmState {
  return { disabled: write.isPending, whyNot: preview.error?.message ?? (preview.isPending ? checking : null) };
}
