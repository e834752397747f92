import { afterEach, describe, expect, test } from "vitest";
import type { Weights, WeightsChange } from "../model/index.ts";
import { staticInstance, type TestEngine } from "../testing/index.ts";
import { weightsBeforePolicies } from "./policy-moves.ts";
import { addPolicy, editPolicy, openWeb, ownKinds, pass } from "./policy-web.fixture.ts";
import { closeAll, shiftTo, webState } from "./test-engine.fixture.ts";

afterEach(closeAll);

const change = (before: Weights, after: Weights, author = "interlock", cause: WeightsChange["cause"] = "set") =>
  ({ author, cause, before, after }) as WeightsChange;
const [A, B, C]: readonly Weights[] = [{ a: 10_000 }, { b: 10_000 }, { c: 10_000 }];

test("the weights before policies are those before the first move that nobody else's came between", () => {
  const before = (...weightsHistory: WeightsChange[]) => weightsBeforePolicies({ weightsHistory });
  expect(before()).toBeNull();
  expect(before(change(A as Weights, B as Weights, "anna"))).toBeNull();
  expect(before(change(A as Weights, B as Weights), change(B as Weights, C as Weights))).toEqual(A);
  expect(before(change(A as Weights, B as Weights), change(B as Weights, C as Weights, "anna"))).toBeNull();
  expect(before(change(A as Weights, B as Weights), change(B as Weights, C as Weights, "interlock", "release"))).toBeNull();
  expect(before(change(A as Weights, B as Weights), change(B as Weights, A as Weights))).toBeNull();
  expect(before(change(A as Weights, B as Weights), change(B as Weights, A as Weights), change(A as Weights, C as Weights))).toEqual(A);
});

describe("giving weights back", () => {
  const instanceOf = (mesh: TestEngine, version: string) =>
    [...webState(mesh).staticInstances.values()].find((each) => each.version === version)?.id ?? "";

  test("is done once, and not taken back in turn", async () => {
    const { clock, mesh } = await openWeb();
    await editPolicy(mesh, "built-in-restore", { enabled: true });
    const weights = { "1.1.0": 10_000 };
    await addPolicy(mesh, {
      name: "away",
      kind: "failover",
      enabled: true,
      trigger: { event: "instance.register" },
      actions: [{ kind: "shift", service: "web", weights }],
    });
    await mesh.apply(staticInstance("web", "1.0.0", 9_080));
    await pass(clock, 1);
    expect(webState(mesh).weights).toEqual(weights);
    await pass(clock, 600);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    expect(ownKinds(mesh).filter((kind) => kind === "split.set")).toHaveLength(2);
  });

  test("goes back to before the first of several moves, as far as versions have instances", async () => {
    const { clock, mesh } = await openWeb();
    await mesh.apply({ kind: "version.register", service: "web", version: "1.2.0", requirements: {} });
    await mesh.apply(staticInstance("web", "1.2.0", 9_081));
    const weights = { "1.0.0": 4_000, "1.1.0": 3_000, "1.2.0": 3_000 };
    await shiftTo(mesh, weights);
    for (const id of ["built-in-drain", "built-in-restore"]) await editPolicy(mesh, id, { enabled: true });
    await mesh.apply({ kind: "instance.remove", service: "web", id: instanceOf(mesh, "1.0.0") });
    await pass(clock, 40);
    await mesh.apply({ kind: "instance.remove", service: "web", id: instanceOf(mesh, "1.1.0") });
    await pass(clock, 40);
    expect(webState(mesh).weights).toEqual({ "1.2.0": 10_000 });
    await mesh.apply(staticInstance("web", "1.1.0", 9_082));
    await pass(clock, 130);
    expect(webState(mesh).weights).toEqual({ "1.1.0": 5_000, "1.2.0": 5_000 });
    await mesh.apply(staticInstance("web", "1.0.0", 9_083));
    await pass(clock, 130);
    expect(webState(mesh).weights).toEqual(weights);
  });
});
