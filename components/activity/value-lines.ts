/**
 * A value as short lines, one fact per line: `requirements.payments  ^2.1.0`. Lists of plain values stay on one line; `none` stands for what
 * is empty. Two values that differ have lines that differ.
 */
export function valueLines(value: unknown, none: string, prefix = ""): readonly string[] {
  if (Array.isArray(value)) {
    if (value.every(isPlain)) return [line(prefix, value.length === 0 ? none : value.map(compact).join(", "))];
    return value.map((item, index) => line(prefix === "" ? `${index + 1}.` : `${prefix} ${index + 1}.`, shortest(item)));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return [line(prefix, none)];
    return entries.flatMap(([key, member]) => valueLines(member, none, prefix === "" ? key : `${prefix}.${key}`));
  }
  return [line(prefix, value === null || value === undefined ? none : String(value))];
}

function line(prefix: string, text: string): string {
  return prefix === "" ? text : `${prefix}  ${text}`;
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** The outermost braces say nothing on a line of their own. */
function shortest(value: unknown): string {
  return isPlain(value) || Array.isArray(value) ? compact(value) : members(value as object);
}

/** `{path: {type: "Exact", value: "/a"}}` → `{path {type Exact, value /a}}`; a text is quoted where it could be read as more than one. */
function compact(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compact).join(", ")}]`;
  if (typeof value === "object" && value !== null) return `{${members(value)}}`;
  return typeof value === "string" && !/^[^\s,"[\]{}]+$/.test(value) ? JSON.stringify(value) : String(value);
}

function members(value: object): string {
  return Object.entries(value)
    .map(([key, member]) => `${key} ${compact(member)}`)
    .join(", ");
}
