/** C0 and C1 controls and the marks that turn the direction of text: a terminal would act on them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;

/** The same value with every text in it safe to print: control characters, line breaks included, become one space. */
export function printable<T>(value: T): T {
  if (typeof value === "string") return value.replace(CONTROLS, " ") as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(printable) as T;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [printable(key), printable(member)])) as T;
}
