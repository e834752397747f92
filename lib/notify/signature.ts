import { createHmac } from "node:crypto";

/** Value of `x-interlock-signature`: HMAC-SHA-256 over `<time>.<body>`, the time in seconds since 1970. The time keeps an old message from being sent again by others. */
export function signatureOf(secret: string, body: string, nowMs: number): string {
  const time = Math.floor(nowMs / 1_000);
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`;
}
