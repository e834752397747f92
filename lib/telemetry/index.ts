/**
 * Figures of the mesh. Two halves: what a proxy needs to record (histograms, pure), and what the engine needs to keep and answer
 * (`TelemetryStore`: live windows in memory, roll-ups in `telemetry.sqlite`).
 *
 * Invariants: every request that a proxy counted is counted exactly once per (`bootId`, batch `seq`), whatever crashes in between; a quantile is at
 * most 1.6 % off the true value of its window; mirrored copies are in no figure but their own; memory, rows and bytes are bounded and reaching a bound is reported.
 * It does not know what a split should be or which figure is good: it measures.
 */
export { DURATION_BOUNDS_S, durationBucketOf } from "./duration-buckets.ts";
export { codeFamily, edgeFamilies } from "./edge-families.ts";
export { addToSums, createEdgeSums, totalsOf } from "./edge-sums.ts";
export { type Exemplar, type Exposition, gauge, type MetricFamily, renderExposition } from "./exposition.ts";
export { countOf, createHistogram, type Histogram, isSparseHistogram, type SparseHistogram } from "./histogram.ts";
export { openTelemetryStore, type TelemetryStoreFailure, type TelemetryStoreOptions } from "./open-telemetry-store.ts";
export { type ProcessFigures, processFamilies } from "./process-families.ts";
export type {
  Bin,
  EdgeFigures,
  EdgeFlow,
  EdgeTotals,
  Figures,
  InstanceFigures,
  SeriesSelector,
  SplitCounts,
  TelemetryStore,
} from "./telemetry-store.ts";
export { type ShareInterval, wilsonInterval } from "./wilson.ts";
