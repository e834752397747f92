import type { ServiceName, Version } from "./names.ts";
import type { RouteMatch } from "./route-rule.ts";
import type { Weights } from "./weights.ts";

/**
 * One step of a canary. It is over when its pause is over (if it has one), its gate is open (if it has one), enough requests were seen on the new version,
 * and nothing shows harm.
 */
export interface StrategyStep {
  readonly weightBp: number;
  readonly pauseMs?: number;
  /** `manual`: somebody promotes. `pass`: the judge says PASS. `event`: a change of kind `event` that is about the service was recorded since the step began. */
  readonly gate?: "manual" | "pass" | "event";
  /** The kind of change that a gate `event` waits for, such as `verification.publish`. */
  readonly event?: string;
}

/** How a version takes over. Data: reusable by name, drawn as a curve before it runs. Times in ms, weights in basis points, shares of requests in percent. */
export type Strategy =
  | { readonly kind: "canary"; readonly steps: readonly StrategyStep[] }
  | { readonly kind: "linear"; readonly fromBp: number; readonly stepBp: number; readonly everyMs: number }
  /** `w ← w + γ(10 000 − w)`, to 10 000 once less than a hundredth is left. */
  | { readonly kind: "exponential"; readonly gamma: number; readonly everyMs: number }
  /** The new version answers under `previewHost` first; then all moves at once, when somebody promotes. */
  | { readonly kind: "blue-green"; readonly previewHost: string }
  /** Requests that match go to the new version, all others stay. */
  | { readonly kind: "ab"; readonly match: RouteMatch }
  /** Copies of requests go to the new version; nobody waits for its answers. */
  | { readonly kind: "shadow"; readonly percent: number }
  /** The weight grows as fast as a budget of excess errors in the whole release allows. */
  | { readonly kind: "harm-budget"; readonly excessErrors: number };

/** A strategy under a name. `rev` counts its changes. */
export interface NamedStrategy {
  readonly name: string;
  readonly rev: number;
  readonly strategy: Strategy;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/**
 * One thing that the judge watches. Tolerances and margins are ratios to the baseline: harm is more than `1 + tolerance` times its share of bad requests; what
 * passes is shown to be less than `1 + margin` times it. `alpha`: chance of a false alarm by this metric in the whole release; all metrics together have the sum of
 * theirs. `beta`: chance to pass what is `margin` worse.
 */
export type JudgeMetric =
  | { readonly kind: "errors"; readonly tolerance: number; readonly margin: number; readonly alpha: number; readonly beta: number }
  /** Bad is what took longer than `boundaryMs`, rounded up to the next boundary that is measured. */
  | {
      readonly kind: "latency";
      readonly boundaryMs: number;
      readonly tolerance: number;
      readonly margin: number;
      readonly alpha: number;
      readonly beta: number;
    }
  /** A metric expression with a bound: harm once it was beyond it for `forMs`. No data is never good. */
  | { readonly kind: "threshold"; readonly query: string; readonly above?: number; readonly below?: number; readonly forMs: number };

/** What a release is judged by. `mode`: `sequential` keeps its error levels however often one looks; `mann-whitney` judges as Kayenta does, for those who move over. */
export interface JudgeSettings {
  readonly mode: "sequential" | "mann-whitney";
  readonly metrics: readonly JudgeMetric[];
  /** A timed step ends only after so many requests on the new version. */
  readonly minRequests: number;
  /** A step that is undecided for so long pauses the release; null: it waits. */
  readonly deadlineMs: number | null;
}

export type JudgeVerdict = "pass" | "fail" | "inconclusive";

/**
 * `pending` → `running` ⇄ `paused`; `promoting` sets the last weight and waits for its phases; `rolling-back` (judge, policy, alert or the verb) and `aborting`
 * (an operator ends it) lead the weights back. `succeeded`, `rolled-back`, `aborted` are ends, reached only after the proxies acknowledged the final weights.
 */
export type ReleaseState =
  | "pending"
  | "running"
  | "paused"
  | "promoting"
  | "succeeded"
  | "rolling-back"
  | "rolled-back"
  | "aborting"
  | "aborted";

export const RELEASE_STATES: readonly ReleaseState[] = [
  "pending",
  "running",
  "paused",
  "promoting",
  "succeeded",
  "rolling-back",
  "rolled-back",
  "aborting",
  "aborted",
];

export const RELEASE_VERBS = [
  "start",
  "pause",
  "resume",
  "promote",
  "step-back",
  "jump",
  "hold",
  "abort",
  "retry",
  "rollback",
  "rollback-gradually",
] as const;

/** What an operator can ask of a release. */
export type ReleaseVerb = (typeof RELEASE_VERBS)[number];

/** Who or what moved a release. */
export type ReleaseMover = "operator" | "strategy" | "judge" | "policy" | "alert" | "engine";

/** How far a release is. */
export interface ReleaseCursor {
  readonly state: ReleaseState;
  /** Index into `steps`; −1 before the first. */
  readonly step: number;
  /** The weight of the new version that was set last. */
  readonly weightBp: number;
  /** ISO 8601 UTC: when the step's weight was set. */
  readonly stepSince: string;
  /** It stays at its step until somebody resumes it, and is judged meanwhile. */
  readonly held: boolean;
  /** Why it is paused or goes back, in a sentence; null otherwise. */
  readonly because: string | null;
  /** Whoever or whatever moved it last. */
  readonly movedBy: ReleaseMover;
  /** How often it was begun anew. */
  readonly attempt: number;
  /** A way back in steps: the weights that are still to be set, the next first. */
  readonly wayBackBp: readonly number[];
}

/** What happened to a release, for people. */
export interface ReleaseEntry {
  readonly at: string;
  readonly seq: number;
  readonly state: ReleaseState;
  readonly step: number;
  readonly weightBp: number;
  readonly sentence: string;
}

/** How many entries of its history a release keeps. */
export const RELEASE_HISTORY_MAX = 64;

/** A progressive delivery of one version through a strategy, judged by telemetry. */
export interface Release extends ReleaseCursor {
  readonly id: string;
  readonly service: ServiceName;
  readonly version: Version;
  /** The version that it is compared with: the heaviest of the others when it began. */
  readonly baseline: Version | null;
  /** Name of the strategy that it was made from; null where it was given inline. */
  readonly strategyName: string | null;
  readonly strategy: Strategy;
  /** The weights to come, in order; a harm budget makes its own as it goes and has only its last one here. */
  readonly steps: readonly StrategyStep[];
  readonly judge: JudgeSettings;
  /** The service's weights before it: where a way back ends. */
  readonly start: Weights;
  readonly author: string;
  readonly reason: string;
  readonly createdAt: string;
  /** ISO 8601 UTC of the last transition. */
  readonly movedAt: string;
  /** The plan whose wave made it; null where it stands alone. */
  readonly plan: string | null;
  readonly history: readonly ReleaseEntry[];
}

/** How many releases that ended a mesh remembers. */
export const RELEASES_ENDED_MAX = 256;
