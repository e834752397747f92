/** Colours of a terminal, or none of them. */
export type Paint = Readonly<Record<"bold" | "dim" | "red" | "green" | "yellow", (text: string) => string>>;

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** With `isColoured` false every colour leaves its text alone. */
export function createPaint(isColoured: boolean): Paint {
  const painter =
    ([on, off]: readonly [number, number]) =>
    (text: string) =>
      isColoured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: painter(CODES.bold),
    dim: painter(CODES.dim),
    red: painter(CODES.red),
    green: painter(CODES.green),
    yellow: painter(CODES.yellow),
  };
}
