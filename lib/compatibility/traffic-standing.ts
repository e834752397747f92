import type { MeshState } from "../model/index.ts";
import { boundRequests, nonInferiorityRequests } from "../sequential/index.ts";
import { edgeVerdicts, verdictIn } from "./edge-verdicts.ts";
import type { Pair } from "./live-pairs.ts";
import { BETA, PASS_BOUND, PASS_MARGIN, PASS_SHARE_MAX, type PairStanding } from "./live-traffic.ts";
import { contradictionsOf, evidenceOf } from "./pair-evidence.ts";

/**
 * What live traffic is asked about a pair: unknown and contested pairs are watched for both verdicts, those that traffic has found compatible go on being watched for
 * harm. One that traffic has found incompatible is not watched any more: the verdict stands until somebody takes it back.
 */
export function trafficStanding(state: MeshState, { consumer, provider }: Pair, nowIso: string): PairStanding {
  const verdicts = edgeVerdicts(state, consumer.service, provider.service, nowIso);
  const now = verdicts === null ? "unknown" : verdictIn(verdicts, consumer.version, provider.version);
  const comparable = now !== "incompatible";
  if (now !== "unknown" && (verdicts?.facts?.of(consumer.version, provider.version) ?? []).length === 0) return { watch: null, comparable };
  const shown = evidenceOf(state, consumer, provider, nowIso).find(({ kind, constraint }) => kind === "traffic" && constraint === "api");
  if (shown !== undefined) return { watch: shown.verdict === "compatible" ? "harm" : null, comparable };
  const isRegistered = [consumer, provider].every(({ service, version }) => state.services.get(service)?.versions.has(version) === true);
  const isOpen = isRegistered && (now === "unknown" || contradictionsOf(state, consumer, provider, nowIso).length > 0);
  return { watch: isOpen ? "both" : null, comparable };
}

/**
 * Minutes of traffic until a pair that never fails is shown to be compatible, at so many requests a second from it and from other versions of the
 * consumer; infinite without traffic. A forecast, from expected sample sizes.
 */
export function minutesToProve(rps: number, othersRps: number): number {
  if (rps <= 0) return Number.POSITIVE_INFINITY;
  // The verdict's e-value is the mean of two.
  const level = BETA / 2;
  const compared = othersRps > 0 ? nonInferiorityRequests(0, othersRps / rps, PASS_MARGIN, level) : Number.POSITIVE_INFINITY;
  const alone = boundRequests(0, PASS_BOUND, level);
  return Math.max(Math.min(compared, alone), boundRequests(0, PASS_SHARE_MAX, BETA)) / rps / 60;
}
