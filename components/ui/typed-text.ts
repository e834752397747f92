/**
 * The text of a field whose value lives elsewhere, such as in the page's URL, and comes round later than it was sent.
 *
 * Invariant: a value that the field sent itself never replaces what was typed since, however late it comes round; any other does.
 */
export interface TypedText {
  readonly text: string;
  /** Sent and not yet seen as the value, in order. */
  readonly pending: readonly string[];
  /** The value as it was last seen. */
  readonly seen: string;
}

/** A field that shows a value. */
export function startText(value: string): TypedText {
  return { text: value, pending: [], seen: value };
}

/** Whether there is text that was not sent. */
export function isUnsent({ text, pending, seen }: TypedText): boolean {
  return text !== (pending.at(-1) ?? seen);
}

/** The field once `text` was sent, which may be less than what is typed by now. */
export function sendText(field: TypedText, text: string): TypedText {
  return { ...field, pending: [...field.pending, text] };
}

/** The field after its value was looked at again; the same object where nothing is new. Values sent one after another may come round as one. */
export function followValue(field: TypedText, value: string): TypedText {
  if (value === field.seen) return field;
  const sent = field.pending.indexOf(value);
  return sent < 0 ? startText(value) : { ...field, seen: value, pending: field.pending.slice(sent + 1) };
}
