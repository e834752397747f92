import { describe, expect, test } from "vitest";
import { wayLabel } from "./plan-label.ts";
import { lastWave, servicesOf, wavesOfClosure } from "./plan-view.ts";

const step = (service: string, to = "2.0.0") => ({ service, from: "1.0.0", to, reversible: true });
const wave = (...steps: ReturnType<typeof step>[]) => ({ kind: "shift" as const, steps });

describe("a way in few words", () => {
  test("two waves name what goes first and what last", () => {
    expect(wayLabel([wave(step("checkout")), wave(step("payments", "3.0.0"))])).toMatchObject({
      key: "two",
      first: [{ service: "checkout", to: "2.0.0" }],
      last: [{ service: "payments", to: "3.0.0" }],
    });
  });

  test("a long way is only counted", () => {
    expect(wayLabel([wave(step("a")), wave(step("b"), step("c")), wave(step("d"))])).toEqual({ key: "many", steps: 4, waves: 3 });
  });

  test("a service that moves twice is one service", () => {
    expect(servicesOf([wave(step("a")), wave(step("b"), step("a", "3.0.0"))])).toEqual(["a", "b"]);
  });
});

test("steps of a closure stand in the waves that they name, in order", () => {
  const steps = [
    { ...step("payments"), wave: 1, kind: "shift" as const },
    { ...step("checkout"), wave: 2, kind: "lane" as const },
    { ...step("cart"), wave: 2, kind: "lane" as const },
  ];
  expect(wavesOfClosure(steps).map(({ kind, steps: own }) => [kind, own.map(({ service }) => service)])).toEqual([
    ["shift", ["payments"]],
    ["lane", ["checkout", "cart"]],
  ]);
});

describe("the wave that phases are about", () => {
  const shown = (state: "waiting" | "running" | "done", service: string) => ({
    kind: "shift" as const,
    state,
    steps: [{ ...step(service), proof: [], ready: 1, capacityRps: null }],
  });
  const phases = (service: string) => [{ service, phases: [] }];

  test("is the one under way, else the one that moved last; none before the first move", () => {
    expect(lastWave({ waves: [shown("done", "a"), shown("running", "b")], phases: phases("b") })).toBe(1);
    expect(lastWave({ waves: [shown("done", "a"), shown("waiting", "b")], phases: phases("a") })).toBe(0);
    expect(lastWave({ waves: [shown("waiting", "a")], phases: [] })).toBeNull();
  });
});
