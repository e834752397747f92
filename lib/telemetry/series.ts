import type { EdgeRecord } from "./edge-catalog.ts";
import { createHistogram, type SparseHistogram } from "./histogram.ts";
import type { RollupRow } from "./rollup-table.ts";
import type { SeriesPlan } from "./rollup-tiers.ts";
import { quantilesMs } from "./tally.ts";
import type { Bin, SeriesSelector } from "./telemetry-store.ts";

/** Whether an edge belongs to a series. Version "" selects requests that reached no version. */
export function isSelected(edge: EdgeRecord, selector: SeriesSelector): boolean {
  const { caller, callee } = edge;
  if (edge.isOther || callee.service !== selector.calleeService) return false;
  if (selector.calleeVersion !== undefined && (callee.version ?? "") !== selector.calleeVersion) return false;
  if (selector.callerService !== undefined && caller.service !== selector.callerService) return false;
  return selector.callerVersion === undefined || (caller.version ?? "") === selector.callerVersion;
}

/** Sums rows into the steps of a plan; rows outside it are left out. */
export function binRows(plan: SeriesPlan, rows: Iterable<RollupRow>): readonly Bin[] {
  const { startMs, stepMs, steps } = plan;
  const requests = new Float64Array(steps);
  const failed = new Float64Array(steps);
  const latencies: SparseHistogram[][] = Array.from({ length: steps }, () => []);
  for (const row of rows) {
    const step = Math.floor((row.startMs - startMs) / stepMs);
    if (step < 0 || step >= steps) continue;
    requests[step] = (requests[step] as number) + row.requests;
    failed[step] = (failed[step] as number) + row.failed;
    latencies[step]?.push(row.latency);
  }
  const scratch = createHistogram();
  return latencies.map((histograms, step) => {
    for (const histogram of histograms) scratch.add(histogram);
    const quantiles = quantilesMs(scratch);
    scratch.clear();
    return {
      startMs: startMs + step * stepMs,
      durationMs: stepMs,
      requests: requests[step] as number,
      failed: failed[step] as number,
      ...quantiles,
    };
  });
}
