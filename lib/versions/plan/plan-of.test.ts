import { describe, expect, test } from "vitest";
import { describePair, faultOf, problemOf, type SketchedMesh, wavesInWords } from "./plan-mesh.fixture.ts";
import { planOf } from "./plan-of.ts";
import type { PlanOptions } from "./plan-problem.ts";

function planned(mesh: SketchedMesh, options: Partial<PlanOptions> = {}) {
  const problem = problemOf(mesh);
  const plan = planOf(problem, { describe: describePair, ...options });
  if (!plan.ok) throw new Error(`no plan: ${JSON.stringify(plan.error)}`);
  expect(faultOf(problem, plan.value)).toBeNull();
  return plan.value;
}

function refusal(mesh: SketchedMesh, options: Partial<PlanOptions> = {}) {
  const plan = planOf(problemOf(mesh), { describe: describePair, ...options });
  if (plan.ok) throw new Error(`a plan: ${wavesInWords(plan.value)}`);
  return plan.error;
}

const TWO = ["1.0.0", "2.0.0"];
const THREE = ["1.0.0", "2.0.0", "3.0.0"];
const lockstep = (_: string, own: number, __: string, other: number) => own === other;

describe("a plan", () => {
  test("moves providers before the consumers that need them, and independent services at once", () => {
    const plan = planned({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: TWO, live: [0] }, stock: { versions: TWO, live: [0] } },
      edges: [
        ["web", "cart"],
        ["web", "stock"],
      ],
      target: { web: 1, cart: 1, stock: 1 },
      mayMeet: (_, own, __, other) => own <= other,
    });
    expect(wavesInWords(plan)).toEqual(["shift: cart 1.0.0>2.0.0 + stock 1.0.0>2.0.0", "shift: web 1.0.0>2.0.0"]);
    expect(plan.waves[1]?.steps[0]?.proof.map(({ sentence }) => sentence)).toEqual([
      "web 2.0.0 with cart 2.0.0",
      "web 2.0.0 with stock 2.0.0",
    ]);
  });

  test("takes along a service that nobody named when it cannot stay", () => {
    const plan = planned({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: TWO, live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 1 },
      mayMeet: (_, own, __, other) => own <= other,
    });
    expect(wavesInWords(plan)).toEqual(["shift: cart 1.0.0>2.0.0", "shift: web 1.0.0>2.0.0"]);
    expect(plan.certificate.target).toEqual({ web: "2.0.0" });
  });

  test("has no waves when the mesh is there already", () => {
    expect(planned({ services: { web: { versions: TWO, live: [1] } }, edges: [], target: { web: 1 } }).waves).toEqual([]);
  });

  test("asks of every live version of a split service, and of all of them when it gives way", () => {
    const plan = planned({
      services: { web: { versions: THREE, live: [1, 0] }, cart: { versions: TWO, live: [0] } },
      edges: [["web", "cart"]],
      target: { cart: 1 },
      mayMeet: (_, own, __, other) => !(own === 0 && other === 1),
    });
    expect(wavesInWords(plan)).toEqual(
      ["shift: web 2.0.0>3.0.0", "shift: cart 1.0.0>2.0.0"].map((wave) => wave.replace("2.0.0>3.0.0", "1.0.0>2.0.0")),
    );
  });

  test("goes over a bridge version where old and new of two services never fit", () => {
    const plan = planned({
      services: { web: { versions: THREE, live: [0] }, cart: { versions: ["1.0.0", "3.0.0"], live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 2, cart: 1 },
      mayMeet: (_, own, __, other) => own === 1 || (own === 0) === (other === 0),
    });
    expect(wavesInWords(plan)).toEqual(["bridge: web 1.0.0>2.0.0", "shift: cart 1.0.0>3.0.0", "bridge: web 2.0.0>3.0.0"]);
  });

  test("goes over a bridge version where old and new may not run side by side", () => {
    const plan = planned({
      services: { web: { versions: THREE, live: [0] } },
      edges: [],
      target: { web: 2 },
      mayStep: (_, from, to) => Math.abs(from - to) === 1,
    });
    expect(wavesInWords(plan)).toEqual(["bridge: web 1.0.0>2.0.0", "bridge: web 2.0.0>3.0.0"]);
  });

  test("does not pass through a version that is to be avoided", () => {
    const mesh: SketchedMesh = {
      services: { web: { versions: ["1.0.0", "2.0.0", "3.0.0", "4.0.0"], live: [0] } },
      edges: [],
      target: { web: 3 },
      mayStep: (_, from, to) => !(from === 0 && to === 3),
    };
    expect(wavesInWords(planned(mesh))).toEqual(["bridge: web 1.0.0>2.0.0", "bridge: web 2.0.0>4.0.0"]);
    expect(wavesInWords(planned(mesh, { avoid: [{ service: 0, position: 1 }] }))).toEqual([
      "bridge: web 1.0.0>3.0.0",
      "bridge: web 3.0.0>4.0.0",
    ]);
    expect(refusal(mesh, { avoid: [{ service: 0, position: 3 }] }).kind).toBe("avoided");
  });

  test("switches in a lane what can be led over no bridge", () => {
    const plan = planned({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: TWO, live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 1, cart: 1 },
      mayMeet: lockstep,
    });
    expect(wavesInWords(plan)).toEqual(["lane: web 1.0.0>2.0.0 + cart 1.0.0>2.0.0"]);
    expect(plan.waves[0]?.steps[0]?.proof.map(({ sentence }) => sentence)).toEqual(["web 2.0.0 with cart 2.0.0"]);
  });

  test("switches twice where side by side is possible from one version to the next only", () => {
    const plan = planned({
      services: { web: { versions: THREE, live: [0] }, cart: { versions: THREE, live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 2, cart: 2 },
      mayMeet: lockstep,
      mayStep: (_, from, to) => Math.abs(from - to) === 1,
    });
    expect(wavesInWords(plan)).toEqual(["lane: web 1.0.0>2.0.0 + cart 1.0.0>2.0.0", "lane: web 2.0.0>3.0.0 + cart 2.0.0>3.0.0"]);
  });

  test("leads out of a pair that was broken before it", () => {
    const plan = planned({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: TWO, live: [0] } },
      edges: [["web", "cart"]],
      target: { cart: 1 },
      mayMeet: (_, own, __, other) => !(own === 0 && other === 0),
    });
    expect(wavesInWords(plan)).toEqual(["shift: cart 1.0.0>2.0.0"]);
  });

  test("brings up a service that served nothing at its target, after what it needs", () => {
    const plan = planned({
      services: { web: { versions: TWO, live: [] }, cart: { versions: TWO, live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 1, cart: 1 },
      mayMeet: lockstep,
    });
    expect(wavesInWords(plan)).toEqual(["shift: cart 1.0.0>2.0.0", "shift: web 2.0.0>2.0.0"]);
  });

  test("says of a step behind which the old version cannot come back that there is no way back, and why", () => {
    const mesh: SketchedMesh = {
      services: { web: { versions: TWO, live: [0] } },
      edges: [],
      target: { web: 1 },
      isReversible: () => false,
    };
    expect(planned(mesh).waves[0]?.steps[0]).toMatchObject({
      reversible: false,
      irreversible: "web 1.0.0 cannot read what web 2.0.0 stores.",
    });
  });

  test("offers a way through proven pairs beside the one in the fewest waves", () => {
    const mesh: SketchedMesh = {
      services: { web: { versions: TWO, live: [0] }, cart: { versions: TWO, live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 1, cart: 1 },
      isProven: (_, own, __, other) => own <= other,
    };
    const plan = planned(mesh);
    expect(plan.cost).toEqual({ steps: 2, waves: 1, risk: 1 });
    expect(plan.alternatives.map(({ cost }) => cost)).toEqual([{ steps: 2, waves: 2, risk: 0 }]);
    expect(planned(mesh, { prefer: "risk" }).cost.risk).toBe(0);
  });
});

describe("where there is no plan", () => {
  test("the pair in the way is named, and what would open it", () => {
    const refused = refusal({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: ["1.0.0"], live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 1 },
      mayMeet: (_, own) => own === 0,
    });
    const pair = { kind: "meet", consumer: { service: "web", version: "2.0.0" }, provider: { service: "cart", version: "1.0.0" } };
    expect(refused).toEqual({
      kind: "configuration",
      conflict: [pair],
      minimal: true,
      resolutions: [
        { kind: "pairs", pairs: [pair] },
        {
          kind: "version",
          service: "cart",
          worksWith: [
            { service: "web", version: "1.0.0" },
            { service: "web", version: "2.0.0" },
          ],
        },
      ],
      stopped: false,
    });
  });

  test("a step that may not be taken is the conflict, and a version in between is what would open it", () => {
    const refused = refusal({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: ["1.0.0"], live: [0] } },
      edges: [["web", "cart"]],
      target: { web: 1 },
      mayStep: () => false,
    });
    const step = { kind: "step", consumer: { service: "web", version: "1.0.0" }, provider: { service: "web", version: "2.0.0" } };
    expect(refused).toMatchObject({ kind: "way", conflict: [step], minimal: true });
    expect(refused.resolutions).toEqual([
      { kind: "pairs", pairs: [step] },
      { kind: "version", service: "web", worksWith: [{ service: "cart", version: "1.0.0" }] },
    ]);
  });

  test("a conflict of several pairs comes without any that has no part in it", () => {
    const refused = refusal({
      services: { web: { versions: TWO, live: [0] }, cart: { versions: TWO, live: [0] }, stock: { versions: TWO, live: [0] } },
      edges: [
        ["web", "cart"],
        ["cart", "stock"],
      ],
      target: { web: 1, stock: 0 },
      // web 2 needs cart 2; cart 2 needs stock 2, which is to stay at 1.
      mayMeet: (_, own, __, other) => own <= other,
    });
    expect(refused.conflict.map(({ consumer, provider }) => describePair(consumer, provider))).toEqual([
      "web 2.0.0 with cart 1.0.0",
      "cart 2.0.0 with stock 1.0.0",
    ]);
    expect(refused.minimal).toBe(true);
    expect(refused.resolutions.filter(({ kind }) => kind === "pairs")).toHaveLength(2);
  });
});
