import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { runs } from "./agent.fixture.ts";
import { nodeFolder, remember } from "./agent-memory.ts";
import { openSlot } from "./agent-state.ts";
import { lookForMarks, marksOf, newLife } from "./life-marks.ts";
import { type LoneAgent, reported, serving, startLoneAgent } from "./lone-agent.fixture.ts";
import { startTokenOf } from "./process-identity.ts";

let opened: LoneAgent[] = [];
let started: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(opened.map((agent) => agent.close()));
  opened = [];
  for (const { exitCode, pid, signalCode } of started) {
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(pid, "SIGKILL");
  }
  started = [];
});

function open(dataDir?: string): LoneAgent {
  const agent = startLoneAgent(dataDir === undefined ? {} : { dataDir });
  opened.push(agent);
  return agent;
}

/** A process with these variables, in a session of its own. */
function startWith(env: Readonly<Record<string, string>>, command: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(command, [...args], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  return child;
}

/** A shell whose server is in a process group of its own, as `timeout` makes one. */
function inOwnGroup(): readonly string[] {
  const [node = "", option = "", script = ""] = serving();
  return ["sh", "-c", `timeout 3600 "${node}" ${option} '${script}'; true`];
}

const groupsIn = ({ dataDir }: LoneAgent, id: string) => lookForMarks().groupsOfAssignment(nodeFolder(dataDir, "node-a"), id);

async function listens(port: number | undefined): Promise<boolean> {
  const socket = net.connect(port ?? 0, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe("what a program started in a group of its own", () => {
  test("ends with it, before it is reported stopped", async () => {
    const agent = open();
    agent.assign("own-1", inOwnGroup());
    const { port } = await reported(agent, "own-1", { state: "ready" });
    expect([groupsIn(agent, "own-1").length, await listens(port)]).toEqual([2, true]);
    agent.assign("own-1", [], { desired: "drain" });
    await reported(agent, "own-1", { state: "stopped" });
    expect([groupsIn(agent, "own-1"), await listens(port)]).toEqual([[], false]);
  });

  test("ends when it crashes, so that its next life gets its port again", async () => {
    const agent = open();
    agent.assign("own-1", inOwnGroup());
    const { instanceId, pid = 0, port } = await reported(agent, "own-1", { state: "ready" });
    process.kill(pid, "SIGKILL");
    expect(await reported(agent, "own-1", { state: "ready", restarts: 1 })).toMatchObject({ port, instanceId });
  });

  test("ends when the agent is stopped", async () => {
    const agent = open();
    agent.assign("own-1", inOwnGroup());
    const { port } = await reported(agent, "own-1", { state: "ready" });
    await agent.stop();
    await expect.poll(() => groupsIn(agent, "own-1")).toEqual([]);
    expect(await listens(port)).toBe(false);
  });
});

describe("Interlock that was started from within a program", () => {
  const urlOf = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);

  test("neither finds nor signals itself, who started it and what runs beside it, while it finds what else the program left", async () => {
    const folder = nodeFolder(join(tmpdir(), `interlock-within-${process.pid}`), "node-a");
    const marks = marksOf(folder, newLife("around-1"));
    const stray = startWith(marks, "sleep", "60");
    const agent = `
      import { lookForMarks } from ${urlOf("life-marks.ts")};
      import { tellGroup } from ${urlOf("detached-program.ts")};
      tellGroup(process.pid, "SIGKILL");
      tellGroup(process.ppid, "SIGKILL");
      const look = lookForMarks();
      console.log(JSON.stringify([look.groupsOfNode(${JSON.stringify(folder)}, []), look.groupsOfAssignment(${JSON.stringify(folder)}, "around-1")]));`;
    const supervisor = `
      import { spawn } from "node:child_process";
      const engine = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
      const stdio = ["inherit", "inherit", "inherit", "ipc"];
      const agent = spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(agent)}], { detached: true, stdio });
      agent.on("exit", (code, signal) => { console.log(JSON.stringify([code, signal])); engine.kill("SIGKILL"); });`;
    const around = startWith(marks, process.execPath, "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", supervisor);
    if (around.stdout === null) throw new Error("it has no output");
    const lines = (await text(around.stdout)).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      [[stray.pid], [stray.pid]],
      [0, null],
    ]);
  });
});

describe("a program of an agent that gave its lives no names", () => {
  test("runs on with the next agent, with what it started in groups and sessions of its own, and a stray beside it does not", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "interlock-nameless-"));
    const { INTERLOCK_LIFE: _, ...marks } = marksOf(nodeFolder(dataDir, "node-a"), "");
    const inGroups = `
      const { spawn } = require("node:child_process");
      const same = spawn("timeout", ["60", "sleep", "60"], { stdio: "ignore" });
      const other = spawn("sleep", ["60"], { stdio: "ignore", detached: true });
      console.log(same.pid + " " + other.pid);`;
    const program = startWith(marks, process.execPath, "-e", inGroups);
    const stray = startWith(marks, "sleep", "60");
    const [said] = (await once(program.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    const helpers = String(said).trim().split(" ").map(Number);
    const spec = { service: "s", version: "1.0.0", generation: 1, command: ["node"], env: {}, health: { kind: "tcp" as const } };
    const slot = { ...openSlot("old-1", spec, { desired: "run", restartSeq: 0 }, 0), phase: "serving" as const };
    const pid = program.pid ?? 0;
    const known = { pid, startToken: startTokenOf(pid) ?? "", startedAt: new Date().toISOString() };
    // The helper in the program's session leads a group of its own once `timeout` has made it.
    await expect
      .poll(() => lookForMarks().groupsOfNode(nodeFolder(dataDir, "node-a"), []).toSorted())
      .toEqual([pid, stray.pid ?? 0, ...helpers].toSorted());
    remember(nodeFolder(dataDir, "node-a"), [{ slot, lease: { id: "lease", port: 1, proxyPort: 2 }, process: known, lastExit: null }]);
    const agent = open(dataDir);
    await expect.poll(() => runs(stray.pid)).toBe(false);
    expect([agent.said.filter((line) => line.includes("belongs to no program")).length, ...[pid, ...helpers].map(runs)]).toEqual([
      1,
      true,
      true,
      true,
    ]);
  });
});

describe("the processes of this machine", () => {
  test("are looked at once when an agent begins, so that what a program opens meanwhile is not taken for a stray", () => {
    expect(open().looks()).toBe(1);
  });

  test("are looked at for all programs that end together, and not for each of them", { timeout: 30_000 }, async () => {
    const agent = open();
    const ids = Array.from({ length: 12 }, (_, index) => `many-${index}`);
    for (const id of ids) agent.assign(id, ["sleep", "60"]);
    await expect.poll(() => ids.every((id) => agent.told(id)?.pid !== undefined), { timeout: 15_000 }).toBe(true);
    const before = agent.looks();
    for (const id of ids) agent.assign(id, [], { desired: "drain" });
    for (const id of ids) await reported(agent, id, { state: "stopped" });
    // One for the signal and one for what is left, for each batch; each program for itself needs two at least.
    expect(agent.looks() - before).toBeLessThan(ids.length);
  });
});
