import net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { openTestMesh, rawInstance, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

async function meshOf(server: net.Server, options: Parameters<typeof openTestMesh>[0] = {}): Promise<void> {
  mesh = await openTestMesh(options);
  const port = await mesh.serve(server);
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
}

/** What one request left behind: in the figures of its edge, of its instance, and by code. */
function figures() {
  const { codes, edges, instances } = mesh.proxy.recorder.closeBatch();
  return { codes, edge: edges.map(({ failed, statusClasses }) => [statusClasses[1], failed]), instance: instances[0]?.failed };
}

const BEGINS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
const GET = "GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n";
const UPLOAD = "POST / HTTP/1.1\r\nHost: a.mesh\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n";

/** Begins its answer with the first bytes of the request, and goes on when the test says so. */
function begins() {
  let sockets: net.Socket[] = [];
  const server = rawInstance((socket) => {
    if (!sockets.includes(socket)) socket.write(BEGINS);
    sockets = [...sockets, socket];
  });
  return { server, instance: () => sockets[0] as net.Socket };
}

describe("in the middle of an answer", () => {
  test("a bad chunk of the instance is its failure, once, and counted by its code", async () => {
    const { instance, server } = begins();
    await meshOf(server);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("half");
    instance().write("zz\r\n");
    expect(await caller.ended).toBe("ECONNRESET");
    expect(figures()).toEqual({ codes: { "upstream.protocol-error": 1 }, edge: [[1, 1]], instance: 1 });
  });

  test("a lost instance is its failure, once, and counted by its code", async () => {
    const { instance, server } = begins();
    await meshOf(server);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("half");
    instance().destroy();
    expect(await caller.ended).toBe("ECONNRESET");
    expect(figures()).toEqual({ codes: { "upstream.reset": 1 }, edge: [[1, 1]], instance: 1 });
  });

  test("an instance that does not go on has failed, once, and is counted by its code", async () => {
    const clock = createFakeClock();
    const { server } = begins();
    await meshOf(server, { clock });
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("half");
    clock.advance(61_000);
    expect(await caller.ended).toBe("ECONNRESET");
    expect(figures()).toEqual({ codes: { "upstream.timeout": 1 }, edge: [[1, 1]], instance: 1 });
  });

  test.each([
    ["a bad chunk", "zz\r\n", "request.malformed"],
    ["a body that grows beyond the limit", `4000\r\n${"x".repeat(0x4000)}\r\n`, "request.body-too-large"],
  ])("%s of the caller is not the instance's failure", async (_, bytes, code) => {
    const { server } = begins();
    await meshOf(server, { limits: { bodyBytesMax: 1_000 } });
    const caller = await mesh.dial();
    caller.send(UPLOAD);
    await caller.until("half");
    caller.send(bytes);
    expect(await caller.ended).toBe("ECONNRESET");
    expect(figures()).toEqual({ codes: { [code]: 1 }, edge: [[1, 0]], instance: 0 });
  });

  test("a flaw of ours fails the request and is not the instance's failure", async () => {
    const { instance, server } = begins();
    await meshOf(server);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("half");
    const { write } = net.Socket.prototype;
    net.Socket.prototype.write = function (this: net.Socket, ...args: Parameters<typeof write>) {
      // The proxy names its encoding, the instance does not.
      if ((args[1] as unknown) === "latin1") throw new Error("planted");
      return write.apply(this, args);
    } as typeof write;
    instance().write("1\r\nx\r\n");
    const how = await caller.ended.finally(() => {
      net.Socket.prototype.write = write;
    });
    expect([how, mesh.logs.join("").includes("planted")]).toEqual(["ECONNRESET", true]);
    expect(figures()).toEqual({ codes: { "proxy.internal": 1 }, edge: [[1, 1]], instance: 0 });
  });
});
