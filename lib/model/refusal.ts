import type { ErrorCode } from "./error-codes.ts";
import type { RollbackClosure } from "./plan.ts";
import type { Problem } from "./problem.ts";
import type { PairReason } from "./verdict.ts";

/** Why a command was not carried out. Nothing was written. All problems are listed, never just the first. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly problems: readonly Problem[];
  /** Set when the compatibility gate refused: the pairs that would break. */
  readonly reasons?: readonly PairReason[];
  /** Set where a rollback of one service alone was refused: what must move with it, and in which order. */
  readonly closure?: RollbackClosure;
  /** Set for a stale `rev`: the rev and state as they are now. */
  readonly current?: { readonly rev: number; readonly state: unknown };
}
