import type { ErrorCode } from "./error-codes.ts";

/** One thing that is wrong with an input: where, what, and what would be right. */
export interface Problem {
  /** Dotted path into the input, such as `weights.3.0.0` or `rules.0.matches.1.path.value`; "" is the whole input. */
  readonly path: string;
  readonly code: ErrorCode;
  /** One sentence that names the offending value. */
  readonly detail: string;
  /** One sentence in the imperative that makes the input acceptable. */
  readonly fix: string;
}
