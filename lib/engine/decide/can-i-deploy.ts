import { livePairs, liveVersions, type Pair, pairReason, undecidedLivePairs } from "../../compatibility/index.ts";
import {
  FULL_WEIGHT_BP,
  type MeshEvent,
  type MeshState,
  type PairReason,
  type Refusal,
  type Verdict,
  type Version,
  type VersionRef,
} from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { foldChange } from "../fold.ts";
import type { DecideContext } from "./context.ts";
import { isReady } from "./readiness.ts";
import { findService, refuse, unknownVersion } from "./refusals.ts";

/** What is known of one version beside everything that is live now. */
export interface DeployJudgement {
  readonly verdict: Verdict;
  /** Pairs that break or that nothing decides, the broken first. */
  readonly reasons: readonly PairReason[];
  /** Pairs that are known to work. */
  readonly proven: readonly PairReason[];
  /** What no pair says: a provider that is not there, or that there is nothing to judge. */
  readonly notes: readonly string[];
  /** The mesh with all traffic of the service on that version. */
  readonly after: MeshState;
}

/**
 * Judges every pair that a version would make with what is live: callers, providers, and the versions of its own service that it would stand beside while
 * traffic moves. A provider that it requires and that serves nothing leaves the question open.
 */
export function judgeDeploy(context: DecideContext, service: string, version: string): Result<DeployJudgement, Refusal> {
  const { calls, nowIso, state } = context;
  const found = findService(state, service);
  if (!found.ok) return found;
  const registered = found.value.versions.get(version as Version);
  if (registered === undefined) return refuse(unknownVersion(found.value, version, "version", "version.unknown"));
  const ref: VersionRef = { service: found.value.name, version: registered.version };
  const beside = withWeights(context, ref, { ...found.value.weights, [version]: Math.max(found.value.weights[ref.version] ?? 0, 1) });
  const isOwn = ({ consumer, provider }: Pair) => isRef(consumer, ref) || isRef(provider, ref);
  const judged = [...livePairs(beside, nowIso), ...undecidedLivePairs(beside, calls, nowIso)]
    .filter(isOwn)
    .map((pair) => pairReason({ before: state, after: beside, pair, nowIso, isReady: (one) => isReady(context, state, one) }));
  const of = (wanted: Verdict) => judged.filter((reason) => reason.verdict === wanted);
  const missing = missingProviders(state, ref, Object.entries(registered.requirements));
  const reasons = [...of("incompatible"), ...of("unknown")];
  const isOpen = reasons.length > 0 || missing.length > 0;
  const verdict = of("incompatible").length > 0 ? "incompatible" : isOpen ? "unknown" : "compatible";
  const alone = `No live version calls ${ref.service} ${ref.version}, and it calls none that is known: there is no pair that could break.`;
  const notes = judged.length === 0 && missing.length === 0 ? [alone] : missing;
  return ok({ verdict, reasons, proven: of("compatible"), notes, after: withWeights(context, ref, { [version]: FULL_WEIGHT_BP }) });
}

function withWeights(context: DecideContext, { service }: VersionRef, weights: Readonly<Record<string, number>>): MeshState {
  const event: MeshEvent = { kind: "weights-set", service, weights, cause: "set" };
  return foldChange(context.state, { ...context.place, at: context.nowIso, author: context.author.author, events: [event] });
}

function isRef(left: VersionRef, right: VersionRef): boolean {
  return left.service === right.service && left.version === right.version;
}

/** One sentence per required service that is not registered or serves nothing. */
function missingProviders(state: MeshState, ref: VersionRef, requirements: readonly (readonly [string, string])[]): readonly string[] {
  return requirements.flatMap(([name, range]) => {
    const provider = [...state.services.values()].find((service) => service.name === name);
    const subject = `${ref.service} ${ref.version} requires ${name} ${range}`;
    if (provider === undefined) return [`${subject}, which does not exist yet.`];
    return liveVersions(provider).size === 0 ? [`${subject}, of which no version is live.`] : [];
  });
}
