import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METRICS } from "./metric/metric-catalog.ts";
import { BUILT_IN_POLICIES } from "./rule/built-in.ts";
import { describePolicy } from "./rule/describe-policy.ts";

const text = readFileSync(new URL("../../docs/policies.md", import.meta.url), "utf8");

test("docs/policies.md lists every metric with what it says", () => {
  for (const [name, { says }] of Object.entries(METRICS))
    expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\|.*${escaped(says)} \\|$`, "m"));
});

test("docs/policies.md lists Interlock's own policies with their rules", () => {
  for (const policy of BUILT_IN_POLICIES)
    expect(text).toContain(`| ${policy.name} | ${policy.kind} | ${policy.enabled ? "on" : "off"} | ${describePolicy(policy)} |`);
});

function escaped(plain: string): string {
  return plain.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
