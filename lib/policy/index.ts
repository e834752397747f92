/**
 * Policies: metric expressions, what sets a policy off and holds it back, what a policy would do, and which change an alert most likely comes from.
 * Pure: figures, time and state are given; it changes nothing and sends nothing. `lib/engine` evaluates and acts, the console validates with the same code.
 *
 * Invariants: no data is neither good nor bad; a text that parses prints to a text that parses to the same; evaluating the same steps again gives the same moves.
 */

export { type AlertGroup, alertCursor, alertOrder, alertsAfter, groupAlerts, isSilenced } from "./alerts/group-alerts.ts";
export {
  type DiagnosisInput,
  type HarmEvidence,
  type RankedCause,
  rankCauses,
  type ScorePart,
  type ServicePair,
  type Suspect,
} from "./diagnosis/rank-causes.ts";
export {
  heldBack,
  isAbout,
  type PastAct,
  type PastEvent,
  type PastFiring,
  type PastMesh,
  type Replay,
  replayPolicy,
} from "./dry-run/replay-policy.ts";
export { evaluateMetric, type MetricSource } from "./metric/evaluate-metric.ts";
export {
  METRIC_NAMES,
  METRICS,
  type MetricDefinition,
  type MetricName,
  type MetricUnit,
  type SubjectKind,
} from "./metric/metric-catalog.ts";
export {
  bindExpression,
  callsOf,
  type MetricCall,
  type MetricEnd,
  type MetricExpression,
  type MetricProblem,
  type MetricSubject,
  subjectText,
  wildcardKind,
} from "./metric/metric-expression.ts";
export { nearestName } from "./metric/nearest-name.ts";
export { formatMetric, parseMetric } from "./metric/parse-metric.ts";
export { BUILT_IN_POLICIES, type BuiltInPolicy } from "./rule/built-in.ts";
export { checkPolicy, type PolicyNames } from "./rule/check-policy.ts";
export { describePolicy, formatBound, formatFigure, unitOf } from "./rule/describe-policy.ts";
export type { LoopPart, PolicyLoop } from "./rule/find-loops.ts";
export { policiesOf } from "./rule/policies-of.ts";
export {
  type Bound,
  boundOf,
  COOLDOWN_MS_MIN,
  cooldownOf,
  type EventTrigger,
  expressionsOf,
  type GrowthTrigger,
  isActing,
  isBeyond,
  isEventTrigger,
  isGrowthTrigger,
  isMetricTrigger,
  isScheduleTrigger,
  type MetricTrigger,
  timesOf,
} from "./rule/policy-parts.ts";
export { figureSentence, type PolicyReading, sentenceOf } from "./rule/sentence-of.ts";
export { matchesEvent, POLICY_EVENTS } from "./trigger/event-kinds.ts";
export { nextRunMs } from "./trigger/schedule.ts";
export { IDLE, stepTrigger, type TriggerMove, type TriggerPhase, type TriggerTimes } from "./trigger/trigger-step.ts";
