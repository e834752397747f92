/**
 * What a field for a number holds: the number, with a comma as good as a point; what is no number goes out as it was typed, so that the
 * engine can name it beside the field. undefined for an empty field.
 */
export function typedNumber(text: string | undefined): number | undefined {
  const trimmed = (text ?? "").trim();
  if (trimmed === "") return undefined;
  const value = Number(trimmed.replace(",", "."));
  return Number.isFinite(value) ? value : (trimmed as unknown as number);
}
