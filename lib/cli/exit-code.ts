/** What the exit code of the command says, the same everywhere. */
export const EXIT = { done: 0, refused: 1, usage: 2, unreachable: 3, unknown: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The arguments make no sense; nothing was asked of the engine, or only the present state. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A file, or standard input, cannot be read or understood. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}
