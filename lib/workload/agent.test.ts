import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { type AgentMesh, answering, openAgentMesh, runs, toldAs } from "./agent.fixture.ts";
import { nodeFolder, outputPath } from "./agent-memory.ts";
import { endPrograms } from "./end-programs.ts";
import { lookForMarks, marksOf, newLife } from "./life-marks.ts";
import { OUTPUT_BYTES_MAX } from "./output-file.ts";

let mesh: AgentMesh;
let agent: ReturnType<AgentMesh["startAgent"]>;

beforeAll(async () => {
  mesh = await openAgentMesh();
  agent = mesh.startAgent();
});

afterAll(() => mesh.close());

const ready = { state: "ready" } as const;
const outputOf = (id: string) => outputPath(mesh.dataDir, "node-a", id);
/** A first instance makes a first split; then requests come through. */
const answersAs = (service: string, body: string) =>
  expect.poll(async () => (await mesh.call(service)).body, { timeout: 15_000, interval: 50 }).toBe(body);

/** Sends one request after the other until told to stop; returns those that failed. */
function load(service: string) {
  let isOver = false;
  const bad: unknown[] = [];
  let count = 0;
  const done = (async () => {
    while (!isOver) {
      const answer = await mesh.call(service);
      count += 1;
      if (answer.status !== 200) bad.push(answer);
    }
  })();
  return {
    bad,
    async stop() {
      isOver = true;
      await done;
      return { count, bad };
    },
  };
}

describe("the agent of a node", () => {
  test("starts what it is assigned, as an instance of the mesh, with its port in PORT and in the command", async () => {
    await mesh.assign(
      "hello-1",
      [process.execPath, "-e", `${answering()} console.log(process.argv[1], process.env.GREETING)`, "at $PORT"],
      {
        env: { GREETING: "hi" },
      },
    );
    const { instanceId, pid, port } = await toldAs(mesh, "hello-1", ready);
    expect(mesh.mesh.engine.instances().find(({ id }) => id === instanceId)).toMatchObject({ node: "node-a", port, health: "ready" });
    await answersAs("hello", String(pid));
    expect(readFileSync(outputOf("hello-1"), "utf8")).toBe(`at ${port} hi\n`);
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    expect(environment.filter((line) => /TOKEN|KEK/.test(line))).toEqual([]);
    expect(environment).toContain(`PORT=${port}`);
  });

  test("starts a program again that ended by itself, at the same place, and counts it", async () => {
    await mesh.assign("crashing-1", answering());
    const first = await toldAs(mesh, "crashing-1", ready);
    process.kill(first.pid ?? 0, "SIGKILL");
    const second = await toldAs(mesh, "crashing-1", { ...ready, restarts: 1 });
    expect(second).toMatchObject({ instanceId: first.instanceId, port: first.port, lastExit: { signal: "SIGKILL" } });
    await answersAs("crashing", String(second.pid));
  });

  test("ends a program only when a request under way is answered", async () => {
    const begun = join(mesh.dataDir, "begun");
    const slow = `if (request.url === "/slow") { require("node:fs").writeFileSync(${JSON.stringify(begun)}, ""); return void setTimeout(() => response.end("done"), 700); }`;
    await mesh.assign("slow-1", answering(slow));
    const { pid } = await toldAs(mesh, "slow-1", ready);
    await answersAs("slow", String(pid));
    const underWay = mesh.call("slow", "/slow");
    await expect.poll(() => existsSync(begun)).toBe(true);
    await mesh.assign("slow-1", "", { desired: "drain" });
    expect(await underWay).toEqual({ status: 200, body: "done" });
    await toldAs(mesh, "slow-1", { state: "stopped" });
    expect([runs(pid), mesh.mesh.engine.instances().some(({ service }) => service === "slow")]).toEqual([false, false]);
    mesh.assignments.delete("slow-1");
    await expect.poll(() => mesh.told("slow-1")).toBeUndefined();
  });

  test("stops a program, keeps its place, starts it again, and gives it a new life when asked", async () => {
    await mesh.assign("verbs-1", answering());
    const first = await toldAs(mesh, "verbs-1", ready);
    await mesh.assign("verbs-1", "", { desired: "stop" });
    const stopped = await toldAs(mesh, "verbs-1", { state: "stopped" });
    expect([runs(first.pid), stopped.instanceId]).toEqual([false, first.instanceId]);
    await mesh.assign("verbs-1", "", { desired: "run" });
    const second = await toldAs(mesh, "verbs-1", ready);
    await mesh.assign("verbs-1", "", { restartSeq: 1 });
    await expect.poll(() => mesh.told("verbs-1")?.pid, { timeout: 15_000 }).not.toBe(second.pid);
    expect(await toldAs(mesh, "verbs-1", ready)).toMatchObject({ restarts: 0, restartSeq: 1, instanceId: first.instanceId });
  });

  test.each([
    ["no-such-1", ["no-such-command"], "workload.command-not-found", "in no folder of the PATH"],
    ["no-file-1", ["/no/such/file"], "workload.command-not-found", "no file /no/such/file"],
    ["no-program-1", [join(import.meta.dirname, "agent.ts")], "workload.not-executable", "may not be executed"],
    [
      "at-once-1",
      [process.execPath, "-e", `console.error("no DATABASE_URL"); process.exit(3)`],
      "workload.exits-at-once",
      "no DATABASE_URL",
    ],
  ])("says of %s what is wrong", async (id, command, code, sentence) => {
    await mesh.assign(id, command);
    const { problem } = await toldAs(mesh, id, { state: "backing-off", problem: expect.objectContaining({ code }) });
    expect(problem?.detail).toContain(sentence);
    expect(mesh.mesh.engine.instances().filter(({ health, service }) => health === "ready" && service === id.slice(0, -2))).toEqual([]);
    await mesh.assign(id, "", { desired: "drain" });
  });

  test("ends a program that does not get healthy in time, and says what was asked of it", async () => {
    await mesh.assign("sick-1", answering("response.statusCode = 500;"), {
      health: { kind: "http", path: "/healthz", startWithinMs: 800 },
    });
    const { problem } = await toldAs(mesh, "sick-1", { state: "backing-off" });
    expect(problem).toMatchObject({ code: "workload.never-healthy", detail: expect.stringContaining("GET /healthz") });
    await mesh.assign("sick-1", "", { desired: "drain" });
  });

  test("bounds what a program prints, while it floods", async () => {
    const flood = `${answering()} const line = "x".repeat(127) + "\\n"; setInterval(() => { for (let i = 0; i < 512; i++) process.stdout.write(line); }, 1);`;
    await mesh.assign("flood-1", flood);
    const { pid } = await toldAs(mesh, "flood-1", ready);
    let largest = 0;
    let older = 0;
    const look = () => {
      largest = Math.max(largest, statSync(outputOf("flood-1")).size);
      older = Math.max(older, statSync(`${outputOf("flood-1")}.1`, { throwIfNoEntry: false })?.size ?? 0);
      return Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
    };
    await expect.poll(look, { timeout: 15_000, interval: 10 }).toBeGreaterThan(32 * OUTPUT_BYTES_MAX);
    await mesh.assign("flood-1", "", { desired: "drain" });
    expect(older).toBeLessThan(2.1 * OUTPUT_BYTES_MAX);
    expect(largest).toBeLessThan(16 * OUTPUT_BYTES_MAX);
  });
});

describe("an engine that is away for 5 s", () => {
  test("ends nothing, and requests go on", async () => {
    await mesh.assign("steady-1", answering());
    const { instanceId, pid } = await toldAs(mesh, "steady-1", ready);
    await answersAs("steady", String(pid));
    const requests = load("steady");
    await mesh.setEngineAway(true);
    const wentMs = systemClock.monotonicMs();
    await expect.poll(() => systemClock.monotonicMs() - wentMs, { timeout: 10_000 }).toBeGreaterThan(5_000);
    await mesh.setEngineAway(false);
    await toldAs(mesh, "steady-1", { ...ready, pid: pid ?? 0, instanceId: instanceId ?? "" });
    const { bad, count } = await requests.stop();
    expect([count > 5, bad]).toEqual([true, []]);
  });
});

describe("an agent that is killed", () => {
  test("comes back to the same processes, which noticed nothing: no request fails", async () => {
    await mesh.assign("adopted-1", answering());
    await mesh.assign("died-1", answering());
    const [kept, died] = [await toldAs(mesh, "adopted-1", ready), await toldAs(mesh, "died-1", ready)];
    await answersAs("adopted", String(kept.pid));
    const requests = load("adopted");
    const gone = once(agent, "exit");
    agent.kill("SIGKILL");
    await gone;
    process.kill(died.pid ?? 0, "SIGKILL");
    await expect.poll(() => runs(died.pid)).toBe(false);
    agent = mesh.startAgent();
    const again = await toldAs(mesh, "died-1", { ...ready, restarts: 1 });
    expect(again.pid).not.toBe(died.pid);
    expect(mesh.told("adopted-1")).toMatchObject({ ...ready, pid: kept.pid, instanceId: kept.instanceId, restarts: 0 });
    const { bad, count } = await requests.stop();
    expect([count > 5, bad]).toEqual([true, []]);
    // It is watched by its new agent as by the old one.
    process.kill(kept.pid ?? 0, "SIGKILL");
    await toldAs(mesh, "adopted-1", { ...ready, restarts: 1 });
  });

  test("leaves alone what a program put in a process group of its own, unless that program died meanwhile", async () => {
    const inOwnGroup = ["sh", "-c", `timeout 3600 "$0" -e '${answering()}'; true`, process.execPath];
    await mesh.assign("kept-1", inOwnGroup);
    await mesh.assign("gone-1", inOwnGroup);
    const groupsIn = (id: string) => lookForMarks().groupsOfAssignment(nodeFolder(mesh.dataDir, "node-a"), id);
    const [kept, died] = [await toldAs(mesh, "kept-1", ready), await toldAs(mesh, "gone-1", ready)];
    const [before, orphans] = [groupsIn("kept-1"), groupsIn("gone-1").filter((group) => group !== died.pid)];
    expect([before.length, orphans.length]).toEqual([2, 1]);
    const gone = once(agent, "exit");
    agent.kill("SIGKILL");
    await gone;
    process.kill(died.pid ?? 0, "SIGKILL");
    await expect.poll(() => runs(died.pid)).toBe(false);
    agent = mesh.startAgent();
    await toldAs(mesh, "gone-1", { ...ready, restarts: 1 });
    expect(groupsIn("gone-1").filter((group) => orphans.includes(group))).toEqual([]);
    expect([mesh.told("kept-1"), groupsIn("kept-1")]).toMatchObject([{ ...ready, pid: kept.pid, restarts: 0 }, before]);
  });

  test("and whose memory is lost ends what it does not know, rather than run it twice", async () => {
    await mesh.assign("stray-1", answering());
    const { pid } = await toldAs(mesh, "stray-1", ready);
    const gone = once(agent, "exit");
    agent.kill("SIGKILL");
    await gone;
    writeFileSync(join(mesh.dataDir, "workloads", "node-a", "agent.json"), "half a fi");
    agent = mesh.startAgent();
    await expect.poll(() => runs(pid), { timeout: 15_000 }).toBe(false);
    await expect.poll(() => mesh.told("stray-1")?.pid ?? pid, { timeout: 15_000 }).not.toBe(pid);
    await toldAs(mesh, "stray-1", ready);
  });
});

describe("an agent that was started from within a program that it runs", () => {
  test("does not end itself, whether it begins, ends that program or is stopped", async () => {
    const over = once(agent, "exit");
    agent.kill("SIGTERM");
    await over;
    agent = mesh.startAgent(marksOf(nodeFolder(mesh.dataDir, "node-a"), newLife("around-1")));
    await mesh.assign("around-1", answering());
    const { pid } = await toldAs(mesh, "around-1", ready);
    await mesh.assign("around-1", answering(), { desired: "drain" });
    await toldAs(mesh, "around-1", { state: "stopped" });
    expect([runs(pid), runs(agent.pid)]).toEqual([false, true]);
    const gone = once(agent, "exit");
    agent.kill("SIGTERM");
    expect(await gone).toEqual([0, null]);
    agent = mesh.startAgent();
    await toldAs(mesh, "around-1", { state: "stopped" });
  });
});

describe("an agent that is stopped", () => {
  test("leaves neither process nor lease, within the time that it has, and what is stubborn is killed", async () => {
    await mesh.assign("stubborn-1", `process.on("SIGTERM", () => {}); ${answering()}`);
    const { pid } = await toldAs(mesh, "stubborn-1", ready);
    const told = [...mesh.assignments.keys()].map((id) => mesh.told(id));
    const pids = told.map((each) => each?.pid).filter((each) => each !== undefined);
    const leases = new Set(told.map((each) => each?.instanceId));
    const gone = once(agent, "exit");
    agent.kill("SIGTERM");
    await gone;
    expect([pids.includes(pid ?? 0), pids.filter(runs)]).toEqual([true, []]);
    expect(mesh.mesh.engine.instances().filter(({ id }) => leases.has(id))).toEqual([]);
    expect(readdirSync(join(mesh.dataDir, "workloads", "node-a"))).toContain("stubborn-1");
  });
});

describe("an agent that is killed for good", () => {
  test("leaves nothing behind once whoever stops it ends its programs", async () => {
    agent = mesh.startAgent();
    await mesh.assign("left-1", answering());
    const { pid } = await toldAs(mesh, "left-1", ready);
    const gone = once(agent, "exit");
    agent.kill("SIGKILL");
    await gone;
    expect(runs(pid)).toBe(true);
    expect(endPrograms(mesh.dataDir)).toBeGreaterThan(0);
    await expect.poll(() => runs(pid)).toBe(false);
    // What was killed beside it may take a moment longer.
    await expect.poll(() => endPrograms(mesh.dataDir)).toBe(0);
  });
});
