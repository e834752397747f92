import { differences, isWeights } from "@/components/activity/difference.ts";
import type { ChartMark } from "@/components/charts/chart-options.ts";
import type { Change } from "@/lib/client/index.ts";

/** Changes of a service's weights as marks on a time axis: "1.3.0 25 %", oldest first. */
export function changeMarks(changes: readonly Change[], service: string): readonly (ChartMark & { readonly change: Change })[] {
  return changes
    .filter((change) => change.services.includes(service))
    .flatMap((change) => {
      const label = shiftOf(change, service);
      return label === null ? [] : [{ atMs: Date.parse(change.at), label: `${label}, ${change.author}`, change }];
    })
    .sort((left, right) => left.atMs - right.atMs);
}

/** What a change did to the weights of a service, by the version that gained most; null when it did nothing to them. */
function shiftOf(change: Change, service: string): string | null {
  const found = differences(change.before, change.after).find(
    (each) => isWeights(each.after) && (change.services.length === 1 || each.path.split(" › ").includes(service)),
  );
  if (!found || !isWeights(found.after)) return null;
  const before = isWeights(found.before) ? found.before : {};
  const gains = Object.entries(found.after).sort(([a, left], [b, right]) => right - (before[b] ?? 0) - (left - (before[a] ?? 0)));
  const [version, weightBp] = gains[0] ?? [];
  return version === undefined || weightBp === undefined ? null : `${version} → ${weightBp / 100}\u00a0%`;
}
