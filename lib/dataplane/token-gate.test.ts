import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import type { AuthorizationPolicy } from "../model/index.ts";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { TokenGate } from "./token-gate.ts";

const ISSUER = "https://issuer.example";

let clock: FakeClock;
let gate: TokenGate;
let policy: AuthorizationPolicy;
let sign: (seconds: number, kid?: string) => Promise<string>;

beforeEach(async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1" }] };
  policy = { action: "deny", rules: [], jwtProviders: [{ issuer: ISSUER, jwks }] } as unknown as AuthorizationPolicy;
  clock = createFakeClock();
  gate = new TokenGate(clock);
  sign = (seconds, kid = "k1") =>
    new SignJWT({ sub: "anna" })
      .setProtectedHeader({ alg: "ES256", kid })
      .setIssuer(ISSUER)
      .setExpirationTime(Math.floor(clock.wallMs() / 1_000) + seconds)
      .sign(privateKey);
});

const withToken = (token: string) => ({ header: (name: string) => (name === "authorization" ? `Bearer ${token}` : undefined) });

describe("a token", () => {
  test("is verified once and then known, until it expires; a new policy verifies it again", async () => {
    const head = withToken(await sign(60));
    const first = gate.claimsOf(policy, head);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toMatchObject({ ok: true, value: { sub: "anna" } });
    expect(gate.claimsOf(policy, head)).toMatchObject({ ok: true, value: { sub: "anna" } });
    expect(gate.claimsOf({ ...policy }, head)).toBeInstanceOf(Promise);
    clock.advance(61_000);
    expect(gate.claimsOf(policy, head)).toBeInstanceOf(Promise);
    clock.advance(61_000);
    expect(await gate.claimsOf(policy, head)).toMatchObject({ ok: false, error: { code: "authorization.token-invalid" } });
  });

  test("that was refused is not remembered as good", async () => {
    const head = withToken(await sign(-3_600));
    for (const _ of [1, 2]) expect(await gate.claimsOf(policy, head)).toMatchObject({ ok: false });
  });

  test("is not asked for where the policy names no issuer", async () => {
    expect(gate.claimsOf({ action: "deny", rules: [] }, withToken("x"))).toEqual({ ok: true, value: null });
  });

  test("of an unknown key is told of, once per issuer in 10 s", async () => {
    const told: string[] = [];
    gate.onUnknownKey = (issuer) => told.push(issuer);
    const head = withToken(await sign(600, "k2"));
    for (const _ of [1, 2, 3]) await gate.claimsOf(policy, head);
    expect(told).toEqual([ISSUER]);
    clock.advance(10_000);
    await gate.claimsOf(policy, head);
    expect(told).toEqual([ISSUER, ISSUER]);
  });
});
