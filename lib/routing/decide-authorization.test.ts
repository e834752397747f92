import { describe, expect, test } from "vitest";
import type { AuthorizationPolicy, AuthorizationRule, Principal } from "../model/index.ts";
import { type AuthorizationRequest, decideAuthorization } from "./decide-authorization.ts";

const instance = (service: string, version = "1.4.0") => ({ kind: "instance", service, version }) as Principal;
const CHECKOUT: AuthorizationRequest = {
  principal: instance("checkout"),
  identity: "spiffe://interlock.local/service/checkout/version/1.4.0",
  method: "GET",
  path: "/orders/1",
  claims: null,
};
const NOBODY: AuthorizationRequest = { ...CHECKOUT, principal: null, identity: null };

function decide(policy: AuthorizationPolicy | null, more: Partial<AuthorizationRequest> = {}) {
  return decideAuthorization(policy, { ...CHECKOUT, ...more }).kind;
}
const allowing = (...rules: AuthorizationRule[]): AuthorizationPolicy => ({ action: "allow", rules });
const denying = (...rules: AuthorizationRule[]): AuthorizationPolicy => ({ action: "deny", rules });

describe("without a rule that fits", () => {
  test.each([
    ["no policy lets everybody in", null, "allow"],
    ["an empty allow policy lets nobody in", allowing(), "deny"],
    ["an empty deny policy lets everybody in", denying(), "allow"],
    ["one allow rule in a deny policy closes it to all others", denying({ action: "allow", from: { services: ["cart"] } }), "deny"],
    ["a deny rule that does not fit leaves an allow policy closed", allowing({ action: "deny", from: { services: ["cart"] } }), "deny"],
  ] as const)("%s", (_, policy, kind) => {
    expect(decide(policy)).toBe(kind);
  });
});

describe("who calls", () => {
  test.each([
    ["a service by name", { services: ["cart", "checkout"] }, {}, "allow"],
    ["one version of it", { services: ["checkout@1.4.0"] }, {}, "allow"],
    ["not another version", { services: ["checkout@1.5.0"] }, {}, "deny"],
    ["the ingress", { services: ["ingress"] }, { principal: { kind: "ingress" } }, "allow"],
    ["an identity, byte by byte", { identities: [CHECKOUT.identity ?? ""] }, {}, "allow"],
    ["not in other case", { identities: ["SPIFFE://interlock.local/service/checkout/version/1.4.0"] }, {}, "deny"],
    ["a prefix of identities", { identities: ["spiffe://interlock.local/service/checkout/*"] }, {}, "allow"],
    ["not without certificate", { identities: ["spiffe://interlock.local/*"] }, { identity: null }, "deny"],
    ["all lists have to fit", { services: ["checkout"], identities: ["spiffe://other/*"] }, {}, "deny"],
    ["nobody knows him", { services: ["checkout"] }, NOBODY, "deny"],
    ["a claim", { jwt: { role: ["admin"] } }, { claims: { role: "admin" } }, "allow"],
    ["one of several values", { jwt: { role: ["admin"] } }, { claims: { role: ["user", "admin"] } }, "allow"],
    ["a number as claim", { jwt: { level: ["3"] } }, { claims: { level: 3 } }, "allow"],
    ["another value", { jwt: { role: ["admin"] } }, { claims: { role: "administrator" } }, "deny"],
    ["every claim has to be there", { jwt: { role: ["admin"], org: ["a"] } }, { claims: { role: "admin" } }, "deny"],
    ["any verified token", { jwt: {} }, { claims: {} }, "allow"],
    ["no token", { jwt: {} }, {}, "deny"],
    ["a claim named like a built-in", { jwt: { constructor: ["function Object() { [native code] }"] } }, { claims: {} }, "deny"],
  ] as const)("%s", (_, from, more, kind) => {
    expect(decide(allowing({ from }), more as Partial<AuthorizationRequest>)).toBe(kind);
  });
});

describe("what is called", () => {
  test.each([
    ["a method", { methods: ["GET"] }, {}, "allow"],
    ["methods have case", { methods: ["GET"] }, { method: "get" }, "deny"],
    ["a path", { paths: ["/orders/1"] }, {}, "allow"],
    ["a prefix", { paths: ["/orders/*"] }, {}, "allow"],
    ["not beside it", { paths: ["/orders/*"] }, { path: "/ordersx" }, "deny"],
    ["every path", { paths: ["*"] }, {}, "allow"],
    ["in any spelling", { paths: ["/orders/1"] }, { path: "//%6frders/./x/../1" }, "deny"],
    ["in any spelling of bytes", { paths: ["/orders/1"] }, { path: "/%6frders/./x/../1" }, "allow"],
    ["methods and paths together", { methods: ["POST"], paths: ["*"] }, {}, "deny"],
    ["OPTIONS *", { paths: ["*"] }, { method: "OPTIONS", path: "*" }, "allow"],
  ] as const)("%s", (_, to, more, kind) => {
    expect(decide(allowing({ to }), more)).toBe(kind);
  });

  test("what is sent on is what was decided on", () => {
    const verdict = decideAuthorization(allowing({ to: { paths: ["/a/*"] } }), { ...CHECKOUT, path: "/a//b/%7e" });
    expect(verdict).toMatchObject({ kind: "allow", path: "/a/b/~", why: "rule 1 allows it." });
    expect(decideAuthorization(allowing({}), { ...CHECKOUT, path: "/a//b/%7e;x" })).toMatchObject({ kind: "allow", path: "/a//b/%7e;x" });
  });
});

describe("it fails closed", () => {
  test("deny wins over allow, in whatever order they stand", () => {
    const rules: AuthorizationRule[] = [
      { name: "let in", from: { services: ["checkout"] } },
      { name: "keep out", action: "deny", to: { methods: ["GET"] } },
    ];
    for (const given of [rules, rules.toReversed()]) {
      expect(decideAuthorization(allowing(...given), CHECKOUT)).toMatchObject({
        kind: "deny",
        rule: { name: "keep out" },
        why: "keep out denies it.",
      });
      expect(decide(allowing(...given), { method: "POST" })).toBe("allow");
    }
  });

  test("a deny rule about claims fits who has them and who leaves his token out; one against any token only who has one", () => {
    const role = { from: { jwt: { role: ["guest"] } } };
    expect(decide(denying(role), { claims: { role: "guest" } })).toBe("deny");
    expect(decide(denying(role), { claims: null })).toBe("deny");
    expect(decide(denying(role), { claims: { role: "admin" } })).toBe("allow");
    expect(decide(denying({ from: { jwt: {} } }), { claims: null })).toBe("allow");
    expect(decide(denying({ from: { jwt: {} } }), { claims: {} })).toBe("deny");
  });

  test("a deny rule about methods has no case and covers HEAD with GET; an allow rule means what it says", () => {
    const readers = { to: { methods: ["GET"] } };
    expect(["GET", "HEAD", "get", "POST"].map((method) => decide(denying(readers), { method }))).toEqual(["deny", "deny", "deny", "allow"]);
    expect(["GET", "HEAD", "get"].map((method) => decide(allowing(readers), { method }))).toEqual(["allow", "deny", "deny"]);
  });

  test("a caller who does not say who he is fits every deny rule about callers", () => {
    expect(decide(denying({ from: { services: ["cart"] } }), NOBODY)).toBe("deny");
    expect(decide(denying({ from: { identities: ["spiffe://a/*"] } }), NOBODY)).toBe("deny");
    expect(decide(denying({ from: { services: ["cart"] } }))).toBe("allow");
  });

  test("a path that servers read in different ways is denied where the policy looks at paths", () => {
    for (const path of ["/a%2fb", "/admin;x", "/a\\b", "/%252e", "/a/../.."]) {
      expect(decide(denying({ to: { paths: ["/admin*"] } }), { path })).toBe("deny");
      expect(decide(allowing({ to: { paths: ["*"] } }), { path })).toBe("deny");
      expect(decide(denying({ to: { methods: ["POST"] } }), { path })).toBe("allow");
    }
  });

  test.each([
    ["no rules at all", { action: "deny" }],
    ["an action nobody knows", { action: "audit", rules: [] }],
    ["a rule with an action nobody knows", { action: "deny", rules: [{ action: "log" }] }],
    ["a list that is none", { action: "allow", rules: [{ from: { services: 5 } }] }],
    ["claims that are none", { action: "allow", rules: [{ from: { jwt: { role: null } } }] }],
    ["null for a rule", { action: "deny", rules: [null] }],
  ])("a policy that cannot be read lets nobody in: %s", (_, policy) => {
    expect(decide(policy as unknown as AuthorizationPolicy, { claims: { role: "admin" } })).toBe("deny");
  });
});
