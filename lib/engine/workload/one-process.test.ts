import { describe, expect, test } from "vitest";
import type { InstanceVerb } from "../../model/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { settle } from "../policy-web.fixture.ts";
import { GONE_MS } from "./agent-roster.ts";
import { ScriptedAgent } from "./scripted-agent.fixture.ts";
import { connectProxies, type Mesh, openMesh, REF } from "./workload-mesh.fixture.ts";

function ask({ test: { engine } }: Mesh, id: string, verb: InstanceVerb, anyway = false) {
  return engine.execute(command({ kind: "instance.move", id, verb, anyway }), TEST_AUTHOR);
}

/** The mesh with a new engine, and agents that go on with what they had. */
async function reopen(mesh: Mesh): Promise<void> {
  const agents = mesh.agents;
  mesh.test = await mesh.test.reopen();
  await connectProxies(
    mesh.test,
    agents.map(({ node }) => node),
  );
  mesh.agents = agents.map(({ node, processes }) => {
    const agent = new ScriptedAgent(mesh.test, node);
    for (const [id, process] of processes) agent.processes.set(id, process);
    return agent;
  });
}

describe("one process", () => {
  test("that is stopped stays stopped, and is not replaced, until it is started", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const { workloads } = mesh.test.engine;
    const [{ assignment = "", instance = "" } = {}] = mesh.shown().instances;
    expect((await ask(mesh, instance ?? "", "stop")).ok).toBe(true);
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 2, ready: 1, waitingFor: null, note: "1 instance was stopped by hand." });
    expect(workloads.instance(assignment)).toMatchObject({ state: "stopped", desired: "stop" });
    expect((await ask(mesh, assignment, "start")).ok).toBe(true);
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 2, ready: 2, waitingFor: null, note: null });
  });

  test("that is the last ready one of a version with traffic is ended only when told so, be the others gone or going", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [first = "", second = ""] = mesh.shown().instances.map(({ assignment }) => assignment);
    expect((await ask(mesh, first, "restart")).ok).toBe(true);
    for (const verb of ["stop", "restart"] as const) {
      const asked = await ask(mesh, second, verb);
      expect(asked).toMatchObject({ ok: false, error: { code: "deployment.in-use", problems: [{ path: "id" }] } });
    }
    mesh.settle();
    expect((await ask(mesh, first, "stop")).ok).toBe(true);
    mesh.settle();
    expect(await ask(mesh, second, "stop")).toMatchObject({ ok: false, error: { code: "deployment.in-use" } });
    expect((await ask(mesh, second, "stop", true)).ok).toBe(true);
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ ready: 0, waitingFor: null, note: "2 instances were stopped by hand." });
  });

  test("that was stopped keeps no other change of its deployment waiting", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    await ask(mesh, mesh.shown().instances[0]?.assignment ?? "", "stop");
    mesh.settle();
    await mesh.deploy({ replicas: 3 });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 3, ready: 2, waitingFor: null, note: "1 instance was stopped by hand." });
    await mesh.deploy({ replicas: 3, command: ["node", "better.js"] });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 3, updated: 3, waitingFor: null, note: null });
  });

  test("that was stopped stays so in a new engine, where the log still says by whom and why", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "", instance = null, node = "" } = {}] = mesh.shown().instances;
    await ask(mesh, assignment, "stop");
    mesh.settle();
    await reopen(mesh);
    const subject = instance ?? assignment;
    expect(mesh.test.engine.changes({ limit: 1, service: "web" })).toMatchObject([
      {
        kind: "instance.stop",
        subject,
        ...TEST_AUTHOR,
        undoable: false,
        before: { node, desired: "run" },
        after: { node, desired: "stop" },
      },
    ]);
    mesh.settle();
    expect(mesh.test.engine.workloads.instance(assignment)).toMatchObject({ state: "stopped", desired: "stop" });
    expect(mesh.shown()).toMatchObject({ actual: 2, ready: 1, waitingFor: null });
  });

  test("that an agent has not heard of stopping or starting yet does so under a new engine, and under the next one too", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    const now = () => mesh.test.engine.workloads.instance(assignment);
    expect((await ask(mesh, assignment, "stop")).ok).toBe(true);
    for (let engine = 0; engine < 2; engine += 1) {
      await reopen(mesh);
      mesh.settle();
      expect(now()).toMatchObject({ state: "stopped", desired: "stop" });
      expect(mesh.shown()).toMatchObject({ actual: 2, ready: 1, waitingFor: null });
    }
    expect((await ask(mesh, assignment, "start")).ok).toBe(true);
    await reopen(mesh);
    mesh.settle();
    expect(now()).toMatchObject({ state: "ready", desired: "run" });
  });

  test("that an agent has not heard of restarting yet is restarted once, by whichever engine", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    await ask(mesh, assignment, "restart");
    const told = () => mesh.agents.flatMap((agent) => agent.report()).find(({ id }) => id === assignment);
    for (let engine = 0; engine < 2; engine += 1) {
      await reopen(mesh);
      expect(told()).toMatchObject({ desired: "run", restartSeq: 1 });
      mesh.settle();
      expect(mesh.shown()).toMatchObject({ actual: 2, ready: 2 });
    }
  });

  test("that was stopped while its node was away stays stopped when the node is back", async () => {
    const mesh = await openMesh(["node-a"]);
    await mesh.deploy({ replicas: 1 });
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    expect((await ask(mesh, assignment, "stop", true)).ok).toBe(true);
    mesh.clock.advance(GONE_MS);
    expect(mesh.test.engine.workloads.instance(assignment)).toBeUndefined();
    mesh.settle();
    expect(mesh.test.engine.workloads.instance(assignment)).toMatchObject({ state: "stopped", desired: "stop" });
  });

  test("that is so already is asked for nothing, and a dry run asks for nothing", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    const { engine } = mesh.test;
    const before = engine.state().seq;
    expect(await ask(mesh, assignment, "start")).toMatchObject({ ok: true, value: { change: null } });
    const wanted = command({ kind: "instance.move", id: assignment, verb: "stop", anyway: false });
    const tried = await engine.execute(wanted, TEST_AUTHOR, { dryRun: true });
    expect(tried).toMatchObject({ ok: true, value: { change: { kind: "instance.stop" } } });
    expect(engine.workloads.instance(assignment)).toMatchObject({ desired: "run" });
    expect(engine.state().seq).toBe(before);
  });

  test("is restarted once for each time that it is asked", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    const asked = await ask(mesh, assignment, "restart");
    expect(asked).toMatchObject({ ok: true, value: { change: { kind: "instance.restart", undoable: false, services: ["web"] } } });
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
    expect(await ask(mesh, "web-1.0.0-x", "restart")).toMatchObject({ ok: false, error: { code: "instance.unmanaged" } });
    expect(await ask(mesh, "nobody", "restart")).toMatchObject({ ok: false, error: { code: "instance.unknown" } });
    await mesh.deploy();
    mesh.settle();
    const [{ assignment = "" } = {}] = mesh.shown().instances;
    await mesh.test.apply({ kind: "deployment.remove", ...REF, anyway: true });
    expect(await ask(mesh, assignment, "restart")).toMatchObject({ ok: false, error: { code: "instance.leaving" } });
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

  test("that a policy restarts is in the log with its name, so that its limits hold in a new engine too", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const policy = {
      ...{ name: "restart", kind: "recovery", enabled: true, trigger: { event: "workload-crashed" } },
      ...{ actions: [{ kind: "restart" }], guard: { maxPerHour: 1 } },
    };
    await mesh.test.apply({ kind: "automation.set", id: null, rev: null, policy });
    const restarts = () => mesh.test.engine.changes({ limit: 100 }).filter(({ kind }) => kind === "instance.restart");
    const crash = async (at: string) => {
      const agent = mesh.agents.find(({ processes }) => processes.size > 0);
      agent?.crash([...agent.processes.keys()][0] ?? "", at);
      for (const each of mesh.agents) each.report();
      await settle();
    };
    await crash("2026-01-01T00:01:00.000Z");
    const reason = expect.stringMatching(/^policy "restart": .+: .+ended with code 1/);
    expect(restarts()).toMatchObject([{ author: "interlock", via: "engine", reason, after: { restartsAsked: 1 } }]);
    await reopen(mesh);
    mesh.settle();
    await crash("2026-01-01T00:02:00.000Z");
    expect(mesh.test.engine.healthEvents().map(({ kind }) => kind)).toContain("workload-crashed");
    expect(restarts()).toHaveLength(1);
  });
});
