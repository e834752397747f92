import { describe, expect, test } from "vitest";
import type { Release } from "../model/index.ts";
import { shop } from "./decide/decide-mesh.fixture.ts";
import { nextStepOf, type StepFacts } from "./release-step.ts";

const NOBODY = { requests: 0, bad: 0 };
const MANY = { requests: 500, bad: 0 };

/** A harm budget of 50 at `weightBp`, `waitedMs` after its last step, with a request per second. */
function facts(weightBp: number, waitedMs: number, version: StepFacts["arms"]["version"]): StepFacts {
  const mesh = shop();
  mesh.must({ kind: "release.create", service: "payments", version: "2.4.0", start: true, strategy: "harm-budget" } as never);
  const [made] = [...mesh.state.releases.values()];
  if (made === undefined) throw new Error("no release");
  const release: Release = { ...made, weightBp };
  return {
    release,
    service: mesh.service("payments"),
    wallMs: Date.parse(release.stepSince) + waitedMs,
    phases: [],
    acceptance: { acknowledged: 1, proxies: 1 },
    verdict: { verdict: "inconclusive", sentence: "" } as StepFacts["verdict"],
    stepRequests: 0,
    arms: { version, baseline: MANY },
    happened: () => false,
    rps: () => 1,
  };
}

describe("a harm budget", () => {
  test("does not get to all of the traffic with nobody to see it, and says what it waits for", () => {
    expect(nextStepOf(facts(0, 0, NOBODY))).toEqual({ kind: "act", finding: { kind: "advance", weightBp: 5_000 } });
    const waits = nextStepOf(facts(5_000, 60_000, NOBODY));
    expect(waits).toMatchObject({ kind: "wait", sentence: "At 50 %: 2.4.0 answered 0 of the 20 requests that more needs." });
    expect(nextStepOf(facts(5_000, 60_000, MANY))).toEqual({ kind: "act", finding: { kind: "advance", weightBp: 10_000 } });
  });

  test("stays at all of the traffic for a step, and is promoted then", () => {
    expect(nextStepOf(facts(10_000, 29_000, MANY))).toMatchObject({ kind: "wait" });
    expect(nextStepOf(facts(10_000, 30_000, MANY))).toEqual({ kind: "act", finding: { kind: "advance" } });
  });
});
