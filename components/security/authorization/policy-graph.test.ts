import { describe, expect, test } from "vitest";
import type { AuthorizationPolicy } from "@/lib/model/index.ts";
import { opennessOf, policyGraph } from "./policy-graph.ts";

const payments: AuthorizationPolicy = { action: "allow", rules: [{ from: { services: ["checkout", "refunds"] } }] };
const edge = (from: string, to: string, more = {}) => ({ key: `${from}>${to}`, from, to, denied: 0, requests: 10, encrypted: 1, ...more });

function graph(onlyPolicies: boolean) {
  return policyGraph({
    services: ["cart", "checkout", "payments", "refunds"],
    policies: new Map([["payments", payments]]),
    edges: [
      edge("ingress", "cart"),
      edge("cart", "payments", { denied: 4 }),
      edge("checkout", "payments"),
      edge("cart", "checkout", { requests: 0 }),
    ],
    versionsOf: () => ["1.0.0"],
    trustDomain: "interlock.local",
    onlyPolicies,
  });
}

describe("who may call whom", () => {
  test("calls that happen have the verdict of the policy, and calls that are only named are there too", () => {
    expect(graph(true).edges).toEqual([
      { key: "cart>payments", from: "cart", to: "payments", verdict: "refused", isLive: true, denied: 4 },
      { key: "checkout>payments", from: "checkout", to: "payments", verdict: "allowed", isLive: true, denied: 0 },
      { key: "refunds>payments", from: "refunds", to: "payments", verdict: "allowed", isLive: false, denied: 0 },
    ]);
  });

  test("with policies only, services that no policy is about stay out", () => {
    expect(graph(true).nodes.map(({ id }) => id)).toEqual(["cart", "checkout", "payments", "refunds"]);
    expect(graph(false).nodes.map(({ id }) => id)).toContain("ingress");
  });

  test("a caller of several versions of which one gets in is partly allowed", () => {
    const only: AuthorizationPolicy = { action: "allow", rules: [{ from: { services: ["cart@1.0.0"] } }] };
    const { edges } = policyGraph({
      services: ["cart", "payments"],
      policies: new Map([["payments", only]]),
      edges: [edge("cart", "payments")],
      versionsOf: () => ["1.0.0", "2.0.0"],
      trustDomain: "interlock.local",
      onlyPolicies: false,
    });
    expect(edges[0]?.verdict).toBe("partly");
  });
});

test.each([
  ["no policy", undefined, "open"],
  ["a deny policy without rules", { action: "deny", rules: [] }, "open"],
  ["a deny policy with rules", { action: "deny", rules: [{}] }, "denies"],
  ["an allow policy with rules", payments, "allows"],
  ["an allow policy without rules", { action: "allow", rules: [] }, "closed"],
  ["an allow policy with nothing but denials", { action: "allow", rules: [{ action: "deny" }] }, "closed"],
] as const)("%s leaves a service %s", (_, policy, openness) => expect(opennessOf(policy)).toBe(openness));
