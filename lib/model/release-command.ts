import type { JudgeMetric, JudgeSettings, ReleaseCursor, ReleaseMover, ReleaseVerb, Strategy } from "./release.ts";

/** A metric as somebody gives it: levels that are left out have their defaults. */
export type JudgeMetricInput =
  | (Pick<Extract<JudgeMetric, { readonly kind: "errors" }>, "kind"> & Partial<JudgeLevels>)
  | (Pick<Extract<JudgeMetric, { readonly kind: "latency" }>, "kind" | "boundaryMs"> & Partial<JudgeLevels>)
  | { readonly kind: "threshold"; readonly query: string; readonly above?: number; readonly below?: number; readonly forMs?: number };

type JudgeLevels = Omit<Extract<JudgeMetric, { readonly kind: "errors" }>, "kind">;

export type JudgeInput = Partial<Omit<JudgeSettings, "metrics">> & { readonly metrics?: readonly JudgeMetricInput[] };

/** How a version is to be released. */
interface ReleaseManner {
  /** The name of one, or one inline. */
  readonly strategy: string | Strategy;
  /** For every step that has none, the last apart. */
  readonly gates?: "manual" | "pass";
  readonly judge?: JudgeInput;
}

/** What the engine found out about a release; `from`: the place that it saw. */
export type ReleaseFinding =
  /** The step is over. `weightBp`: what a harm budget allows now. */
  | { readonly kind: "advance"; readonly weightBp?: number }
  | { readonly kind: "settled" }
  | { readonly kind: "fail"; readonly by: ReleaseMover; readonly because: string }
  | { readonly kind: "stall"; readonly because: string };

/** What people and the engine ask of releases. */
export type ReleaseCommand =
  | (ReleaseManner & {
      readonly kind: "release.create";
      readonly service: string;
      readonly version: string;
      /** False: it waits for the verb `start`. */
      readonly start: boolean;
    })
  /** Every wave of a plan as releases. */
  | (ReleaseManner & { readonly kind: "release.create"; readonly plan: string })
  | {
      readonly kind: "release.move";
      readonly release: string;
      readonly verb: ReleaseVerb;
      /** Of a jump. */
      readonly weightBp?: number;
      /** `operator` where left out. */
      readonly by?: ReleaseMover;
    }
  /** The engine's own. */
  | {
      readonly kind: "release.advance";
      readonly release: string;
      readonly from: Pick<ReleaseCursor, "state" | "step" | "weightBp" | "stepSince" | "attempt">;
      readonly finding: ReleaseFinding;
    }
  /** `rev`: 0 for a name that nobody has set. */
  | { readonly kind: "strategy.set"; readonly name: string; readonly rev: number; readonly strategy: Strategy }
  | { readonly kind: "strategy.remove"; readonly name: string; readonly rev: number };
