import type net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { deadPort, httpInstance, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

/** A mesh whose service `a` has these instances, all of one version. */
async function meshOf(servers: readonly (net.Server | number)[], options: Parameters<typeof openTestMesh>[0] = {}): Promise<void> {
  mesh = await openTestMesh(options);
  const ports = await Promise.all(servers.map((server) => (typeof server === "number" ? server : mesh.serve(server))));
  const applied = mesh.proxy.applySnapshot(snapshotWith(ports.map((port) => ({ service: "a", version: "1.0.0", port }))));
  expect(applied.ok).toBe(true);
  await mesh.proxy.settled();
}

const ok = () => httpInstance((request, response) => void request.resume().on("end", () => response.end(`ok ${request.url}`)));
const GET = "GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 2\r\n\r\nhi";

describe("an instance that dies in the middle of its answer", () => {
  test.each([
    ["with a length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
    ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
    ["in chunks, between them", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n4\r\nhalf\r\n"],
  ])("%s makes the caller's connection reset, never end", async (_, answer) => {
    await meshOf([rawInstance((socket) => void socket.write(answer, () => setImmediate(() => socket.destroy())))]);
    const caller = await mesh.dial();
    caller.send(GET);
    expect(await caller.ended).toBe("ECONNRESET");
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, failed: 1, aborted: 0 });
  });

  test("by a reset, without any framing, makes the caller's connection reset too", async () => {
    await meshOf([
      rawInstance((socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\nhalf", () => setImmediate(() => socket.resetAndDestroy()))),
    ]);
    const caller = await mesh.dial();
    caller.send(GET);
    expect(await caller.ended).toBe("ECONNRESET");
  });
});

describe("an instance that does not speak HTTP", () => {
  test.each([
    ["gibberish", "hello there\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"],
    ["a broken chunk before the head is passed on", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["a switch nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ["an endless head", `HTTP/1.1 200 OK\r\n${"X: 1\r\n".repeat(20_000)}`],
  ])("(%s) gets its caller 502", async (_, answer) => {
    await meshOf([rawInstance((socket) => void socket.write(answer))]);
    const caller = await mesh.dial();
    caller.send(GET);
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: upstream.protocol-error");
  });

  test("and says more than one answer does not get it to somebody else", async () => {
    let connections = 0;
    const instance = rawInstance((socket, received) => {
      if (received.endsWith("\r\n\r\n"))
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nextra");
    });
    await meshOf([instance.on("connection", () => connections++)]);
    const caller = await mesh.dial();
    for (const count of [1, 2, 3]) {
      caller.send(GET);
      await caller.until(new RegExp(`^(?:.*?\\bok\\n?){${count}}$`, "s"));
    }
    expect(caller.received).not.toContain("extra");
    expect(connections).toBe(3);
  });
});

describe("a caller that goes away", () => {
  test.each([
    ["by closing", (socket: net.Socket) => socket.end()],
    ["by a reset", (socket: net.Socket) => socket.resetAndDestroy()],
  ])("%s cancels the request at the instance and is counted as aborted", async (_, leave) => {
    let cancelled: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    await meshOf([httpInstance((request) => void request.on("close", cancelled))]);
    const caller = await mesh.dial();
    caller.send(GET);
    await expect.poll(() => mesh.proxy.active).toBe(1);
    leave(caller.socket);
    await gone;
    await expect.poll(() => mesh.proxy.active).toBe(0);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, aborted: 1, failed: 0 });
  });

  test("in the middle of its answer cancels it too", async () => {
    let cancelled: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    await meshOf([httpInstance((_, response) => void response.on("close", cancelled).write("part"))]);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("part");
    caller.socket.destroy();
    await gone;
    await expect.poll(() => tally(mesh.proxy).aborted).toBe(1);
  });
});

describe("an instance that accepts no connection", () => {
  test.each([
    ["GET", GET],
    ["POST with a body", POST],
  ])("is passed over: %s goes to another one", async (_, request) => {
    await meshOf([await deadPort(), await deadPort(), ok()]);
    const caller = await mesh.dial();
    for (const path of ["/1", "/2", "/3", "/4", "/5", "/6"]) {
      caller.send(request.replace("/", path));
      await caller.until(`ok ${path}`);
    }
    const { codes, failed, requests } = tally(mesh.proxy);
    expect({ codes, failed, requests }).toEqual({ codes: {}, failed: 0, requests: 6 });
  });

  test("and is the only one gets its caller 503, at once", async () => {
    await meshOf([await deadPort(), await deadPort()]);
    const caller = await mesh.dial();
    caller.send(GET);
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: upstream.connect-failure");
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, failed: 1, retries: 1 });
  });

  test("is tried again later, so it comes back by itself", async () => {
    const port = await deadPort();
    await meshOf([port]);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("503");
    const server = ok();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    caller.send(GET);
    await caller.until("200 OK");
    server.close();
    server.closeAllConnections();
  });
});

/** Serves the first request on a connection and cuts the connection at the second, as an instance that closes kept connections does. */
function servesOnce(): { server: net.Server; requests: () => number } {
  let requests = 0;
  const server = rawInstance((socket, received) => {
    const heads = received.split("\r\n\r\n").length - 1;
    requests++;
    if (heads === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    else socket.destroy();
  });
  return { server, requests: () => requests };
}

describe("a kept connection that the instance cuts under the next request", () => {
  test("is replaced by a new one for GET, once", async () => {
    const { requests, server } = servesOnce();
    await meshOf([server]);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until(/ok$/);
    caller.send(GET);
    await caller.until(/ok.*ok$/s);
    expect(requests()).toBe(3);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 2, failed: 0, retries: 1 });
  });

  test.each([
    ["POST with a body", POST],
    ["POST without one", "POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 0\r\n\r\n"],
    ["PUT with a body", POST.replace("POST", "PUT")],
  ])("is the end of %s: sent once, never again", async (_, request) => {
    const { requests, server } = servesOnce();
    await meshOf([server]);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until(/ok$/);
    caller.send(request);
    expect(await caller.until("502")).toContain("x-interlock-code: upstream.reset");
    expect(requests()).toBe(2);
  });

  test("is the end of GET too, once a byte of the answer came", async () => {
    let requests = 0;
    await meshOf([
      rawInstance((socket) => {
        requests++;
        socket.write("HTTP/1.1 20", () => setImmediate(() => socket.destroy()));
      }),
    ]);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("x-interlock-code: upstream.reset");
    expect(requests).toBe(1);
  });
});

describe("retries", () => {
  test("stay within their budget when every instance fails", async () => {
    let requests = 0;
    let waiting: net.Socket[] = [];
    await meshOf([
      rawInstance((socket) => {
        requests++;
        waiting.push(socket);
        if (requests < 50) return;
        for (const each of waiting) each.destroy();
        waiting = [];
      }),
    ]);
    const callers = await Promise.all(Array.from({ length: 50 }, () => mesh.dial()));
    for (const caller of callers) caller.send(GET);
    await Promise.all(callers.map((caller) => caller.until("x-interlock-code: upstream.reset")));
    expect(requests).toBeGreaterThan(50);
    expect(requests).toBeLessThanOrEqual(50 * 1.2);
  });
});

describe("waiting has an end", () => {
  const silent = () => rawInstance(() => {});

  async function silentMesh(): Promise<FakeClock> {
    const clock = createFakeClock();
    await meshOf([silent()], { clock });
    return clock;
  }

  test("an instance that does not begin its answer within 15 s: 504", async () => {
    const clock = await silentMesh();
    const caller = await mesh.dial();
    caller.send(GET);
    await expect.poll(() => mesh.proxy.active).toBe(1);
    clock.advance(14_000);
    expect(mesh.proxy.active).toBe(1);
    clock.advance(1_200);
    expect(await caller.until("\r\n\r\n")).toContain("504 Instance did not answer in time");
    expect(tally(mesh.proxy)).toMatchObject({ failed: 1, codes: { "upstream.timeout": 1 } });
  });

  test("an upload may take longer than that while it brings 10 KB in 20 s; one that only drips, or stops: 408", async () => {
    const clock = createFakeClock();
    let received = 0;
    const counting = rawInstance(() => {});
    counting.on("connection", (socket) => socket.on("data", (bytes) => (received += bytes.length)));
    await meshOf([counting], { clock });
    const caller = await mesh.dial();
    const part = "x".repeat(12_000);
    caller.send("POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 60000\r\n\r\n");
    await expect.poll(() => received).toBeGreaterThan(0);
    for (const turn of [1, 2, 3]) {
      clock.advance(15_000);
      caller.send(part);
      await expect.poll(() => received).toBeGreaterThan(turn * part.length);
    }
    for (const turn of [1, 2, 3, 4]) {
      const before = received;
      clock.advance(4_500);
      caller.send("y");
      await expect.poll(() => received, { message: `drop ${turn}` }).toBe(before + 1);
    }
    clock.advance(2_200);
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: request.timeout");
  });

  test("a head that does not arrive within 10 s: 408", async () => {
    const clock = await silentMesh();
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHo");
    const stop = keepAdvancing(clock, 2_000);
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: request.timeout");
    stop();
  });

  test("a connection without a request is closed without a word", async () => {
    const clock = await silentMesh();
    const caller = await mesh.dial();
    const stop = keepAdvancing(clock, 11_000);
    await caller.ended;
    stop();
    expect(caller.received).toBe("");
  });

  test("a stream that goes on is never cut, one that stands still for 60 s is reset", async () => {
    const clock = createFakeClock();
    let say: (text: string) => void = () => {};
    await meshOf(
      [
        httpInstance((_, response) => {
          say = (text) => void response.write(text);
          say("0;");
        }),
      ],
      { clock },
    );
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("0;");
    for (const round of [1, 2, 3]) {
      clock.advance(50_000);
      say(`${round};`);
      await caller.until(`${round};`);
    }
    clock.advance(61_000);
    expect(await caller.ended).toBe("ECONNRESET");
  });
});

describe("a flaw of ours", () => {
  test("fails its own request with a code, is logged, and nothing else", async () => {
    mesh = await openTestMesh();
    const port = await mesh.serve(ok());
    expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
    const { edge } = mesh.proxy.recorder;
    mesh.proxy.recorder.edge = () => {
      throw new Error("planted");
    };
    const caller = await mesh.dial();
    caller.send(GET);
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: proxy.internal");
    expect(mesh.logs.join("")).toContain("planted");
    mesh.proxy.recorder.edge = edge;
    const next = await mesh.dial();
    next.send(GET);
    await next.until("200 OK");
    expect(mesh.proxy.active).toBe(0);
  });
});

describe("a drain", () => {
  test("refuses new connections, closes idle ones, and lets requests under way finish with connection: close", async () => {
    let finish: () => void = () => {};
    await meshOf([
      httpInstance((_, response) => {
        finish = () => response.end("done");
      }),
    ]);
    const idle = await mesh.dial();
    const busy = await mesh.dial();
    busy.send(GET);
    await expect.poll(() => mesh.proxy.active).toBe(1);
    const drained = mesh.proxy.drain();
    await idle.ended;
    idle.socket.end();
    await expect(mesh.dial()).rejects.toThrow("ECONNREFUSED");
    finish();
    expect(await busy.until("done")).toContain("connection: close");
    busy.socket.end();
    await drained;
  });

  test("ends what does not finish within its grace", async () => {
    await meshOf([rawInstance(() => {})], { limits: { drainMs: 50 } });
    const caller = await mesh.dial();
    caller.send(GET);
    await expect.poll(() => mesh.proxy.active).toBe(1);
    await mesh.proxy.drain();
    expect(mesh.proxy.active).toBe(0);
    expect(tally(mesh.proxy).aborted).toBe(1);
    await caller.ended;
  });
});

/** Moves the clock on while sockets do their work; the returned function stops it. */
function keepAdvancing(clock: FakeClock, stepMs: number): () => void {
  const timer = setInterval(() => clock.advance(stepMs), 20);
  return () => clearInterval(timer);
}
