import net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { httpInstance, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

async function meshOf(server: net.Server, options: Parameters<typeof openTestMesh>[0] = {}): Promise<void> {
  mesh = await openTestMesh(options);
  const port = await mesh.serve(server);
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
}

/** Answers with the number of bytes of the body. */
const counting = () =>
  httpInstance((request, response) => {
    let bytes = 0;
    request.on("data", (piece: Buffer) => {
      bytes += piece.length;
    });
    request.on("end", () => response.end(`${bytes} bytes`));
  });

/** The status that one request gets, on a connection of its own. */
async function statusOf(text: string): Promise<string> {
  const caller = await mesh.dial();
  caller.send(text);
  const received = await caller.until("\r\n\r\n");
  caller.socket.destroy();
  return received.slice(9, 12);
}

describe("a limit is where it is said to be", () => {
  const MAX = 10_000;
  const post = (lines: string, body: string) => `POST / HTTP/1.1\r\nHost: a.mesh\r\n${lines}\r\n\r\n${body}`;
  const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;

  test("for a body with a length", async () => {
    await meshOf(counting(), { limits: { bodyBytesMax: MAX } });
    const sized = (bytes: number) => post(`Content-Length: ${bytes}`, "x".repeat(bytes));
    expect([await statusOf(sized(MAX)), await statusOf(sized(MAX + 1))]).toEqual(["200", "413"]);
  });

  test("for a body in chunks, whose framing does not count", async () => {
    await meshOf(counting(), { limits: { bodyBytesMax: MAX } });
    const lines = "Transfer-Encoding: chunked";
    const bodies = [`${chunk(10).repeat(MAX / 10)}0\r\n\r\n`, `${chunk(MAX)}${chunk(1)}0\r\n\r\n`];
    expect(await Promise.all(bodies.map((body) => statusOf(post(lines, body))))).toEqual(["200", "413"]);
  });

  test("for the number of headers, cookie crumbs among them", async () => {
    await meshOf(counting());
    const crumbs = (count: number) => `GET / HTTP/1.1\r\nHost: a.mesh\r\n${"C: 1\r\n".repeat(count)}\r\n`;
    expect([await statusOf(crumbs(99)), await statusOf(crumbs(100)), await statusOf(crumbs(10_000))]).toEqual(["200", "431", "431"]);
  });

  test("for the head of an instance's answer", async () => {
    const start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\nX: ";
    const answers = [64 * 1024, 64 * 1024 + 1].map((bytes) => `${start}${"x".repeat(bytes - start.length - 4)}\r\n\r\n`);
    await meshOf(rawInstance((socket) => void socket.write(answers.shift() ?? "")));
    expect([await statusOf("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n"), await statusOf("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n")]).toEqual([
      "200",
      "502",
    ]);
  });
});

describe("a connection to an instance is used again", () => {
  test.each([
    ["within the time the instance announced, less a second", "Keep-Alive: timeout=10\r\n", 8_800, 1],
    ["and not later", "Keep-Alive: timeout=10\r\n", 9_200, 2],
    ["within 4 s where nothing was announced", "", 3_800, 1],
    ["and not later than 4 s either", "", 4_200, 2],
  ])("%s", async (_, line, waitMs, connections) => {
    const clock = createFakeClock();
    let made = 0;
    const instance = rawInstance((socket) => void socket.write(`HTTP/1.1 200 OK\r\n${line}Content-Length: 2\r\n\r\nok`));
    await meshOf(
      instance.on("connection", () => made++),
      { clock },
    );
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until(/ok$/);
    clock.advance(waitMs);
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until(/ok[\s\S]*\r\n\r\nok$/);
    expect(made).toBe(connections);
  });
});

test("a jump of the wall clock ends no request and no connection", async () => {
  const clock = createFakeClock();
  let finish: () => void = () => {};
  await meshOf(
    httpInstance((_, response) => {
      finish = () => response.end("done");
    }),
    { clock },
  );
  const caller = await mesh.dial();
  caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
  await expect.poll(() => mesh.proxy.active).toBe(1);
  clock.jumpWall(86_400_000);
  clock.advance(1_000);
  clock.jumpWall(-2 * 86_400_000);
  clock.advance(1_000);
  finish();
  await caller.until("done");
  expect(tally(mesh.proxy)).toMatchObject({ requests: 1, failed: 0, aborted: 0 });
});

test("names that every object has are headers like others", async () => {
  let seen: string[] = [];
  await meshOf(
    httpInstance((request, response) => {
      seen = request.rawHeaders;
      response.setHeader("constructor", "2");
      response.end("ok");
    }),
  );
  const caller = await mesh.dial();
  caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n__proto__: 1\r\nhasOwnProperty: 1\r\n\r\n");
  expect(await caller.until("ok")).toContain("constructor: 2\r\n");
  expect(seen).toEqual(expect.arrayContaining(["__proto__", "hasOwnProperty"]));
});

test("a caller that resets its connection at any moment takes nothing else with it", async () => {
  await meshOf(counting(), { limits: { connectionsMax: 1_000 } });
  const text = `POST / HTTP/1.1\r\nHost: a.mesh\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n`;
  for (let at = 0; at <= text.length; at += 3) {
    const caller = await mesh.dial();
    caller.socket.on("error", () => {});
    if (at > 0) await new Promise((resolve) => caller.socket.write(text.slice(0, at), resolve));
    caller.socket.resetAndDestroy();
  }
  expect(await statusOf("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n")).toBe("200");
  await expect.poll(() => mesh.proxy.active).toBe(0);
  expect(mesh.logs.join("\n")).not.toContain("internal error");
});

test("an instance that resets its connection at any moment takes nothing else with it", async () => {
  const answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  let at = 0;
  const instance = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(answer.slice(0, at), () => (at >= answer.length ? undefined : socket.resetAndDestroy())));
  });
  await meshOf(instance);
  for (at = 1; at < answer.length; at += 2) {
    const caller = await mesh.dial();
    caller.send("POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 2\r\n\r\nhi");
    await Promise.race([caller.ended, caller.until("x-interlock-code: upstream.reset")]);
    expect(caller.received).not.toContain("\r\n0\r\n\r\n");
    caller.socket.destroy();
  }
  expect(await statusOf("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n")).toBe("200");
});
