import { describe, expect, test } from "vitest";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { ScriptedAgent } from "./scripted-agent.fixture.ts";
import { connectProxies, nodesOf, openMesh, REF, WANTED } from "./workload-mesh.fixture.ts";

describe("a deployment", () => {
  test("gets its instances, spread over the nodes, and says so when they are there", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 3 });
    expect(mesh.shown()).toMatchObject({ target: 3, ready: 0, waitingFor: "3 instances start." });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ target: 3, actual: 3, ready: 3, updated: 3, waitingFor: null, problem: null });
    expect(nodesOf(mesh)).toEqual(["node-a", "node-b", "node-c"]);
  });

  test("is scaled up and down, and what stays is not touched", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const before = mesh.shown().instances.map(({ assignment }) => assignment);
    await mesh.test.apply({ kind: "deployment.scale", ...REF, replicas: 5 });
    mesh.settle();
    expect(mesh.shown().ready).toBe(5);
    expect(mesh.shown().instances.map(({ assignment }) => assignment)).toEqual(expect.arrayContaining(before));
    await mesh.test.apply({ kind: "deployment.scale", ...REF, replicas: 1 });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 1, ready: 1 });
    expect(mesh.agents.reduce((sum, agent) => sum + agent.processes.size, 0)).toBe(1);
  });

  test("rolls to another command with never fewer ready than wanted, and never more than the surge", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 4 });
    mesh.settle();
    const old = mesh.shown().generation;
    await mesh.deploy({ replicas: 4, command: ["node", "better.js"] });
    mesh.settle(() => {
      expect(mesh.shown().ready).toBeGreaterThanOrEqual(4);
      expect(mesh.shown().instances.length).toBeLessThanOrEqual(5);
    });
    expect(mesh.shown()).toMatchObject({ updated: 4, actual: 4, waitingFor: null });
    expect(mesh.shown().generation).toBeGreaterThan(old);
    expect(mesh.shown().instances.every(({ generation }) => generation === mesh.shown().generation)).toBe(true);
  });

  test("another number of instances, or another capacity, replaces none of them", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ capacityRps: 100 });
    mesh.settle();
    const before = mesh.shown().instances.map(({ assignment }) => assignment);
    await mesh.test.apply({ kind: "deployment.scale", ...REF, capacityFactor: 1.5 });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ capacityRps: 150, readyCapacityRps: 300 });
    expect(mesh.shown().instances.map(({ assignment }) => assignment)).toEqual(before);
  });

  test("whose new command never gets healthy keeps the old instances, and says what is wrong", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    for (const agent of mesh.agents) agent.isHealthy = ({ command: [, script] }) => script !== "broken.js";
    await mesh.deploy({ command: ["node", "broken.js"] });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ ready: 2, updated: 0, waitingFor: "2 of 2 still have to be replaced." });
    await mesh.deploy();
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ ready: 2, updated: 2, waitingFor: null });
  });

  test("that is taken away drains its processes", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    await mesh.test.apply({ kind: "deployment.remove", ...REF, anyway: true });
    for (const agent of mesh.agents) agent.report();
    expect(mesh.agents.reduce((sum, agent) => sum + agent.count("draining"), 0)).toBe(2);
    mesh.settle();
    expect(mesh.agents.every(({ processes }) => processes.size === 0)).toBe(true);
    expect(mesh.test.engine.instances()).toEqual([]);
  });

  test("restart replaces every process within the limits", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const before = mesh.shown().instances.map(({ assignment }) => assignment);
    await mesh.test.apply({ kind: "deployment.restart", ...REF });
    mesh.settle(() => expect(mesh.shown().ready).toBeGreaterThanOrEqual(2));
    expect(mesh.shown().instances.some(({ assignment }) => before.includes(assignment))).toBe(false);
  });

  test("undo brings the command before back, by another roll", async () => {
    const mesh = await openMesh();
    await mesh.deploy();
    mesh.settle();
    const first = mesh.shown();
    await mesh.deploy({ command: ["node", "better.js"] });
    mesh.settle();
    const change = mesh.test.engine.changes({ limit: 1 })[0]?.id;
    await mesh.test.apply({ kind: "undo", change });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ command: first.command, generation: first.generation, updated: 2, actual: 2 });
  });
});

test("deployments are listed by service, their versions by precedence", async () => {
  const mesh = await openMesh();
  for (const version of ["0.9.0", "0.10.0"]) {
    await mesh.test.apply({ kind: "version.register", service: "web", version, requirements: {} });
    await mesh.test.apply({ kind: "deployment.set", service: "web", version, deployment: WANTED });
  }
  await mesh.deploy();
  expect(mesh.test.engine.workloads.deployments().map(({ version }) => version)).toEqual(["0.9.0", "0.10.0", "1.0.0"]);
});

describe("nodes", () => {
  test("a drained node is emptied with never fewer ready than wanted, and takes instances again when it is given back", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 3 });
    mesh.settle();
    await mesh.test.apply({ kind: "node.drain", node: "node-b" });
    mesh.settle(() => expect(mesh.shown().ready).toBeGreaterThanOrEqual(3));
    expect(nodesOf(mesh)).toHaveLength(3);
    expect(nodesOf(mesh)).not.toContain("node-b");
    const node = () => mesh.test.engine.workloads.nodes().find((each) => each.node === "node-b");
    expect(node()).toMatchObject({ schedulable: false, drained: { by: "anna", empty: true }, instances: [] });
    expect(mesh.test.engine.healthEvents().at(-1)).toMatchObject({ kind: "node-empty", subject: "node-b" });
    await mesh.test.apply({ kind: "node.undrain", node: "node-b" });
    await mesh.test.apply({ kind: "deployment.scale", ...REF, replicas: 4 });
    mesh.settle();
    expect(nodesOf(mesh)).toContain("node-b");
  });

  test("with nowhere else to go the instances of a drained node stay, and the deployment says what is missing", async () => {
    const mesh = await openMesh(["node-a"]);
    await mesh.deploy();
    mesh.settle();
    await mesh.test.apply({ kind: "node.drain", node: "node-a" });
    mesh.settle();
    expect(mesh.shown()).toMatchObject({
      ready: 2,
      waitingFor: "No node takes instances now: it needs an agent and a proxy, and must not be drained.",
    });
  });

  test("a deployment that names nodes stays on them", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 4, nodes: ["node-b" as never, "node-c" as never] });
    mesh.settle();
    expect(nodesOf(mesh)).toEqual(["node-b", "node-b", "node-c", "node-c"]);
  });

  test("an agent that falls silent keeps its instances for a while, then they are replaced, and what is too much goes when it is back", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 3 });
    mesh.settle();
    const [first, ...others] = mesh.agents;
    if (first === undefined) throw new Error("there are agents");
    mesh.agents = others;
    for (let ms = 0; ms < 20_000; ms += 500) {
      for (const agent of others) agent.report();
      mesh.clock.advance(500);
    }
    expect(mesh.shown()).toMatchObject({ actual: 3, ready: 2, crashed: 1 });
    expect(mesh.shown().instances.find(({ node }) => node === "node-a")?.state).toBe("lost");
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 3, ready: 3 });
    expect(nodesOf(mesh)).not.toContain("node-a");
    mesh.agents = [first, ...others];
    mesh.settle();
    expect(mesh.shown()).toMatchObject({ actual: 3, ready: 3, waitingFor: null });
    const kinds = mesh.test.engine.healthEvents().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith("agent-"))).toEqual(["agent-lost", "agent-gone", "agent-back"]);
  });

  test("a new engine takes over what runs: nothing is started twice, and a roll goes on", async () => {
    const mesh = await openMesh();
    await mesh.deploy({ replicas: 3 });
    mesh.settle();
    await mesh.deploy({ replicas: 3, command: ["node", "better.js"] });
    for (let round = 0; round < 3; round += 1) {
      for (const agent of mesh.agents) agent.report();
      mesh.clock.advance(500);
    }
    expect(mesh.shown().updated).toBeLessThan(3);
    const agents = mesh.agents.map(({ processes }) => processes);
    mesh.test = await mesh.test.reopen();
    await connectProxies(mesh.test, ["node-a", "node-b", "node-c"]);
    mesh.agents = agents.map((processes, index) => {
      const agent = new ScriptedAgent(mesh.test, mesh.agents[index]?.node ?? "");
      for (const [id, process] of processes) agent.processes.set(id, process);
      return agent;
    });
    mesh.settle(() => {
      const running = mesh.agents.reduce((sum, agent) => sum + agent.processes.size, 0);
      expect(running).toBeLessThanOrEqual(4);
    });
    expect(mesh.shown()).toMatchObject({ updated: 3, actual: 3, ready: 3, waitingFor: null });
  });
});

describe("refused", () => {
  async function refusal(plain: Parameters<typeof command>[0]) {
    const mesh = await openMesh(["node-a"]);
    await mesh.deploy();
    const before = mesh.test.engine.state().seq;
    const asked = await mesh.test.engine.execute(command(plain), TEST_AUTHOR);
    expect(mesh.test.engine.state().seq).toBe(before);
    return asked.ok ? null : asked.error;
  }

  test("a deployment with everything wrong says all of it at once, each with its field and what helps", async () => {
    const deployment = {
      ...WANTED,
      replicas: -1,
      command: [""],
      env: { "1X": "a" },
      health: { kind: "http", path: "nowhere" },
      nodes: ["Node A"],
      autoscale: { min: 3, max: 2, targetRps: 0, stabilisationMs: -1 },
      maxSurge: 0,
      alpha: 0,
      gamma: 2,
      capacityRps: 0,
    };
    const refused = await refusal({ kind: "deployment.set", ...REF, deployment });
    expect(refused?.problems.map(({ path }) => path)).toEqual([
      "replicas",
      "command",
      "env.1X",
      "health.path",
      "nodes.0",
      "autoscale.max",
      "autoscale.targetRps",
      "autoscale.stabilisationMs",
      "maxSurge",
      "alpha",
      "gamma",
      "capacityRps",
    ]);
    expect(refused?.problems.every(({ fix }) => fix.length > 0)).toBe(true);
  });

  test.each([
    ["a version that is not registered", { kind: "deployment.set", ...REF, version: "9.0.0", deployment: WANTED }, "version.unknown"],
    ["an undeployment while requests go to it", { kind: "deployment.remove", ...REF, anyway: false }, "deployment.in-use"],
    ["none at all while requests go to it", { kind: "deployment.scale", ...REF, replicas: 0 }, "deployment.in-use"],
    ["scaling what is not deployed", { kind: "deployment.scale", ...REF, version: "9.0.0", replicas: 1 }, "version.unknown"],
    ["a factor for an unknown capacity", { kind: "deployment.scale", ...REF, capacityFactor: 2 }, "deployment.invalid"],
    ["removing a version that is deployed", { kind: "version.remove", ...REF, rev: 2 }, "version.deployed"],
  ] as const)("%s", async (_, plain, code) => {
    const refused = await refusal(plain);
    expect(refused?.problems.map((problem) => problem.code)).toContain(code);
  });
});
