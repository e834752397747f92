import { once } from "node:events";
import net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { nodeFolder } from "./agent-memory.ts";
import { groupsOfAssignment } from "./life-marks.ts";
import { type LoneAgent, reported, serving, startLoneAgent } from "./lone-agent.fixture.ts";

let opened: LoneAgent[] = [];

afterEach(async () => {
  await Promise.all(opened.map((agent) => agent.close()));
  opened = [];
});

function open(): LoneAgent {
  const agent = startLoneAgent();
  opened.push(agent);
  return agent;
}

/** A shell whose server is in a process group of its own, as `timeout` makes one. */
function inOwnGroup(): readonly string[] {
  const [node = "", option = "", script = ""] = serving();
  return ["sh", "-c", `timeout 3600 "${node}" ${option} '${script}'; true`];
}

const groupsIn = ({ dataDir }: LoneAgent, id: string) => groupsOfAssignment(nodeFolder(dataDir, "node-a"), id);

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
