import { describe, expect, test } from "vitest";
import type { AuthorizationPolicy, AuthorizationRule } from "@/lib/model/index.ts";
import { type Caller, callerVerdict } from "./caller-verdict.ts";

const cart: Caller = { service: "cart", version: "1.0.0", identity: "spiffe://interlock.local/service/cart/version/1.0.0" };
const outside: Caller = { service: "ingress", version: null, identity: null };
const policy = (action: "allow" | "deny", ...rules: readonly AuthorizationRule[]): AuthorizationPolicy => ({ action, rules });
const of = (given: AuthorizationPolicy | null, caller = cart) => callerVerdict(given, caller).verdict;

describe("whether a caller gets in", () => {
  test.each([
    ["without a policy everybody does", null, "allowed"],
    ["an allow policy without rules lets nobody in", policy("allow"), "refused"],
    ["a deny policy without rules lets everybody in", policy("deny"), "allowed"],
    ["a rule for its service lets it in", policy("allow", { from: { services: ["cart"] } }), "allowed"],
    ["a rule for another service does not", policy("allow", { from: { services: ["orders"] } }), "refused"],
    ["another version of it is another caller", policy("allow", { from: { services: ["cart@2.0.0"] } }), "refused"],
    ["a deny rule wins", policy("allow", {}, { action: "deny", from: { services: ["cart"] } }), "refused"],
    ["a method that is denied leaves the others", policy("deny", { to: { methods: ["DELETE"] } }), "partly"],
    ["a path that is allowed is not all of them", policy("allow", { to: { paths: ["/pay/*"] } }), "partly"],
    ["every path is", policy("allow", { to: { paths: ["*"] } }), "allowed"],
    ["a narrow denial within a wide permit is seen", policy("allow", {}, { action: "deny", to: { paths: ["/admin/*"] } }), "partly"],
    ["one who needs a token may come with it", policy("allow", { from: { jwt: { role: ["admin"] } } }), "partly"],
    ["an identity by prefix lets it in", policy("allow", { from: { identities: ["spiffe://interlock.local/service/cart/*"] } }), "allowed"],
  ] as const)("%s", (_, given, verdict) => expect(of(given)).toBe(verdict));

  test("traffic from outside is a caller of its own", () => {
    expect(of(policy("allow", { from: { services: ["ingress"] } }), outside)).toBe("allowed");
    expect(of(policy("allow", { from: { services: ["cart"] } }), outside)).toBe("refused");
  });

  test("who proves no identity is refused by denials about identities", () => {
    const given = policy("deny", { from: { identities: ["spiffe://other/ingress"] } });
    expect(of(given, { ...cart, identity: null })).toBe("refused");
    expect(of(given)).toBe("allowed");
  });

  test("says which kind of request is refused, and by what", () => {
    const given = policy("deny", { name: "no deletions", to: { methods: ["DELETE"], paths: ["/orders"] } });
    expect(callerVerdict(given, cart)).toEqual({ verdict: "partly", rule: "no deletions", refused: "DELETE /orders" });
  });

  test("a policy of more kinds than can be tried is never called certain", () => {
    const many = Array.from({ length: 64 }, (_, index) => index);
    const given = policy("allow", { to: { methods: many.map((index) => `M${index}`), paths: many.map((index) => `/p${index}/*`) } }, {});
    expect(of(given)).toBe("partly");
  });
});
