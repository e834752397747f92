/** A value as short lines, one fact per line: `requirements.payments ^2.1.0`. Lists of plain values stay on one line. */
export function valueLines(value: unknown, prefix = ""): readonly string[] {
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== "object" || item === null);
    if (isPlain) return [line(prefix, value.length === 0 ? "none" : value.join(", "))];
    return value.map((item, index) => line(prefix === "" ? `${index + 1}.` : `${prefix} ${index + 1}.`, compact(item)));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return [line(prefix, "none")];
    return entries.flatMap(([key, member]) => valueLines(member, prefix === "" ? key : `${prefix}.${key}`));
  }
  return [line(prefix, String(value))];
}

function line(prefix: string, text: string): string {
  return prefix === "" ? text : `${prefix}  ${text}`;
}

/** `{path: {type: "Exact", value: "/a"}}` → `path type Exact value /a`. */
function compact(value: unknown): string {
  return JSON.stringify(value)
    .replace(/["{}[\]]/g, " ")
    .replace(/[:,]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
