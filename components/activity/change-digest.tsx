"use client";

import { formatWeight } from "@/components/ui/format.ts";
import type { Change } from "@/lib/client/index.ts";
import { differences, isWeights } from "./difference.ts";

/** The essence of a change of weights in a few characters: "1.3.0 0 % → 25 %". Nothing for other changes. */
export function ChangeDigest({ change }: { readonly change: Change }) {
  const splits = differences(change.before, change.after).filter(
    (each) => isWeights(each.after) && (isWeights(each.before) || each.before === null),
  );
  const first = splits.length === 1 ? splits[0] : undefined;
  if (!first || !isWeights(first.after)) return null;
  const before = isWeights(first.before) ? first.before : {};
  const after = first.after;
  const gains = Object.keys({ ...before, ...after })
    .map((version) => ({ version, from: before[version] ?? 0, to: after[version] ?? 0 }))
    .sort((left, right) => right.to - right.from - (left.to - left.from));
  const most = gains[0];
  if (!most || most.to === most.from) return null;
  return (
    <span className="whitespace-nowrap tabular-nums text-ink-2">
      <span className="mono mr-1.5">{most.version}</span>
      {formatWeight(most.from)} → {formatWeight(most.to)}
    </span>
  );
}
