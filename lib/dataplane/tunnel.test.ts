import type net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { openTestMesh, rawInstance, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

async function meshOf(server: net.Server): Promise<void> {
  mesh = await openTestMesh();
  const port = await mesh.serve(server);
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
}

const ASK = "GET /ws HTTP/1.1\r\nHost: a.mesh\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a.mesh\r\n\r\n";

/** Answers every request with 200; notes what came on which connection. */
function declining() {
  const received: string[] = [];
  const server = rawInstance((socket, text) => {
    if (text.endsWith("\r\n\r\n")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
    const { remotePort = 0 } = socket;
    received[remotePort] = text;
  });
  return { server, connections: () => Object.values(received) };
}

describe("an upgrade that is not granted", () => {
  test.each([
    ["together with it", (caller: { send(text: string): void }) => caller.send(`${ASK}${SMUGGLED}`)],
    [
      "right after it",
      (caller: { send(text: string): void }) => {
        caller.send(ASK);
        caller.send(SMUGGLED);
      },
    ],
  ])("ends the caller's connection: what was sent %s is no request", async (_, send) => {
    const { connections, server } = declining();
    await meshOf(server);
    const caller = await mesh.dial();
    send(caller);
    expect(await caller.ended).toBe("end");
    expect(caller.received).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n\r\nno$/);
    expect(connections().join("")).not.toContain("smuggled");
  });

  test("does not put the instance's connection into the pool", async () => {
    const { connections, server } = declining();
    await meshOf(server);
    const caller = await mesh.dial();
    caller.send(ASK);
    await caller.until(/no$/);
    const next = await mesh.dial();
    next.send("GET /next HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await next.until(/no$/);
    expect(connections().map((text) => text.slice(0, 9))).toEqual(["GET /ws H", "GET /next"]);
  });

  test("by the proxy itself ends the caller's connection too", async () => {
    await meshOf(declining().server);
    const caller = await mesh.dial();
    caller.send(`${ASK.replace("a.mesh", "nobody.mesh")}${SMUGGLED}`);
    expect(await caller.ended).toBe("end");
    expect(caller.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

test("a CONNECT that is refused ends the caller's connection: what follows it is no request", async () => {
  await meshOf(declining().server);
  const caller = await mesh.dial();
  caller.send(`CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n${SMUGGLED}`);
  expect(await caller.ended).toBe("end");
  expect(caller.received).toContain("403");
  expect(caller.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

describe("a program that asks for a tunnel to a service, as Node's fetch does for plain HTTP", () => {
  test("gets one whose requests are routed, the first of them sent together with the question", async () => {
    await meshOf(
      rawInstance((socket, text) =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${text.slice(text.lastIndexOf("GET ") + 4).slice(0, 2)}`),
      ),
    );
    const caller = await mesh.dial(mesh.proxy.outbound[0]?.port);
    caller.send("CONNECT a.mesh:80 HTTP/1.1\r\nHost: a.mesh:80\r\n\r\nGET /1 HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\/1$/);
    caller.send("GET /2 HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until(/\/2$/);
  });

  test.each(["a.mesh:443", "b.mesh:80", "127.0.0.1:80"])("gets none to %s", async (target) => {
    await meshOf(rawInstance(() => {}));
    const caller = await mesh.dial(mesh.proxy.outbound[0]?.port);
    caller.send(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    expect(await caller.until(/^HTTP\/1\.1 403 /)).toContain("routing.egress-denied");
  });
});
