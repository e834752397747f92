import { expect, test } from "vitest";
import type { Split } from "@/lib/client/index.ts";
import { judgeConvergence } from "./convergence.ts";

function split(rev: number, acknowledged: number, observed: Record<string, readonly [requests: number, low: number, high: number]>): Split {
  const requests = Object.values(observed).reduce((sum, [count]) => sum + count, 0);
  return {
    service: "recommendations",
    rev,
    weights: { "1.2.0": 7500, "1.3.0": 2500 },
    accepted: { rev, acknowledged, proxies: 3 },
    observed: {
      windowMs: 1000,
      requests,
      versions: Object.fromEntries(
        Object.entries(observed).map(([version, [count, low, high]]) => [version, { requests: count, share: count / requests, low, high }]),
      ),
    },
    since: null,
    phases: [],
    renormalised: [],
  };
}

const wanted = { "1.2.0": 7500, "1.3.0": 2500 };

test("a split that not all proxies have is sent, not accepted", () => {
  expect(judgeConvergence(split(8, 2, {}), wanted, 8)).toEqual({ stage: "sent", acknowledged: 2, proxies: 3 });
  expect(judgeConvergence(split(7, 3, {}), wanted, 8)).toEqual({ stage: "sent", acknowledged: 0, proxies: 3 });
});

test("too few requests prove nothing of what is observed", () => {
  expect(judgeConvergence(split(8, 3, { "1.2.0": [3, 0.3, 0.95], "1.3.0": [1, 0.05, 0.7] }), wanted, 8).stage).toBe("accepted");
});

test("shares whose intervals hold the weights are observed", () => {
  expect(judgeConvergence(split(8, 3, { "1.2.0": [75, 0.65, 0.83], "1.3.0": [25, 0.17, 0.35] }), wanted, 8)).toEqual({
    stage: "observed",
    requests: 100,
  });
});

test("traffic on a version without weight is not yet observed", () => {
  expect(judgeConvergence(split(8, 3, { "1.2.0": [75, 0.65, 0.83], "1.3.0": [25, 0.17, 0.35] }), { "1.2.0": 10_000 }, 8).stage).toBe(
    "accepted",
  );
});
