/**
 * Progressive delivery, pure: strategies and their curves, the state machine of a release, which releases confound each other, and what judges them.
 *
 * Invariants: every verb is legal or refused with the reason in every state (`transition.ts`); the steps of a strategy without problems go up and end
 * (`strategy.ts`); nothing here reads a clock, draws at random or knows where telemetry comes from.
 * It does not set weights: the engine makes each move one change, with the weights and the new place of the release.
 */
export { BUILT_IN_STRATEGIES } from "./built-in.ts";
export { type CallGraph, type Confound, confoundsOf } from "./confound.ts";
export { type CurvePoint, curveOf, curveOfSteps } from "./curve.ts";
export {
  type FreezeSpan,
  freezeOf,
  freezeProblems,
  freezeSpanAt,
  freezeSpans,
  nextFreezeSpan,
} from "./freeze-window.ts";
export { type Arm, excessErrors, HARM_STEP_MS, nextHarmWeight } from "./harm-ramp.ts";
export { type BlockParts, blockOf, type EdgeCount, halvesOf, measuredSettings } from "./judge/block-of.ts";
export { type Catch, type Forecast, forecast, forecastOf, type TrafficRates } from "./judge/forecast.ts";
export type { JudgeGuard } from "./judge/guards.ts";
export type { JudgeBlock, MetricReading, Stratum } from "./judge/judge-block.ts";
export { type JudgeState, type JudgeSubject, startJudge, type TrailPoint } from "./judge/judge-state.ts";
export { judgeBlock } from "./judge/judge-step.ts";
export { type MetricVerdict, type Verdict, verdictOf } from "./judge/judge-verdict.ts";
export { type PromotedState, promotedAlarm, promotedBlock, watchPromoted } from "./judge/watch-promoted.ts";
export { readJudge } from "./judge-settings.ts";
export { isRuling, releaseHosts, releaseRules, rulesInTheWay, withoutEndedRules } from "./release-rules.ts";
export { confirmedBy, type RiskFacts, riskOf } from "./risk.ts";
export { checkStrategy, describeStrategy, duration, gatedSteps, percent, stepsOf } from "./strategy.ts";
export {
  cursorOf,
  isMoving,
  isUnderWay,
  type Moment,
  type Moved,
  type NotMoved,
  type ReleaseRequest,
  type ReleaseStimulus,
  transition,
  verbsOf,
} from "./transition.ts";
export { weightsAt } from "./weights-at.ts";
