/**
 * Tokens of callers (`authorization: Bearer …`) for services whose policy names issuers. What was verified is kept until the token expires, so that
 * a caller's token costs one signature and then a hash. A request with a token that is not valid is refused; one without has no claims.
 *
 * A key that an issuer's key set does not have may be a new one: that is told (`onUnknownKey`), at most once per issuer and `TELL_AGAIN_MS`, so that the
 * key set is fetched again. Bounds: `KEPT_MAX` tokens per policy, the ones used longest ago go first; kept is a digest, never the token. A new policy starts anew.
 */
import { createHash } from "node:crypto";
import { createTokenVerifier, type TokenFailure, type TokenVerifier, type VerifiedToken } from "../identity/index.ts";
import type { AuthorizationPolicy } from "../model/index.ts";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import type { RequestHead } from "./http1/request-head.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** The claims of a request; null: it has no token. */
export type ClaimsResult = Result<Claims | null, TokenFailure>;

const KEPT_MAX = 4_096;
const TELL_AGAIN_MS = 10_000;
const BEARER = /^bearer(?:[ \t]+|$)/i;
const NO_CLAIMS: ClaimsResult = ok(null);

interface KeptToken {
  readonly claims: Claims;
  /** Wall clock. */
  readonly untilMs: number;
}

interface PolicyTokens {
  readonly verifier: TokenVerifier;
  readonly kept: Map<string, KeptToken>;
}

export class TokenGate {
  readonly #clock: Clock;
  readonly #policies = new WeakMap<AuthorizationPolicy, PolicyTokens>();
  /** When each issuer was last told of, monotonic; issuers come from the configuration. */
  readonly #toldMs = new Map<string, number>();
  /** An issuer whose keys should be fetched again. */
  onUnknownKey: (issuer: string) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** At once where there is nothing to verify, or where it was verified before. */
  claimsOf(policy: AuthorizationPolicy, head: Pick<RequestHead, "header">): ClaimsResult | Promise<ClaimsResult> {
    if (policy.jwtProviders === undefined || policy.jwtProviders.length === 0) return NO_CLAIMS;
    const header = head.header("authorization");
    if (header === undefined || !BEARER.test(header)) return NO_CLAIMS;
    // Several headers are one value with commas, which no token has: whom to believe would be anybody's guess.
    const token = header.replace(BEARER, "").trim();
    if (!/^[\w.-]+$/.test(token)) return err({ code: "authorization.token-invalid", detail: "The header does not hold one token." });
    const tokens = this.#tokensOf(policy);
    const key = createHash("sha256").update(token).digest("base64");
    const known = tokens.kept.get(key);
    if (known === undefined || known.untilMs <= this.#clock.wallMs()) return this.#verify(tokens, key, token);
    tokens.kept.delete(key);
    tokens.kept.set(key, known);
    return ok(known.claims);
  }

  #tokensOf(policy: AuthorizationPolicy): PolicyTokens {
    let tokens = this.#policies.get(policy);
    if (tokens === undefined) {
      tokens = { verifier: createTokenVerifier(policy.jwtProviders ?? [], () => this.#clock.wallMs()), kept: new Map() };
      this.#policies.set(policy, tokens);
    }
    return tokens;
  }

  async #verify({ kept, verifier }: PolicyTokens, key: string, token: string): Promise<ClaimsResult> {
    kept.delete(key);
    const verified = await verifier.verify(token);
    if (!verified.ok) {
      if (verified.error.unknownKeyOf !== undefined) this.#tell(verified.error.unknownKeyOf);
      return verified;
    }
    const { claims } = verified.value satisfies VerifiedToken;
    kept.set(key, { claims, untilMs: Number(claims["exp"]) * 1_000 });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return ok(claims);
  }

  #tell(issuer: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - (this.#toldMs.get(issuer) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS) return;
    this.#toldMs.set(issuer, nowMs);
    this.onUnknownKey(issuer);
  }
}
