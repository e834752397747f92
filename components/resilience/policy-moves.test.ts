import { expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, effectivePolicy } from "@/lib/model/index.ts";
import { policyMoves } from "./policy-moves.ts";
import type { Effective } from "./policy-values.ts";

const defaults = DEFAULT_TRAFFIC_POLICY as Effective;

test("only what would hold differently is named, with both figures", () => {
  const after = effectivePolicy({ timeouts: { requestMs: 2000, idleMs: 60_000 }, retries: { codes: [503] } }) as Effective;
  expect(policyMoves(defaults, after)).toEqual([
    { path: "retries.codes", before: [], after: [503] },
    { path: "timeouts.requestMs", before: 15_000, after: 2000 },
  ]);
  expect(policyMoves(defaults, structuredClone(defaults))).toEqual([]);
});

test("a health check that is switched on brings its figures with it", () => {
  const after = effectivePolicy({ healthChecks: { kind: "tcp" } }) as Effective;
  expect(policyMoves(defaults, after).map(({ path }) => path)).toContain("healthChecks.intervalMs");
});
