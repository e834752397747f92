import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import type { JwtProvider } from "../model/index.ts";
import { createTokenVerifier } from "./jwt.ts";

const NOW_S = Math.floor(Date.UTC(2026, 5, 1) / 1_000);
const ISSUER = "https://login.example.com";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

async function providerOf(pairs: Readonly<Record<string, Pair>>, more: Partial<JwtProvider> = {}): Promise<JwtProvider> {
  const keys = await Promise.all(Object.entries(pairs).map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid })));
  return { issuer: ISSUER, jwks: { keys: keys as Record<string, unknown>[] }, ...more };
}

interface TokenParts {
  readonly alg?: string;
  readonly kid?: string | undefined;
  readonly claims?: Readonly<Record<string, unknown>>;
}

function token(key: Pair["privateKey"] | Uint8Array, { alg = "ES256", kid = "k1", claims = {} }: TokenParts = {}): Promise<string> {
  return new SignJWT({ iss: ISSUER, exp: NOW_S + 300, sub: "ada", ...claims })
    .setProtectedHeader(kid === "" ? { alg } : { alg, kid })
    .sign(key);
}

async function outcome(providers: readonly JwtProvider[], text: string): Promise<string> {
  const verified = await createTokenVerifier(providers, () => NOW_S * 1_000).verify(text);
  return verified.ok ? "verified" : verified.error.detail;
}

const pair = await generateKeyPair("ES256", { extractable: true });
const provider = await providerOf({ k1: pair });

describe("a token is accepted", () => {
  test.each(["RS256", "PS256", "ES256", "EdDSA"])("when it is signed with %s by a key of its issuer", async (alg) => {
    const keys = await generateKeyPair(alg, { extractable: true });
    const text = await token(keys.privateKey, { alg });
    const verified = await createTokenVerifier([await providerOf({ k1: keys })], () => NOW_S * 1_000).verify(text);
    expect(verified.ok && verified.value).toMatchObject({ issuer: ISSUER, claims: { sub: "ada" } });
  });

  test("within a minute of its expiry, and when it is for one of the audiences", async () => {
    expect(await outcome([provider], await token(pair.privateKey, { claims: { exp: NOW_S - 50 } }))).toBe("verified");
    const strict = { ...provider, audiences: ["shop", "mesh"] };
    expect(await outcome([strict], await token(pair.privateKey, { claims: { aud: "mesh" } }))).toBe("verified");
  });

  test("without a key id when one of several keys signed it", async () => {
    const other = await generateKeyPair("ES256", { extractable: true });
    expect(await outcome([await providerOf({ k0: other, k1: pair })], await token(pair.privateKey, { kid: "" }))).toBe("verified");
  });
});

describe("a token is refused", () => {
  test("when nobody signed it", async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const bare = `${part({ alg: "none" })}.${part({ iss: ISSUER, exp: NOW_S + 300 })}.`;
    expect(await outcome([provider], bare)).toBe("The token's algorithm is not allowed.");
  });

  test("when it is signed with a shared secret, even one that is the public key", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.publicKey)));
    expect(await outcome([provider], await token(secret, { alg: "HS256" }))).toBe("The token's algorithm is not allowed.");
  });

  test("when another key signed it, and when its key is not known", async () => {
    const other = await generateKeyPair("ES256");
    expect(await outcome([provider], await token(other.privateKey))).toBe("The token's signature does not fit.");
    const unknown = await createTokenVerifier([provider], () => NOW_S * 1_000).verify(await token(other.privateKey, { kid: "k2" }));
    expect(unknown).toMatchObject({ ok: false, error: { unknownKeyOf: ISSUER } });
  });

  const claims: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["expired", { exp: NOW_S - 70 }, "The token has expired."],
    ["without an end", { exp: undefined }, 'The token\'s claim "exp" does not fit.'],
    ["not valid yet", { nbf: NOW_S + 70 }, 'The token\'s claim "nbf" does not fit.'],
    ["of another issuer", { iss: "https://evil.example.com" }, "No provider of this service issued the token."],
    ["of an issuer in another spelling", { iss: `${ISSUER}/` }, "No provider of this service issued the token."],
    ["for another audience", { aud: "others" }, 'The token\'s claim "aud" does not fit.'],
    ["for no audience", { aud: undefined }, 'The token\'s claim "aud" does not fit.'],
  ];
  test.each(claims)("when it is %s", async (_, more, detail) => {
    expect(await outcome([{ ...provider, audiences: ["mesh"] }], await token(pair.privateKey, { claims: { aud: "mesh", ...more } }))).toBe(
      detail,
    );
  });

  test("when the provider has no keys yet", async () => {
    expect(await outcome([{ issuer: ISSUER }], await token(pair.privateKey))).toContain("No key of");
  });

  test.each(["", "a.b.c", "x".repeat(20_000)])("when it is no token: %.10s", async (text) => {
    expect(await outcome([provider], text)).toContain("cannot be read");
  });
});
