/**
 * Who may start processes. Whoever can start one owns the machine, so what does it takes the local token: in the header `x-interlock-token` (programs, which
 * read it from the data folder) or the cookie `interlock-token` (the console, which gets it for a one-time code).
 *
 * Invariants: tokens are compared in constant time; a code is good once, for 10 minutes, and kept as a hash only; at most 32 codes are open, the oldest
 * goes first; without a token of its own an API refuses everything that needs one.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Refusal } from "../../model/index.ts";
import type { Clock } from "../../std/index.ts";
import { refusal } from "../answer.ts";

export const TOKEN_COOKIE = "interlock-token";
const TOKEN_HEADER = "x-interlock-token";
const CODE_MS = 600_000;
const CODES_MAX = 32;
const FIX =
  "interlock reads it from <data>/local-token; in the browser open the link that npm start prints, or the one of interlock unlock.";

type HeaderReader = (name: string) => string | undefined;

export interface OneTimeCode {
  readonly code: string;
  readonly validMs: number;
}

export interface LocalTokenGate {
  /** What is wrong with the token of a request; undefined when it has the right one. */
  require(header: HeaderReader): Refusal | undefined;
  /** A code that is worth the token, once. */
  issueCode(): OneTimeCode;
  /** The token for a code; null for one that was used, has ended, or never was. */
  redeem(code: string): string | null;
}

/** What is said to whoever came without a token. */
export function tokenRequired(): Refusal {
  return refusal({
    path: `headers.${TOKEN_HEADER}`,
    code: "token.required",
    detail: "This can start or end processes on this machine, so it takes the local token.",
    fix: FIX,
  });
}

/** The gate of one API. `token` null: nothing can pass. */
export function createLocalTokenGate(token: string | null, clock: Clock): LocalTokenGate {
  const codes = new Map<string, number>();
  return {
    require(header) {
      const given = header(TOKEN_HEADER) ?? cookieOf(header("cookie"));
      if (given === undefined || given === "") return tokenRequired();
      if (token !== null && isSame(given, token)) return undefined;
      return refusal({
        path: `headers.${TOKEN_HEADER}`,
        code: "token.invalid",
        detail: "The token is not the one of this data folder.",
        fix: FIX,
      });
    },
    issueCode() {
      const nowMs = clock.monotonicMs();
      for (const [hash, untilMs] of codes) if (untilMs <= nowMs) codes.delete(hash);
      const [oldest] = codes.keys();
      if (codes.size >= CODES_MAX && oldest !== undefined) codes.delete(oldest);
      const code = randomBytes(24).toString("base64url");
      codes.set(hashOf(code).toString("hex"), nowMs + CODE_MS);
      return { code, validMs: CODE_MS };
    },
    redeem(code) {
      const hash = hashOf(code).toString("hex");
      const untilMs = codes.get(hash) ?? Number.NEGATIVE_INFINITY;
      codes.delete(hash);
      return untilMs > clock.monotonicMs() ? token : null;
    },
  };
}

function cookieOf(header: string | undefined): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (pair.slice(0, equals).trim() === TOKEN_COOKIE) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Hashes have one length, whatever was given. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(hashOf(given), hashOf(token));
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
