/**
 * Versions of one service in order, sets of them, relations between the versions of two services, and the space that they span: what may run together
 * (`solve/`), why something may not (`explain/`), how to get from one configuration to another (`plan/`), what facts say of an edge (`learn/`);
 * questions that take long as plain data, for another thread (`ask/`).
 * In: canonical semver strings without build metadata, ranges as node-semver reads them. Out: bit sets over positions in the order.
 *
 * Invariants:
 * - position 0 is the lowest version by semver precedence (semver.org, section 11); equal versions have one position;
 * - a range selects exactly the versions that `semver.satisfies` accepts, prereleases included (a prerelease only where the range names its tuple);
 * - bit sets and relations never change once built, and bits beyond their size are always 0.
 *
 * Parsing is left to the `semver` package and happens once per range and order; a check afterwards is two look-ups and one bit.
 * It does not know services, requirements as a mesh has them, or verdicts: that is `lib/compatibility`.
 */
export {
  type AnswerTo,
  answerTo,
  type ClosureQuestion,
  type PackedQuestion,
  type PlanQuestion,
  packQuestion,
  type Question,
  unpackQuestion,
} from "./ask/question.ts";
export type { SpaceQuestion, SpaceReason, SpaceSolution } from "./ask/solve-space.ts";
export { Bitset } from "./bitset.ts";
export { checkPlan, type PlanWorld } from "./check-plan.ts";
export type { Counterfactual, MovedPin } from "./explain/counterfactual.ts";
export { type DescribePair, type ExplanationStep, sentencesOf } from "./explain/derivation.ts";
export type { Core, ForbiddenPair } from "./explain/minimal-core.ts";
export { type EdgeKnowledge, learnEdge } from "./learn/learn-edge.ts";
export { type NextTest, nextTest, settledBy, testsToSettle } from "./learn/next-test.ts";
export type { CellFact } from "./learn/staircase.ts";
export { type Closure, type ClosureOptions, closureOf } from "./plan/closure-of.ts";
export { planOf } from "./plan/plan-of.ts";
export type {
  PlanConflictPair,
  PlanCost,
  PlanEdge,
  PlanImpossible,
  PlannedWay,
  PlanOptions,
  PlanOutcome,
  PlanPreference,
  PlanProblem,
  PlanResolution,
  PlanService,
} from "./plan/plan-problem.ts";
export { planWorldOf } from "./plan/plan-world.ts";
export { toldWay } from "./plan/render-way.ts";
export { Relation } from "./relation.ts";
export { type CompiledSpace, type CompileOptions, compileSpace, type SpaceCount } from "./solve/compile-space.ts";
export { NarrowedSpace } from "./solve/narrowed-space.ts";
export { type Nearest, type NearestOptions, nearest } from "./solve/nearest.ts";
export type { Configuration, Space, SpaceEdge, SpaceService } from "./space.ts";
export { VersionOrder } from "./version-order.ts";
