import type { Split } from "@/lib/client/index.ts";
import type { Weights } from "@/lib/model/index.ts";

/** Fewer requests than these show nothing of a split. */
const REQUESTS_MIN = 20;

/** How far a change of weights has come: `sent` → `accepted` (all proxies have it) → `observed` (measured shares agree with it). */
export type Convergence =
  | { readonly stage: "sent"; readonly acknowledged: number; readonly proxies: number }
  | { readonly stage: "accepted"; readonly requests: number }
  | { readonly stage: "observed"; readonly requests: number };

/** Judges the three figures of a split against the weights that were applied as `rev`. */
export function judgeConvergence(split: Split, weights: Weights, rev: number): Convergence {
  const { acknowledged, proxies } = split.accepted;
  if (split.rev < rev || acknowledged < proxies || proxies === 0)
    return { stage: "sent", acknowledged: split.rev < rev ? 0 : acknowledged, proxies };
  const { requests, versions } = split.observed;
  const agrees = Object.keys({ ...weights, ...versions }).every((version) => {
    const share = (weights[version] ?? 0) / 10_000;
    const observed = versions[version];
    return observed?.low == null || observed.high == null ? share === 0 : observed.low <= share && share <= observed.high;
  });
  return requests >= REQUESTS_MIN && agrees ? { stage: "observed", requests } : { stage: "accepted", requests };
}
