import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ApiProblem } from "../client/index.ts";
import { systemClock } from "../system/index.ts";
import { nodeFolder, outputPath } from "./agent-memory.ts";
import { openSlot } from "./agent-state.ts";
import { findCommand, NOT_FOUND } from "./find-command.ts";
import { granting, type LoneAgent, type LoneAgentOptions, reported, serving, startLoneAgent } from "./lone-agent.fixture.ts";

let opened: LoneAgent[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(opened.map((agent) => agent.close()));
  opened = [];
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function open(options?: LoneAgentOptions): LoneAgent {
  const agent = startLoneAgent(options);
  opened.push(agent);
  return agent;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "interlock-faults-"));
  folders.push(path);
  return path;
}

describe("a command that nobody can start", () => {
  test.each([["a".repeat(300)], [`/tmp/${"a".repeat(300)}`], ["/etc/passwd/foo"], [`/opt/${"a/".repeat(1_500)}x`]])(
    "is not found: %s",
    (command) => {
      expect(findCommand(command, "/usr/bin:/bin")).toBe(NOT_FOUND);
    },
  );

  test("is found behind a folder of the PATH that may not be read", () => {
    const closed = folder();
    chmodSync(closed, 0);
    expect([findCommand("sh", `${closed}:/usr/bin:/bin`), findCommand("no-such", `${closed}:/usr/bin`)]).toEqual([0, NOT_FOUND]);
    chmodSync(closed, 0o700);
  });

  test("is a problem of its own: the agent goes on with all others, and its report is one that the engine takes", async () => {
    const agent = open();
    agent.assign("long-1", [`/opt/${"a/".repeat(1_500)}x`]);
    agent.assign("name-1", ["a".repeat(300)]);
    agent.assign("null-1", ["sh\0"]);
    agent.assign("good-1", serving());
    for (const id of ["long-1", "name-1"])
      await reported(agent, id, { state: "backing-off", problem: expect.objectContaining({ code: "workload.command-not-found" }) });
    await reported(agent, "null-1", { state: "backing-off" });
    await reported(agent, "good-1", { state: "ready" });
    // As long as the engine takes it.
    expect(agent.report()?.instances.filter(({ problem }) => (problem?.detail.length ?? 0) > 2_000)).toEqual([]);
  });
});

describe("a program that has nowhere to print to", () => {
  test("is not started and says which file it is, and the agent goes on", async () => {
    const dataDir = folder();
    mkdirSync(nodeFolder(dataDir, "node-a"), { recursive: true });
    // A file where its folder would be: the system refuses as it does for a full disk.
    writeFileSync(join(nodeFolder(dataDir, "node-a"), "mute-1"), "");
    const agent = open({ dataDir });
    agent.assign("mute-1", serving());
    agent.assign("good-1", serving());
    const { problem } = await reported(agent, "mute-1", { state: "backing-off" });
    expect(problem).toMatchObject({
      code: "workload.output-not-writable",
      detail: expect.stringContaining(outputPath(dataDir, "node-a", "mute-1")),
    });
    await reported(agent, "good-1", { state: "ready" });
  });
});

describe("an agent that died between the start of a program and writing it down", () => {
  /** What it leaves: all that it wrote is that it is starting. */
  function leaveHalf(): string {
    const dataDir = folder();
    const spec = { service: "s", version: "1.0.0", generation: 1, command: serving(), env: {}, health: { kind: "tcp" as const } };
    const slot = { ...openSlot("half-1", spec, { desired: "run", restartSeq: 0 }, 0), phase: "starting", hasLease: true };
    const known = { slot, lease: { id: "lease-0", port: 23_456, proxyPort: 45_000 }, process: null, lastExit: null };
    mkdirSync(nodeFolder(dataDir, "node-a"), { recursive: true });
    writeFileSync(join(nodeFolder(dataDir, "node-a"), "agent.json"), JSON.stringify({ programs: [known] }));
    return dataDir;
  }

  test("is followed by one that starts it", async () => {
    const agent = open({ dataDir: leaveHalf() });
    agent.assign("half-1", serving());
    await reported(agent, "half-1", { state: "ready" });
  });

  test("is followed by one that ends it when that is wanted", async () => {
    const agent = open({ dataDir: leaveHalf() });
    agent.assign("half-1", serving(), { desired: "drain" });
    await reported(agent, "half-1", { state: "stopped" });
  });
});

describe("a port that the engine knows as another program's, which does not listen yet", () => {
  test("is not taken: another one is drawn at once", async () => {
    const asked: unknown[] = [];
    const agent = open({
      answer(route, request) {
        if (!route.startsWith("POST")) return granting(route, request);
        asked.push((request.body as { readonly port: number }).port);
        if (asked.length > 2) return granting(route, request);
        throw new ApiProblem({ code: "instance.exists", status: 409, title: "Instance exists", detail: "It is another's.", errors: [] });
      },
    });
    agent.assign("drawn-1", serving());
    const { port } = await reported(agent, "drawn-1", { state: "ready", restarts: 0 });
    expect([asked.length, asked.at(-1)]).toEqual([3, port]);
  });
});

describe("an engine that takes its time", () => {
  test("has a program drained only from when it took it that the program stands by", async () => {
    let askedMs = 0;
    let takenMs = 0;
    const answer = Promise.withResolvers<void>();
    const agent = open({
      async answer(route, request) {
        if (!(route.startsWith("PUT") && askedMs > 0)) return granting(route, request);
        await answer.promise;
        return granting(route, request);
      },
    });
    const [node = "", option = "", script = ""] = serving();
    agent.assign("slow-1", [node, option, `process.on("SIGTERM", () => { console.log(Date.now()); process.exit(0); }); ${script}`]);
    await reported(agent, "slow-1", { state: "ready" });
    askedMs = systemClock.monotonicMs();
    agent.assign("slow-1", [], { desired: "drain" });
    await expect.poll(() => systemClock.monotonicMs() - askedMs, { timeout: 5_000 }).toBeGreaterThan(1_500);
    takenMs = systemClock.wallMs();
    answer.resolve();
    await reported(agent, "slow-1", { state: "stopped" });
    const toldMs = Number(readFileSync(outputPath(agent.dataDir, "node-a", "slow-1"), "utf8"));
    expect(toldMs - takenMs).toBeGreaterThan(900);
  });
});
