import type { ErrorCode } from "../../model/index.ts";
import { err } from "../../std/index.ts";

/** Why a message head is refused; for a request the answer carries code and detail, for an answer both go to the log. */
export interface HeadFault {
  readonly code: Extract<
    ErrorCode,
    "request.malformed" | "request.ambiguous-framing" | "request.head-too-large" | "request.expectation" | "request.not-supported"
  >;
  /** One sentence; never a piece of the message itself, since it is echoed. */
  readonly detail: string;
}

/** A refusal as a `Result`. */
export function fault(code: HeadFault["code"], detail: string): { readonly ok: false; readonly error: HeadFault } {
  return err({ code, detail });
}
