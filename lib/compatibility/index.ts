/**
 * What is known of version pairs, and what a change would do to live ones.
 * In: `MeshState` (requirements, recorded facts, weights, overrides), calls and rates as measured. Out: verdicts with evidence, contradictions, reasons with
 * a way out, exposure, and the two problems that `lib/versions` solves: the space of versions and the way to a target.
 *
 * Invariants:
 * - per constraint the strongest kind of evidence decides: operator > verification > traffic > contract > declared; a conflict within one kind is
 *   incompatible; what nothing decides is unknown, whatever else holds; every fact that says the opposite is reported as a contradiction;
 * - facts that have expired at `nowIso` count no more, and those on versions that are not registered never did;
 * - an unexpired override adds evidence and opens the gate for its pair; it never changes the verdict, so the pair keeps counting as broken;
 * - the gate refuses only what a change makes worse: a pair that is broken and live before stays the operator's to repair step by step;
 * - every refusal names consumer, provider and evidence, and a way out that is computed from the registered versions.
 *
 * It reads no clock (`nowIso` is given, in the form of `Date.toISOString`) and does not know who is ready: `judge` takes a predicate for that.
 */
export { type ContractFinding, type ContractFindings, newFindings } from "./contract-findings.ts";
export { type Contradictions, contradictionsBetween } from "./contradictions.ts";
export { type EdgeVerdicts, edgeVerdicts } from "./edge-verdicts.ts";
export { isInForce, type KnownFact } from "./evidence-index.ts";
export { exposure, type FlowEdge, predictedExposure } from "./exposure.ts";
export { brokenLivePairs, type Judgement, type JudgeOptions, judge } from "./judge.ts";
export {
  inferredVerdict,
  type LearnedEdge,
  type LearnedRegion,
  learnedEdge,
  type Misfit,
  misfitsOf,
  regionsOf,
  versionsAt,
} from "./learned-edge.ts";
export { livePairs, type Pair, pairKey, type ServiceCall, undecidedLivePairs } from "./live-pairs.ts";
export { LiveTraffic, type PairStanding, type PairTraffic, type TrafficVerdict } from "./live-traffic.ts";
export { liveVersions } from "./live-versions.ts";
export { type Matrix, type MatrixCell, matrix } from "./matrix.ts";
export { mirrorTargets } from "./mirror-targets.ts";
export { consumersOf } from "./neighbours.ts";
export { recordedEvidence } from "./pair-evidence.ts";
export { decidingEvidence, pairReason } from "./pair-reason.ts";
export { type PlanProblemOptions, planProblemOf } from "./plan-problem-of.ts";
export { type SpaceOptions, spaceOf } from "./space-of.ts";
export { trafficStanding } from "./traffic-standing.ts";
export { type RankedUnknowns, rankingSteps, rankUnknowns, type Unknown } from "./unknowns.ts";
export { type PairVerdict, verdict, verdictOf, verdictOfEdge } from "./verdict-of.ts";
