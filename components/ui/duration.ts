/**
 * Lengths of time as operators type them into a field: `250`, `250 ms`, `2s`, `1.5 s`, `2 min`, `1 h`; a bare number is milliseconds.
 *
 * Invariant: what `durationText` writes, `typedDuration` reads back as the same number. What is no length of time goes out as it was typed,
 * so that the engine can name it beside the field.
 */
const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

const PATTERN = /^(\d+(?:[.,]\d+)?)\s*(ms|s|min|m|h)?$/i;

/** Milliseconds; undefined for an empty field. */
export function typedDuration(text: string | undefined): number | undefined {
  const trimmed = (text ?? "").trim();
  if (trimmed === "") return undefined;
  const [, figure = "", unit = "ms"] = PATTERN.exec(trimmed) ?? [];
  if (figure === "") return trimmed as unknown as number;
  const factor = UNITS[(unit.toLowerCase() === "m" ? "min" : unit.toLowerCase()) as keyof typeof UNITS];
  // Three decimals are all that a millisecond leaves; further ones stay for the engine to refuse.
  return Math.round(Number(figure.replace(",", ".")) * factor * 1e6) / 1e6;
}

/** The shortest way to write it exactly: 15000 → "15 s", 1500 → "1.5 s", 25 → "25 ms". */
export function durationText(ms: number): string {
  if (!Number.isInteger(ms) || ms < 1000) return `${ms} ms`;
  if (ms % UNITS.h === 0) return `${ms / UNITS.h} h`;
  if (ms % UNITS.min === 0) return `${ms / UNITS.min} min`;
  return `${ms / UNITS.s} s`;
}
