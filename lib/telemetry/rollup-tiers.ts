/** A resolution at which figures are kept. */
export interface Tier {
  readonly binMs: number;
  /** How far back figures of this tier are promised. */
  readonly keptMs: number;
}

/** Finest first; each batch is counted in all of them, so each is exact by itself. */
export const TIERS: readonly [Tier, Tier, Tier] = [
  { binMs: 2_000, keptMs: 3_600_000 },
  { binMs: 15_000, keptMs: 24 * 3_600_000 },
  { binMs: 300_000, keptMs: 30 * 24 * 3_600_000 },
];

/** Rows are deleted this much later than promised, so that "the last hour" asked for a moment ago is still whole. */
export const KEPT_LONGER = 1.05;

/** Most bins in one answer. */
const BINS_MAX = 5_000;

/** How a series is read: which tier, and the steps that it is cut into. */
export interface SeriesPlan {
  readonly tier: number;
  readonly stepMs: number;
  readonly startMs: number;
  readonly steps: number;
}

/**
 * The coarsest tier whose bins fill the wanted step exactly, among those that still reach back to `fromMs`; else the finest of these. Where none
 * reaches back so far, the coarsest. The step in force is a multiple of the tier's bin.
 */
export function planSeries(range: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number }, nowMs: number): SeriesPlan {
  const { fromMs, toMs } = range;
  const reaching = TIERS.map((tier, index) => ({ ...tier, index })).filter(({ keptMs }) => fromMs >= nowMs - keptMs * KEPT_LONGER);
  const fitting = reaching.filter(({ binMs }) => range.stepMs % binMs === 0 && range.stepMs > 0);
  const { binMs, index: tier } = fitting.at(-1) ?? reaching[0] ?? { ...TIERS[2], index: 2 };
  const wantedMs = Math.max(range.stepMs, (toMs - fromMs) / (BINS_MAX - 1), binMs);
  const stepMs = Math.ceil(wantedMs / binMs) * binMs;
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  return { tier, stepMs, startMs, steps: Math.max(0, Math.ceil((toMs - startMs) / stepMs)) };
}
