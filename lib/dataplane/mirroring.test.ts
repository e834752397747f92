import type net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { RouteRule } from "../model/index.ts";
import { type EchoMesh, openEchoMesh } from "./echo-mesh.fixture.ts";
import { openTestMesh, rawInstance, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

const WEIGHTS = { a: { "1.0.0": 10_000 } as never };

function mirrorTo(version: string, percent?: number, service?: string): { readonly a: RouteRule[] } {
  const backendRef = { version, ...(service === undefined ? {} : { service }) };
  const requestMirror = { backendRef, ...(percent === undefined ? {} : { percent }) };
  return { a: [{ matches: [{}], filters: [{ type: "RequestMirror", requestMirror }] } as RouteRule] };
}

async function openMirrored(sketch: Parameters<typeof openEchoMesh>[1] = { rules: mirrorTo("2.0.0") }): Promise<EchoMesh> {
  const echo = await openEchoMesh(["a@1.0.0", "a@2.0.0", "b@1.0.0"], { weights: WEIGHTS, ...sketch });
  mesh = echo;
  return echo;
}

/** Adds up requests on edges by kind, over calls. */
function createCounts(): () => { readonly real: number; readonly mirror: number; readonly denied: number } {
  const sums = { real: 0, mirror: 0, denied: 0 };
  return () => {
    const batch = mesh.proxy.recorder.closeBatch();
    mesh.proxy.recorder.acknowledge(batch.bootId, batch.seq);
    for (const { aborted, denied, mirror, statusClasses } of batch.edges) {
      sums[mirror ? "mirror" : "real"] += statusClasses.reduce((sum, count) => sum + count, aborted);
      sums.denied += denied;
    }
    return { ...sums };
  };
}

describe("a mirror", () => {
  test("gets the same method, path, headers and body, and a mark; its answer is thrown away and counted apart", async () => {
    const echo = await openMirrored();
    const { body } = await echo.ask("/x?y=1", { method: "PUT", body: "payload", lines: ["X-A: 1"] });
    expect(body).toBe("1.0.0");
    await expect.poll(() => echo.seen.length).toBe(2);
    const [real, copy] = echo.seen.toSorted((left, right) => left.version.localeCompare(right.version));
    expect(copy).toMatchObject({ version: "2.0.0", method: "PUT", url: "/x?y=1", body: "payload" });
    expect(copy?.headers).toEqual({ ...real?.headers, "x-interlock-mirror": "true" });
    expect(real?.headers["x-interlock-mirror"]).toBeUndefined();
    await expect.poll(createCounts()).toEqual({ real: 1, mirror: 1, denied: 0 });
  });

  test("of another service goes there, and to nobody who must not be called", async () => {
    const deny = { action: "deny" as const, rules: [{ name: "no", from: { services: ["ingress"] } }] };
    const echo = await openMirrored({ rules: mirrorTo("1.0.0", 100, "b") });
    await echo.ask("/");
    await expect.poll(() => echo.seen.length).toBe(2);
    await echo.apply({ weights: WEIGHTS, rules: mirrorTo("1.0.0", 100, "b"), authorization: { b: deny } });
    await echo.ask("/");
    await expect.poll(createCounts()).toEqual({ real: 2, mirror: 2, denied: 1 });
    expect(echo.seen).toHaveLength(3);
  });

  test("takes its percentage of the requests", async () => {
    const echo = await openMirrored({ rules: mirrorTo("2.0.0", 25) });
    for (let request = 0; request < 80; request++) await echo.ask("/");
    const copies = echo.seen.filter(({ version }) => version === "2.0.0").length;
    expect(copies).toBeGreaterThan(6);
    expect(copies).toBeLessThan(40);
  });

  test("gets no body over 64 KiB, of known length or not; the request itself does not notice", async () => {
    const echo = await openMirrored();
    const big = "x".repeat(70_000);
    const known = await echo.ask("/known", { method: "POST", body: big });
    const caller = await mesh.dial();
    caller.send(
      `POST /chunked HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`,
    );
    await caller.ended;
    const small = await echo.ask("/small", { method: "POST", body: "x".repeat(60_000) });
    await expect.poll(() => echo.seen.length).toBe(4);
    expect([known.status, caller.received.slice(9, 12), small.status]).toEqual([200, "200", 200]);
    expect(echo.seen.filter(({ version }) => version === "2.0.0").map(({ url, body }) => [url, body.length])).toEqual([["/small", 60_000]]);
  });
});

describe("a mirror that is slow or gone", () => {
  /** `a@1.0.0` answers at once, `a@2.0.0` is what a test says. */
  async function openWith(shadow: net.Server, sketch: Parameters<typeof snapshotWith>[1] = {}): Promise<void> {
    mesh = await openTestMesh();
    const answering = rawInstance((socket, text) => {
      if (text.endsWith("\r\n\r\n")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    });
    const instances = [
      { service: "a", version: "1.0.0", port: await mesh.serve(answering) },
      { service: "a", version: "2.0.0", port: await mesh.serve(shadow) },
    ];
    expect(mesh.proxy.applySnapshot(snapshotWith(instances, { weights: WEIGHTS, rules: mirrorTo("2.0.0"), ...sketch })).ok).toBe(true);
    await mesh.proxy.settled();
  }

  async function get(): Promise<string> {
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
    await caller.ended;
    return caller.received;
  }

  test("keeps no caller waiting, and no more than 32 copies are under way; the rest is dropped", async () => {
    let copies = 0;
    await openWith(rawInstance((_, text) => text.endsWith("\r\n\r\n") && copies++));
    for (let request = 0; request < 50; request++) expect(await get()).toMatch(/^HTTP\/1.1 200 /);
    await expect.poll(() => copies).toBe(32);
    const dropped = mesh.proxy.metrics.families().find(({ name }) => name === "interlock_proxy_mirrors_dropped");
    expect(dropped?.samples).toContainEqual({ labels: { reason: "busy" }, value: 18 });
  });

  test("is not tried again, whatever the rules of retries", async () => {
    let copies = 0;
    const dying = rawInstance((socket) => {
      copies++;
      socket.destroy();
    });
    await openWith(dying, { policies: { a: { retries: { attempts: 3, codes: [], backoffMs: 1 } } } });
    for (let request = 0; request < 5; request++) expect(await get()).toMatch(/^HTTP\/1.1 200 /);
    await expect.poll(createCounts()).toEqual({ real: 5, mirror: 5, denied: 0 });
    expect(copies).toBe(5);
  });

  test("is given up when the time of a request is over", async () => {
    await openWith(
      rawInstance(() => {}),
      { policies: { a: { timeouts: { requestMs: 50 } } } },
    );
    expect(await get()).toMatch(/^HTTP\/1.1 200 /);
    await expect.poll(createCounts()).toEqual({ real: 1, mirror: 1, denied: 0 });
  });
});
