/**
 * What is known of version pairs, and what a change would do to live ones.
 * In: `MeshState` (requirements, weights, overrides), calls and rates as measured. Out: verdicts with evidence, reasons with a way out, exposure.
 *
 * Invariants:
 * - a declared requirement decides: satisfied → compatible, not satisfied → incompatible; without one the pair is unknown, whatever else holds;
 * - an unexpired override adds evidence and opens the gate for its pair; it never changes the verdict, so the pair keeps counting as broken;
 * - the gate refuses only what a change makes worse: a pair that is broken and live before stays the operator's to repair step by step;
 * - every refusal names consumer, provider and requirement, and a way out that is computed from the registered versions.
 *
 * It reads no clock (`nowIso` is given) and does not know who is ready: `judge` takes a predicate for that.
 */
export { exposure, type FlowEdge, predictedExposure } from "./exposure.ts";
export { brokenLivePairs, type Judgement, type JudgeOptions, judge } from "./judge.ts";
export { livePairs, type Pair, type ServiceCall } from "./live-pairs.ts";
export { liveVersions } from "./live-versions.ts";
export { type Matrix, type MatrixCell, matrix } from "./matrix.ts";
export { mirrorTargets } from "./mirror-targets.ts";
export { declaredVerdict, type PairVerdict, verdictOf, verdictOfEdge } from "./verdict-of.ts";
