import { once } from "node:events";
import net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { httpInstance, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

/** More than the kernel keeps for two connections. */
const MUCH = 32 * 1024 * 1024;
/** The proxy takes all of it, so that it has ended on one side and not left on the other. */
const ROOMY = { heldBytesMax: 2 * MUCH };

let mesh: TestMesh;

afterEach(() => mesh.close());

/** One service `a` with one instance, and the egress list. */
async function meshOf(server: net.Server, options: Parameters<typeof openTestMesh>[0] = {}): Promise<number> {
  mesh = await openTestMesh(options);
  const port = await mesh.serve(server);
  const sketch = { egress: [`127.0.0.1:${port}`] };
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }], sketch)).ok).toBe(true);
  await mesh.proxy.settled();
  return port;
}

/** The one request was counted, which is when it ended for the proxy. */
async function allEnded(): Promise<void> {
  await expect.poll(() => tally(mesh.proxy).requests, { timeout: 5_000 }).toBe(1);
}

describe("a caller that sends requests and reads no answers", () => {
  const REQUESTS = 4_000;
  const ANSWER = "x".repeat(16 * 1024);

  test("gets no more of them answered than its connection holds, and all of them once it reads", async () => {
    let seen = 0;
    await meshOf(httpInstance((_, response) => void response.end(`${++seen};${ANSWER}`)));
    const caller = await mesh.dial();
    caller.socket.pause();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n".repeat(REQUESTS - 1));
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
    const looks: number[] = [];
    await expect
      .poll(() => looks.push(seen) > 6 && seen > 0 && looks.at(-1) === looks.at(-6), { interval: 100, timeout: 10_000 })
      .toBe(true);
    expect(seen).toBeLessThan(REQUESTS / 2);
    caller.socket.resume();
    expect(await caller.ended).toBe("end");
    expect([...caller.received.matchAll(/(\d+);x/g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: REQUESTS }, (_, index) => index + 1),
    );
  });

  test("is the same for answers of the proxy's own", async () => {
    await meshOf(httpInstance(() => {}));
    const caller = await mesh.dial();
    caller.socket.pause();
    const request = "GET / HTTP/1.1\r\nHost: nobody.mesh\r\n\r\n";
    const count = 100_000;
    for (let sent = 0; sent < count; sent += 1_000) caller.send(request.repeat(1_000));
    caller.send("GET / HTTP/1.1\r\nHost: nobody.mesh\r\nConnection: close\r\n\r\n");
    const counts: number[] = [];
    const look = () => counts.push((counts.at(-1) ?? 0) + (tally(mesh.proxy).codes["routing.unknown-host"] ?? 0));
    await expect.poll(() => look() > 6 && counts.at(-1) === counts.at(-6), { interval: 100, timeout: 10_000 }).toBe(true);
    expect(counts.at(-1)).toBeLessThan(count / 2);
    caller.socket.resume();
    expect(await caller.ended).toBe("end");
    expect(caller.received.split("x-interlock-code: routing.unknown-host").length - 1).toBe(count + 1);
  }, 20_000);
});

describe("an answer whose end only its connection's end tells", () => {
  const body = "y".repeat(MUCH);
  const endless = () => rawInstance((socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${body}`));

  test("reaches a caller whole that begins to read it late", async () => {
    const clock = createFakeClock();
    await meshOf(endless(), { clock, limits: ROOMY });
    const caller = await askAndWait();
    clock.advance(20_000);
    caller.socket.resume();
    expect(await caller.ended).toBe("end");
    expect(caller.received.length).toBeGreaterThan(MUCH);
  });

  test("is cut by a reset for a caller that does not read it at all", async () => {
    const clock = createFakeClock();
    await meshOf(endless(), { clock, limits: ROOMY });
    const caller = await askAndWait();
    for (const _ of [1, 2, 3]) clock.advance(61_000);
    caller.socket.resume();
    expect(await caller.ended).toBe("ECONNRESET");
    expect(caller.received.length).toBeLessThan(MUCH);
  });

  test("is cut by a reset when the proxy ends at once", async () => {
    await meshOf(endless(), { limits: ROOMY });
    const caller = await askAndWait();
    mesh.proxy.close();
    caller.socket.resume();
    expect(await caller.ended).toBe("ECONNRESET");
  });

  test("is cut by a reset when the proxy ends while the instance still writes it", async () => {
    await meshOf(rawInstance((socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\nhalf")));
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until("half");
    mesh.proxy.close();
    expect(await caller.ended).toBe("ECONNRESET");
  });

  async function askAndWait() {
    const caller = await mesh.dial();
    caller.socket.pause();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await allEnded();
    return caller;
  }
});

test("an answer on a kept connection that nobody reads is cut by a reset too", async () => {
  const clock = createFakeClock();
  await meshOf(
    httpInstance((_, response) => void response.end(Buffer.alloc(MUCH))),
    { clock, limits: ROOMY },
  );
  const caller = await mesh.dial();
  caller.socket.pause();
  caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
  await allEnded();
  for (const _ of [1, 2, 3]) clock.advance(61_000);
  caller.socket.resume();
  expect(await caller.ended).toBe("ECONNRESET");
});

describe("a tunnel that has ended on both sides", () => {
  /** Tells when the instance is there, reads nothing until `read`, and then how it ended and how much there was. */
  function lateReader() {
    let read: () => void = () => {};
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      let bytes = 0;
      socket.on("data", (piece) => {
        bytes += piece.length;
      });
      socket.end();
      read = () => socket.resume();
      socket.on("end", () => settle({ bytes, how: "end" }));
      socket.on("error", (error: NodeJS.ErrnoException) => settle({ bytes, how: error.code ?? "" }));
      socket.pause();
    });
    let settle: (end: { bytes: number; how: string }) => void = () => {};
    const ended = new Promise<{ bytes: number; how: string }>((resolve) => {
      settle = resolve;
    });
    return { server, ended, read: () => read() };
  }

  async function fillTunnel(port: number): Promise<void> {
    const caller = await mesh.dial(mesh.outboundPort());
    caller.send(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await caller.until("Established");
    caller.socket.end(Buffer.alloc(MUCH));
    await once(caller.socket, "close");
    await allEnded();
  }

  test("hands over what still waits, however late it is read", async () => {
    const clock = createFakeClock();
    const { ended, read, server } = lateReader();
    const port = await meshOf(server, { clock, limits: ROOMY });
    await fillTunnel(port);
    clock.advance(20_000);
    read();
    expect(await ended).toEqual({ bytes: MUCH, how: "end" });
  });

  test("is reset where nobody reads it", async () => {
    const clock = createFakeClock();
    const { ended, read, server } = lateReader();
    const port = await meshOf(server, { clock, limits: ROOMY });
    await fillTunnel(port);
    for (const _ of [1, 2, 3]) clock.advance(61_000);
    read();
    expect((await ended).how).toBe("ECONNRESET");
  });
});

test("a caller that resets its tunnel resets the instance's end of it", async () => {
  let tell: (how: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = net.createServer((socket) => {
    socket.write("hello");
    socket.on("end", () => tell("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => tell(error.code ?? ""));
    socket.resume();
  });
  const port = await meshOf(server);
  const caller = await mesh.dial(mesh.outboundPort());
  caller.send(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await caller.until("hello");
  caller.socket.resetAndDestroy();
  expect(await ended).toBe("ECONNRESET");
});
