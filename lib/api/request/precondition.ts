import type { Refusal } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";

/**
 * Reads If-Match. Only one strong tag can fit (RFC 9110, 13.1.1), so anything but `"<rev>"` counts as stale (-1).
 * `*` fits everything and so says nothing about what the author saw: refused like a missing one.
 */
export function parseIfMatch(header: string | undefined): Result<number, Refusal> {
  if (header === undefined || header.trim() === "*" || header.trim() === "") {
    return err(
      refusal({
        path: "headers.if-match",
        code: "precondition.required",
        detail: "This write needs If-Match, so that it cannot overwrite what somebody else did meanwhile.",
        fix: 'Read the service and send its rev in quotes, such as If-Match: "7".',
      }),
    );
  }
  const rev = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
  return ok(rev === undefined ? -1 : Number(rev));
}

/** The refusal of a write whose author saw an older state. */
export function staleRefusal(service: string, given: string, current: { readonly rev: number; readonly state: unknown }): Refusal {
  return {
    ...refusal({
      path: "headers.if-match",
      code: "precondition.failed",
      detail: `If-Match is ${given}, but ${service} is at rev ${current.rev}: somebody else changed it first.`,
      fix: `Look at the current state, then send If-Match: "${current.rev}".`,
    }),
    current,
  };
}
