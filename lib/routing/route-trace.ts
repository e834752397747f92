/** What looked at a request, in the order in which they do. */
export type RouteStage =
  | "host"
  | "lane"
  | "rule"
  | "filters"
  | "fault"
  | "range"
  | "compatibility"
  | "split"
  | "stickiness"
  | "balancer"
  | "authorization";

/** One thing that was decided about a request, and why. */
export interface RouteStep {
  readonly stage: RouteStage;
  /** A few words, such as `payments` or `rule beta`. */
  readonly decision: string;
  /** One sentence. */
  readonly why: string;
}

/** Collects the steps of one decision. The proxy passes none, so that it never builds a sentence. */
export class RouteTrace {
  readonly steps: RouteStep[] = [];

  add(stage: RouteStage, decision: string, why: string): void {
    this.steps.push({ stage, decision, why });
  }
}
