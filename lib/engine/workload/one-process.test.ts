import { describe, expect, test } from "vitest";
import { TEST_AUTHOR } from "../../testing/index.ts";
import { openMesh, REF } from "./workload-mesh.fixture.ts";

describe("one process", () => {
  test("that is stopped stays stopped, and is not replaced, until it is started", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const { workloads } = mesh.test.engine;
    const [{ assignment = "", instance = "" } = {}] = mesh.shown().instances;
    expect(workloads.ask(instance ?? "", "stop", TEST_AUTHOR).ok).toBe(true);
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 2, ready: 1, waitingFor: null, note: "1 instance was stopped by hand." });
    expect(workloads.instance(assignment)).toMatchObject({ state: "stopped", desired: "stop" });
    expect(workloads.ask(assignment, "start", TEST_AUTHOR).ok).toBe(true);
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 2, ready: 2, waitingFor: null, note: null });
  });

  test("that is the last ready one of a version with traffic is ended only when told so, be the others gone or going", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const { workloads } = mesh.test.engine;
    const [first = "", second = ""] = mesh.shown().instances.map(({ assignment }) => assignment);
    expect(workloads.ask(first, "restart", TEST_AUTHOR).ok).toBe(true);
    for (const verb of ["stop", "restart"] as const) {
      const asked = workloads.ask(second, verb, TEST_AUTHOR);
      expect(asked).toMatchObject({ ok: false, error: { code: "deployment.in-use", problems: [{ path: "id" }] } });
    }
    mesh.settle();
    expect(workloads.ask(first, "stop", TEST_AUTHOR).ok).toBe(true);
    mesh.settle();
    expect(workloads.ask(second, "stop", TEST_AUTHOR)).toMatchObject({ ok: false, error: { code: "deployment.in-use" } });
    expect(workloads.ask(second, "stop", TEST_AUTHOR, { anyway: true }).ok).toBe(true);
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ ready: 0, waitingFor: null, note: "2 instances were stopped by hand." });
  });

  test("that was stopped keeps no other change of its deployment waiting", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    mesh.test.engine.workloads.ask(mesh.shown().instances[0]?.assignment ?? "", "stop", TEST_AUTHOR);
    mesh.settle();
    await mesh.deploy({ replicas: 3 });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 3, ready: 2, waitingFor: null, note: "1 instance was stopped by hand." });
    await mesh.deploy({ replicas: 3, command: ["node", "better.js"] });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 3, updated: 3, waitingFor: null, note: null });
  });

  test("is restarted once for each time that it is asked", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    const asked = mesh.test.engine.workloads.ask(assignment, "restart", TEST_AUTHOR);
    expect(asked).toMatchObject({ ok: true, value: { desired: "run" } });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 2, ready: 2 });
    const restarted = mesh.agents.flatMap(({ processes }) => [...processes.values()]).filter(({ report }) => report.restartSeq === 1);
    expect(restarted.map(({ report }) => report.assignment)).toEqual([assignment]);
  });

  test("that no deployment made, or that leaves, is refused with what helps", async () => {
    const mesh = await openMesh();
    await mesh.test.apply({
      kind: "instance.register",
      service: "web",
      id: "web-1.0.0-x",
      instance: { version: "1.0.0", address: "127.0.0.1", port: 9_000 },
    });
    const { workloads } = mesh.test.engine;
    expect(workloads.ask("web-1.0.0-x", "restart", TEST_AUTHOR)).toMatchObject({ ok: false, error: { code: "instance.unmanaged" } });
    expect(workloads.ask("nobody", "restart", TEST_AUTHOR)).toMatchObject({ ok: false, error: { code: "instance.unknown" } });
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    await mesh.test.apply({ kind: "deployment.remove", ...REF, anyway: true });
    expect(workloads.ask(assignment, "restart", TEST_AUTHOR)).toMatchObject({ ok: false, error: { code: "instance.leaving" } });
  });

  test("that crashes is told of once per end, and again when it serves", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 1 });
    mesh.settle();
    const agent = mesh.agents.find(({ processes }) => processes.size === 1);
    const id = [...(agent?.processes.keys() ?? [])][0] ?? "";
    agent?.crash(id, "2026-01-01T00:01:00.000Z");
    mesh.settle();
    const told = mesh.test.engine.healthEvents().filter(({ kind }) => kind.startsWith("workload-"));
    expect(told.map(({ kind }) => kind)).toEqual(["workload-crashed", "workload-recovered"]);
    expect(told[0]).toMatchObject({ service: "web", version: "1.0.0", sentence: expect.stringContaining("ended with code 1") });
  });
});
