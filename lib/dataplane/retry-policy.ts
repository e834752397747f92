/**
 * The one place that decides whether a request is sent again.
 *
 * - Nothing was sent (the connection was never made): any request goes to another instance.
 * - Something was sent and the connection was lost before the first byte of an answer: an idempotent request without a body is sent
 *   once more, on a fresh connection. The usual cause is an instance that closes a kept connection while the request is under way, or
 *   that dies. A request with a body, or one that is not idempotent, is never sent again.
 * - Any byte of an answer arrived: never.
 *
 * Second sendings are bounded by a budget: 20 % of the requests under way, at least 3 (RELIABILITY 17), so that retries cannot
 * multiply an outage.
 */
import type { RequestHead } from "./http1/request-head.ts";

/** RFC 9110, section 9.2.2. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

export class RetryPolicy {
  /** Requests under way. */
  active = 0;
  /** Second sendings under way. */
  resending = 0;

  /** May a request that was sent, and saw no byte of an answer, be sent again? */
  mayResend(head: RequestHead, answerBytes: boolean, resent: boolean): boolean {
    if (answerBytes || resent || head.hasBody || head.isUpgrade || !IDEMPOTENT.has(head.method)) return false;
    return this.resending < Math.max(3, Math.floor(this.active / 5));
  }
}
