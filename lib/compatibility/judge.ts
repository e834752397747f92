import type { MeshState, PairReason, Verdict, VersionRef } from "../model/index.ts";
import { livePairs, type Pair, pairKey, type ServiceCall, undecidedLivePairs } from "./live-pairs.ts";
import { liveVersions } from "./live-versions.ts";
import { pairReason } from "./pair-reason.ts";
import { verdict, verdictOf } from "./verdict-of.ts";

export interface JudgeOptions {
  /** Services seen calling each other; finds pairs that nobody declared. */
  readonly calls?: Iterable<ServiceCall>;
  /** Whether a version has a ready instance; versions without one are not recommended as a way out. Default: all have. */
  readonly isReady?: (version: VersionRef) => boolean;
}

/** What a change does to live pairs, each list without duplicates. */
export interface Judgement {
  /** Broken pairs that the change makes live, or breaks while live, without an override: the gate says no. */
  readonly refused: readonly PairReason[];
  /** Other broken pairs that the change touches: overridden, or live and broken before. The gate lets them pass. */
  readonly tolerated: readonly PairReason[];
  /** Pairs that nothing decides and that the change touches. They pass, and count as unproven. */
  readonly unknown: readonly PairReason[];
  /** The worst of all touched pairs; compatible when none is touched. */
  readonly verdict: Verdict;
}

/**
 * Judges a change by the state before and after it. A pair is touched when it was not live before, when its verdict changed, or when the
 * weight of one of its versions in the service's split grew.
 */
export function judge(before: MeshState, after: MeshState, nowIso: string, options: JudgeOptions = {}): Judgement {
  const isReady = options.isReady ?? (() => true);
  const calls = [...(options.calls ?? [])];
  const wasLive = once(() => new Set([...livePairs(before, nowIso), ...undecidedLivePairs(before, calls, nowIso)].map(pairKey)));
  const was = (pair: Pair) => verdict(before, pair.consumer, pair.provider, nowIso);
  const isTouched = (pair: Pair) =>
    !wasLive().has(pairKey(pair)) ||
    was(pair) !== verdict(after, pair.consumer, pair.provider, nowIso) ||
    hasGrown(before, after, pair.consumer) ||
    hasGrown(before, after, pair.provider);

  const refused: PairReason[] = [];
  const tolerated: PairReason[] = [];
  for (const pair of livePairs(after, nowIso)) {
    if (verdict(after, pair.consumer, pair.provider, nowIso) !== "incompatible" || !isTouched(pair)) continue;
    const { overridden } = verdictOf(after, pair.consumer, pair.provider, nowIso);
    const wasBroken = wasLive().has(pairKey(pair)) && was(pair) === "incompatible";
    (overridden || wasBroken ? tolerated : refused).push(pairReason({ before, after, pair, nowIso, isReady }));
  }
  const unknown = undecidedLivePairs(after, calls, nowIso)
    .filter(isTouched)
    .map((pair) => pairReason({ before, after, pair, nowIso, isReady }));
  const worst = refused.length + tolerated.length > 0 ? "incompatible" : unknown.length > 0 ? "unknown" : "compatible";
  return { refused, tolerated, unknown, verdict: worst };
}

/** Nearly every change breaks nothing and leaves nothing open: what was live before is not looked up then. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Live pairs that are known not to work together, overridden or not. */
export function brokenLivePairs(state: MeshState, nowIso: string): readonly Pair[] {
  return livePairs(state, nowIso).filter(({ consumer, provider }) => verdict(state, consumer, provider, nowIso) === "incompatible");
}

function hasGrown(before: MeshState, after: MeshState, ref: VersionRef): boolean {
  const was = before.services.get(ref.service);
  const is = after.services.get(ref.service);
  if (was === is) return false;
  if (was === undefined || is === undefined) return is !== undefined;
  if (!liveVersions(was).has(ref.version)) return true;
  return (is.weights[ref.version] ?? 0) > (was.weights[ref.version] ?? 0);
}
