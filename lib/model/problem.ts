import type { ErrorCode } from "./error-codes.ts";
import type { PairReason } from "./verdict.ts";

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

/** Why a command was not carried out. Nothing was written. All problems are listed, never just the first. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly problems: readonly Problem[];
  /** Set when the compatibility gate refused: the pairs that would break. */
  readonly reasons?: readonly PairReason[];
  /** Set for a stale `rev`: the rev and state as they are now. */
  readonly current?: { readonly rev: number; readonly state: unknown };
}
