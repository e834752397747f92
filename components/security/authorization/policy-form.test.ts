import { describe, expect, test } from "vitest";
import { EMPTY_RULE, fieldsOfPolicy, isSamePolicy, type Policy, policyOfFields } from "./policy-form.ts";

const full: Policy = {
  action: "allow",
  rules: [
    { name: "shop", from: { services: ["checkout", "cart@1.4.0"] }, to: { methods: ["GET", "POST"], paths: ["/pay/*"] } },
    { action: "deny", from: { identities: ["spiffe://interlock.local/service/old/*"] } },
    { from: { jwt: { role: ["admin", "ops"], team: ["pay"] } } },
    { from: { jwt: {} } },
    {},
  ],
  jwtProviders: [
    { issuer: "https://id.example.com", audiences: ["shop"], jwksUri: "https://id.example.com/keys" },
    { issuer: "local", jwks: { keys: [{ kty: "EC", crv: "P-256" }] } },
  ],
};

describe("a policy in a form", () => {
  test("survives the way there and back", () => {
    expect(policyOfFields(fieldsOfPolicy(full))).toEqual({ policy: full, problems: [] });
  });

  test("leaves out what is empty, so that no list fits nobody", () => {
    const { policy } = policyOfFields({
      action: "deny",
      rules: [{ id: 0, ...EMPTY_RULE, action: "deny", methods: " get ,, ", paths: " " }],
      providers: [],
    });
    expect(policy).toEqual({ action: "deny", rules: [{ to: { methods: ["GET"] } }] });
  });

  test("keeps the action of a rule where the policy's is another", () => {
    const { policy } = policyOfFields({ action: "deny", rules: [{ id: 0, ...EMPTY_RULE }], providers: [] });
    expect(policy.rules).toEqual([{ action: "allow" }]);
  });

  test("says at which field something cannot be read", () => {
    const fields = fieldsOfPolicy(full);
    const rules = fields.rules.map((rule, index) => (index === 2 ? { ...rule, claims: "role = admin\nnobody" } : rule));
    const providers = fields.providers.map((provider, index) => (index === 1 ? { ...provider, jwks: "{" } : provider));
    expect(policyOfFields({ ...fields, rules, providers }).problems).toEqual([
      { path: "rules.2.from.jwt", key: "claim" },
      { path: "jwtProviders.1.jwks", key: "jwks" },
    ]);
  });

  test("of a service without one begins with a rule to fill in", () => {
    expect(fieldsOfPolicy(null)).toEqual({ action: "allow", rules: [{ id: 0, ...EMPTY_RULE }], providers: [] });
  });

  test("is the same whatever the order of its keys", () => {
    expect(isSamePolicy(full, { jwtProviders: full.jwtProviders, rules: full.rules, action: "allow" } as Policy)).toBe(true);
    expect(isSamePolicy(full, null)).toBe(false);
  });
});
