/**
 * Tokens of callers: JSON Web Tokens (RFC 7519, RFC 8725) verified against key sets that are already here; nothing is fetched.
 *
 * Accepted are asymmetric signatures only (RS256, PS256, ES256, EdDSA): `none` and shared secrets never. A token must name a provider's issuer, be
 * meant for one of its audiences where it has any, and expire. Clocks may be a minute apart.
 */
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { JwtProvider } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";

/** A token that was verified. */
export interface VerifiedToken {
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface TokenFailure {
  readonly code: "authorization.token-invalid";
  /** Why, for the log of the proxy; it holds nothing of the token. */
  readonly detail: string;
  /** The issuer whose keys do not have the token's key: worth fetching them again. */
  readonly unknownKeyOf?: string;
}

export interface TokenVerifier {
  verify(token: string): Promise<Result<VerifiedToken, TokenFailure>>;
}

const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];
const SKEW_SECONDS = 60;
/** Longest token that is looked at. */
const TOKEN_CHARS_MAX = 16_384;

interface Keys {
  readonly provider: JwtProvider;
  readonly find: ReturnType<typeof createLocalJWKSet>;
}

/** A verifier for the providers of one policy; make it anew when they change. Providers without keys accept no token. */
export function createTokenVerifier(providers: readonly JwtProvider[], wallMs: () => number): TokenVerifier {
  const byIssuer = new Map<string, Keys[]>();
  for (const provider of providers) {
    const keys = { provider, find: createLocalJWKSet({ keys: [...(provider.jwks?.keys ?? [])] } as JSONWebKeySet) };
    byIssuer.set(provider.issuer, [...(byIssuer.get(provider.issuer) ?? []), keys]);
  }

  return {
    async verify(token) {
      const issuer = issuerOf(token);
      if (issuer === null) return failure("The token cannot be read, or it names no issuer.");
      let last = failure("No provider of this service issued the token.");
      for (const keys of byIssuer.get(issuer) ?? []) {
        const verified = await verifyWith(keys, token, wallMs());
        if (verified.ok) return verified;
        last = verified;
      }
      return last;
    },
  };
}

function issuerOf(token: string): string | null {
  if (token.length > TOKEN_CHARS_MAX) return null;
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

async function verifyWith({ provider, find }: Keys, token: string, wallMs: number): Promise<Result<VerifiedToken, TokenFailure>> {
  const { issuer, audiences = [] } = provider;
  const rules = {
    algorithms: ALGORITHMS,
    issuer,
    clockTolerance: SKEW_SECONDS,
    currentDate: new Date(wallMs),
    requiredClaims: ["exp"],
    ...(audiences.length === 0 ? {} : { audience: [...audiences] }),
  };
  try {
    return ok(verifiedToken(issuer, (await jwtVerify(token, find, rules)).payload));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return refused(error, issuer);
    return verifyWithEach(error, { token, issuer, rules });
  }
}

/** A token without a key id, where several keys could have signed it. */
async function verifyWithEach(
  candidates: errors.JWKSMultipleMatchingKeys,
  { token, issuer, rules }: { readonly token: string; readonly issuer: string; readonly rules: Parameters<typeof jwtVerify>[2] },
): Promise<Result<VerifiedToken, TokenFailure>> {
  for await (const key of candidates) {
    try {
      return ok(verifiedToken(issuer, (await jwtVerify(token, key, rules)).payload));
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) return refused(error, issuer);
    }
  }
  return failure("The token's signature does not fit.");
}

function verifiedToken(issuer: string, claims: JWTPayload): VerifiedToken {
  return { issuer, claims };
}

function refused(error: unknown, issuer: string): Result<never, TokenFailure> {
  if (error instanceof errors.JWKSNoMatchingKey) return failure(`No key of ${issuer} has the token's key id.`, issuer);
  if (error instanceof errors.JWTExpired) return failure("The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed) return failure(`The token's claim "${error.claim}" does not fit.`);
  if (error instanceof errors.JOSEAlgNotAllowed) return failure("The token's algorithm is not allowed.");
  return failure("The token's signature does not fit.");
}

function failure(detail: string, unknownKeyOf?: string): Result<never, TokenFailure> {
  return err({ code: "authorization.token-invalid", detail, ...(unknownKeyOf === undefined ? {} : { unknownKeyOf }) });
}
