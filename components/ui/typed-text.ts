/** The text of a field whose value lives elsewhere, such as in the page's URL, and follows after a pause. */
export interface TypedText {
  readonly text: string;
  /** What was handed on last. */
  readonly sent: string;
  /** The value as it was last seen. */
  readonly seen: string;
}

/** A field that shows a value. */
export function startText(value: string): TypedText {
  return { text: value, sent: value, seen: value };
}

/** The field after its value was looked at again: a value that it did not send itself replaces the text; the same object where nothing is new. */
export function followValue(field: TypedText, value: string): TypedText {
  if (value === field.seen) return field;
  return value === field.sent ? { ...field, seen: value } : startText(value);
}
