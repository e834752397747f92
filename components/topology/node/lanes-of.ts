import type { LiveLane } from "@/components/live/live-service.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { LANES_MAX } from "./node-size.ts";

/** The versions a node shows, oldest first, and how many it leaves out. Those with weight are always shown, then the newest. */
export function lanesOf(versions: readonly LiveLane[]): { readonly shown: readonly LiveLane[]; readonly hidden: number } {
  const byAge = versions.toSorted((left, right) => compareVersions(left.version, right.version));
  if (byAge.length <= LANES_MAX) return { shown: byAge, hidden: 0 };
  const byInterest = byAge.toReversed().toSorted((left, right) => Number(right.weightBp > 0) - Number(left.weightBp > 0));
  const kept = new Set(byInterest.slice(0, LANES_MAX - 1));
  return { shown: byAge.filter((lane) => kept.has(lane)), hidden: byAge.length - kept.size };
}
