import { describe, expect, test } from "vitest";
import { alsoOf, needsPlan, othersOf, rollbackSteps } from "./rollback-answer.ts";

describe("what a rollback would do", () => {
  const exposure = (unproven: number) => ({ before: { broken: 0.1, unproven }, after: { broken: 0, unproven } });

  test.each([
    ["nothing else has to move where every pair is proven", { exposure: exposure(0) }, "alsoNothing"],
    ["unproven pairs are not called safe", { exposure: exposure(0.02) }, "alsoUnproven"],
    ["an answer that judged nothing claims nothing", {}, "alsoUnknown"],
  ])("%s", (_, answer, said) => expect(alsoOf(answer)).toBe(said));

  const step = (wave: number, service: string) => ({ wave, service, kind: "shift" as const, from: "2.0.0", to: "1.0.0", reversible: true });
  const closure = (...steps: ReturnType<typeof step>[]) => ({ service: "checkout", to: "1.0.0", steps });

  test("a service that the engine found a way for alone takes no other along, and needs no plan", () => {
    const alone = closure(step(1, "checkout"));
    expect(alsoOf({ exposure: exposure(0.02), closure: alone })).toBe("alsoAlone");
    expect(needsPlan(alone)).toBe(false);
    expect(needsPlan(undefined)).toBe(false);
  });

  test("a rollback that takes others along needs a plan, and names each of them once", () => {
    const others = closure(step(1, "payments"), step(2, "checkout"), step(3, "payments"));
    expect(needsPlan(others)).toBe(true);
    expect(othersOf(others)).toEqual(["payments"]);
  });

  test("a version that is left has to fall silent", () => {
    const steps = rollbackSteps({ from: { "1.2.0": 7500, "1.3.0": 2500 }, to: { "1.2.0": 10_000 } }, 3);
    expect(steps.map(({ key }) => key)).toEqual(["stepAccept", "stepMove", "stepProof"]);
    expect(steps[2]?.values).toEqual({ n: 3, to: "1.2.0", versions: "1.3.0" });
  });

  test("of a version that keeps some weight no silence is promised", () => {
    const steps = rollbackSteps({ from: { "1.2.0": 5000, "1.3.0": 5000 }, to: { "1.2.0": 9000, "1.3.0": 1000 } }, 3);
    expect(steps.map(({ key }) => key)).toEqual(["stepAccept", "stepMove", "stepSettle"]);
    expect(steps[1]?.values.to).toBe("1.2.0, 1.3.0");
  });

  test("only those that end without weight are named as silent", () => {
    const steps = rollbackSteps({ from: { a: 4000, b: 3000, c: 3000 }, to: { a: 8000, b: 2000, c: 0 } }, 1);
    expect(steps[2]).toMatchObject({ key: "stepProof", values: { to: "a, b", versions: "c" } });
  });
});
