import { describe, expect, test } from "vitest";
import type { AuthorizationPolicy, AuthorizationRule, JwtProvider } from "../model/index.ts";
import { checkAuthorization } from "./check-authorization.ts";

const KEYS = { keys: [{ kty: "EC", crv: "P-256" }] };
const provider = (more: Partial<JwtProvider> = {}): JwtProvider => ({ issuer: "https://id.example.com", jwks: KEYS, ...more });

function check(rule: unknown, jwtProviders?: readonly JwtProvider[]) {
  const policy: AuthorizationPolicy = {
    action: "allow",
    rules: [rule as AuthorizationRule],
    ...(jwtProviders === undefined ? {} : { jwtProviders }),
  };
  return checkAuthorization(policy, "");
}

describe("every problem of a rule is reported with its path and a fix", () => {
  test.each<readonly [string, unknown, string, RegExp]>([
    ["an action nobody knows", { action: "audit" }, "action", /allow or deny/],
    ["an empty list of services", { from: { services: [] } }, "from.services", /everybody/],
    ["a service that cannot be", { from: { services: ["Shop"] } }, "from.services.0", /checkout@1\.4\.0/],
    ["a version that cannot be", { from: { services: ["cart", "shop@1"] } }, "from.services.1", /checkout@1\.4\.0/],
    ["a version of the ingress", { from: { services: ["ingress@1.0.0"] } }, "from.services.0", /ingress/],
    ["an identity of another kind", { from: { identities: ["cn=shop"] } }, "from.identities.0", /SPIFFE/],
    ["a star within an identity", { from: { identities: ["spiffe://*/ingress"] } }, "from.identities.0", /end only/],
    ["claims without a provider", { from: { jwt: { role: ["admin"] } } }, "from.jwt", /jwtProviders/],
    ["a method in lower case", { to: { methods: ["get"] } }, "to.methods.0", /Write GET/],
    ["a method that is no token", { to: { methods: ["GET /"] } }, "to.methods.0", /such as GET/],
    ["no methods", { to: { methods: [] } }, "to.methods", /everybody/],
    ["a path without slash", { to: { paths: ["admin"] } }, "to.paths.0", /"\/admin"/],
    ["a path that no request has", { to: { paths: ["/a/../b/*"] } }, "to.paths.0", /"\/b\/\*"/],
    ["an escape in lower case", { to: { paths: ["/%c3%a4*"] } }, "to.paths.0", /"\/%C3%A4\*"/],
    ["a path that is always refused", { to: { paths: ["/a;b"] } }, "to.paths.0", /plain path/],
    ["a star within a path", { to: { paths: ["/a/*/b"] } }, "to.paths.0", /at the end only/],
  ])("%s", (_, rule, path, fix) => {
    expect(check(rule)).toEqual([
      { path: `rules.0.${path}`, code: "authorization.invalid", detail: expect.any(String), fix: expect.stringMatching(fix) },
    ]);
  });

  test("all at once", () => {
    const rule = { action: "x", from: { services: ["A"], identities: [] }, to: { methods: ["get"], paths: ["b"] } };
    expect(check(rule).map(({ path }) => path)).toEqual([
      "rules.0.action",
      "rules.0.from.services.0",
      "rules.0.from.identities",
      "rules.0.to.methods.0",
      "rules.0.to.paths.0",
    ]);
  });
});

describe("every problem of a token's provider is reported", () => {
  test.each<readonly [string, JwtProvider[], string]>([
    ["no issuer", [provider({ issuer: "" })], "jwtProviders.0.issuer"],
    ["no keys", [{ issuer: "a" }], "jwtProviders.0"],
    ["two sources of keys", [provider({ jwksUri: "https://id.example.com/keys" })], "jwtProviders.0"],
    ["an address that is none", [{ issuer: "a", jwksUri: "file:///etc/keys" }], "jwtProviders.0.jwksUri"],
    ["an address with a password", [{ issuer: "a", jwksUri: "https://u:p@id.example.com/" }], "jwtProviders.0.jwksUri"],
    ["a secret as key", [provider({ jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } })], "jwtProviders.0.jwks.keys.0.kty"],
    [
      "a private key",
      [provider({ jwks: { keys: [{ kty: "EC", crv: "P-256", x: "eA", y: "eQ", d: "ZA" }] } })],
      "jwtProviders.0.jwks.keys.0.d",
    ],
    ["an empty key set", [provider({ jwks: { keys: [] } })], "jwtProviders.0.jwks.keys"],
    ["an empty audience", [provider({ audiences: [""] })], "jwtProviders.0.audiences.0"],
    ["one issuer twice", [provider(), provider()], "jwtProviders.1.issuer"],
  ])("%s", (_, providers, path) => {
    expect(check({}, providers)).toMatchObject([{ path, code: "authorization.invalid" }]);
  });
});

test("good policies have no problem", () => {
  const rule: AuthorizationRule = {
    name: "shop",
    action: "deny",
    from: {
      services: ["checkout", "checkout@1.4.0-rc.1", "ingress"],
      identities: ["spiffe://interlock.local/service/shop/*"],
      jwt: { role: ["admin"] },
    },
    to: { methods: ["GET", "PURGE"], paths: ["*", "/", "/a/*", "/%C3%A4", "/a*"] },
  };
  expect(check(rule, [provider()])).toEqual([]);
  expect(checkAuthorization({ action: "allow", rules: [] }, "policy")).toEqual([]);
  expect(checkAuthorization({ action: "audit" as never, rules: [] }, "policy")).toMatchObject([{ path: "policy.action" }]);
});
