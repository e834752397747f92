/** The corpus, and every spelling of a closed path, against servers that others wrote, set as leniently as they can be (RELIABILITY 26, 31). */
import { afterEach, describe, expect, type TestContext, test } from "vitest";
import { openTestMesh, snapshotWith, type TestMesh } from "../test-mesh.fixture.ts";
import { attackCorpus } from "./attack-corpus.fixture.ts";
import { runAttacks } from "./attack-run.fixture.ts";
import { closedPathSpellings } from "./path-spellings.fixture.ts";
import { missingFor, REAL_SERVERS, type RealServer, SECRET, startRealServer } from "./real-servers.fixture.ts";

const AT_ONCE = 16;
const CLOSED = { action: "deny" as const, rules: [{ name: "closed", to: { paths: ["/admin", "/admin/*"] } }] };

let mesh: TestMesh | null = null;
let server: RealServer | null = null;

afterEach(async () => {
  await mesh?.close();
  await server?.close();
  mesh = null;
  server = null;
});

async function open(
  name: string,
  { skip }: TestContext,
  authorization = {},
): Promise<{ readonly mesh: TestMesh; readonly server: RealServer }> {
  const missing = missingFor(name);
  if (missing !== "") skip(`${name}: ${missing}`);
  server = await startRealServer(name);
  mesh = await openTestMesh();
  const snapshot = snapshotWith([{ service: "a", version: "1.0.0", port: server.port }], { authorization });
  expect(mesh.proxy.applySnapshot(snapshot).ok).toBe(true);
  await mesh.proxy.settled();
  return { mesh, server };
}

describe.each(REAL_SERVERS)("%s behind the proxy", (name) => {
  test("takes for a request only what the proxy took for one, whatever is sent", { timeout: 240_000 }, async (context) => {
    const opened = await open(name, context);
    // What the proxy refuses by its head no server ever sees.
    const corpus = attackCorpus(false).filter(({ family, outcome }) => outcome === "passed" || family.startsWith("chunks"));
    const { refusedByInstance, wrong } = await runAttacks(opened.mesh, corpus, true);
    expect(wrong).toEqual([]);
    await expect.poll(() => opened.server.logged().length).toBeGreaterThanOrEqual(corpus.length);
    // What it could not read it answered with 400, and somebody got that answer: nothing else came to it that the proxy had not counted.
    const unread = opened.server.logged().filter((line) => !/^(?:00-[0-9a-f-]{52}\||ours\|)/.test(line));
    expect(unread.length).toBeLessThanOrEqual(refusedByInstance);
    expect(unread.filter((line) => line.includes("/smuggled"))).toEqual([]);
  });

  test("gives out nothing of a closed path, however it is spelled", { timeout: 240_000 }, async (context) => {
    const opened = await open(name, context, { a: CLOSED });
    const leaks: string[] = [];
    const spellings = closedPathSpellings();
    for (let at = 0; at < spellings.length; at += AT_ONCE) {
      const asked = spellings.slice(at, at + AT_ONCE).map(async (path) => {
        const caller = await opened.mesh.dial();
        caller.send(`GET ${path} HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n`);
        await caller.ended;
        if (caller.received.includes(SECRET) || caller.received === "") leaks.push(`${path}: ${caller.received}`);
      });
      await Promise.all(asked);
    }
    expect(leaks).toEqual([]);
    const caller = await opened.mesh.dial();
    caller.send("GET /%76ictim HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
    expect(await caller.until("GET /victim")).toContain("HTTP/1.1 200");
  });
});
