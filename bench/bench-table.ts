/**
 * One row per figure of the bench. `ratio` is ours ÷ anchor, both measured in the same run; an anchor that this machine does not
 * have is `null` and `note` says so. Convention: each `bench/*.bench.ts` has
 * `export async function run(options: BenchOptions): Promise<BenchRow[]>`.
 */
export interface BenchRow {
  figure: string;
  unit: string;
  ours: number | null;
  anchor: number | null;
  /** What `anchor` measures: "HAProxy, 1 thread"; "none" where the goal is an absolute one. */
  anchorName: string;
  ratio: number | null;
  /** What the ratio or the figure should stay under, in words: "≤ 1.25×". */
  goal: string;
  note?: string;
}

export interface BenchOptions {
  /** Few rounds, for breakage and not for speed. */
  short: boolean;
}

/** The median of the figures; `null` when there is none. Of an even count it is the mean of the middle two. */
export function median(figures: readonly number[]): number | null {
  if (figures.length === 0) return null;
  const sorted = figures.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}

/** The `q`-quantile (0 to 1) of the figures by nearest rank; `null` when there is none. */
export function quantile(figures: readonly number[], q: number): number | null {
  if (figures.length === 0) return null;
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? null;
}

/** ours ÷ anchor, or `null` where one of them is missing or the anchor is zero. */
export function ratioOf(ours: number | null, anchor: number | null): number | null {
  return ours === null || anchor === null || anchor === 0 ? null : ours / anchor;
}

/** Runs contestants in turn, round by round, so that noise of the machine hits all alike; the first round is discarded. */
export async function interleave<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number> | number>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const figure = await contestants[name]();
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(figures.get(name) ?? []) ?? Number.NaN])) as Record<Name, number>;
}

/** The rows as a plain text table, columns aligned. */
export function renderTable(rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => [
    row.figure,
    formatFigure(row.ours, row.unit),
    anchorCell(row),
    row.ratio === null ? "–" : `${row.ratio.toFixed(2)}×`,
    row.goal,
    row.note ?? "",
  ]);
  const table = [["figure", "ours", "anchor", "ratio", "goal", "note"], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((line) => (line[column] ?? "").length)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function anchorCell(row: BenchRow): string {
  if (row.anchor !== null) return `${row.anchorName} ${formatFigure(row.anchor, row.unit)}`;
  return row.anchorName === "none" ? "–" : `${row.anchorName} missing`;
}

function formatFigure(figure: number | null, unit: string): string {
  if (figure === null) return "–";
  const digits = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : 3;
  return `${figure.toFixed(digits)} ${unit}`.trimEnd();
}
