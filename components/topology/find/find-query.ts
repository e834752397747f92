/** What a comparison looks at; `error` is a fraction, `p50` and `p99` are milliseconds, `rps` requests per second, `share` a fraction. */
export type FindFigure = "error" | "rps" | "p50" | "p99" | "share" | "ready" | "instances";

export type FindOperator = ">" | ">=" | "<" | "<=" | "=" | "!=";

/** A state of a service that has a word of its own. */
export type FindState = "healthy" | "unhealthy" | "canary" | "locked" | "idle";

/** A find text, understood. */
export type FindQuery =
  | { readonly kind: "all"; readonly parts: readonly FindQuery[] }
  | { readonly kind: "any"; readonly parts: readonly FindQuery[] }
  | { readonly kind: "not"; readonly part: FindQuery }
  | { readonly kind: "name"; readonly pattern: string }
  | { readonly kind: "version"; readonly pattern: string }
  | { readonly kind: "calls" | "called-by"; readonly pattern: string }
  | { readonly kind: "state"; readonly state: FindState }
  | { readonly kind: "figure"; readonly figure: FindFigure; readonly operator: FindOperator; readonly value: number };

/** What is wrong with a find text and where. `token` is what stood there, empty at the end of the text. */
export interface FindProblem {
  readonly code: "expected-term" | "expected-value" | "expected-operator" | "unknown-field" | "bad-number" | "unclosed" | "unopened";
  readonly token: string;
  readonly start: number;
  readonly end: number;
}

export const FIND_FIGURES: readonly FindFigure[] = ["error", "rps", "p99", "p50", "share", "ready", "instances"];
export const FIND_FIELDS = ["name", "version", "calls", "called-by"] as const;
export const FIND_STATES: readonly FindState[] = ["unhealthy", "healthy", "canary", "locked", "idle"];
