import type net from "node:net";
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

const ok = () => httpInstance((request, response) => void request.resume().on("end", () => response.end(`ok ${request.url}`)));

describe("a drain", () => {
  test("answers a request whose head was half there", async () => {
    await meshOf(ok());
    const caller = await mesh.dial();
    caller.send("GET /first HTTP/1.1\r\nHost: a.mesh\r\n\r\nGET /second HTTP/1.1\r\nHo");
    await caller.until("ok /first");
    const drained = mesh.proxy.drain();
    caller.send("st: a.mesh\r\n\r\n");
    expect(await caller.until("ok /second")).toMatch(/connection: close\r\n(?:.*\r\n)*\r\n[\s\S]*ok \/second/);
    caller.socket.end();
    await drained;
  });

  test("answers the request that a connection at rest sends next, and says that it was the last", async () => {
    await meshOf(ok());
    const caller = await mesh.dial();
    caller.send("GET /first HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until("ok /first");
    const drained = mesh.proxy.drain();
    caller.send("POST /second HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 0\r\n\r\n");
    expect(await caller.until("ok /second")).toMatch(/connection: close\r\n(?:.*\r\n)*\r\n[\s\S]*ok \/second/);
    caller.socket.end();
    await drained;
  });

  test("ends a connection that stays at rest, and resets nothing", async () => {
    await meshOf(ok());
    const caller = await mesh.dial();
    caller.send("GET /first HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until("ok /first");
    const drained = mesh.proxy.drain();
    expect(await caller.ended).toBe("end");
    caller.socket.end();
    await drained;
  });

  test("ends a connection whose answer had said keep-alive with the answer after it, and resets nothing", async () => {
    let finish: () => void = () => {};
    await meshOf(
      httpInstance((_, response) => {
        response.write("begun");
        finish = () => response.end("done");
      }),
    );
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    expect(await caller.until("begun")).not.toContain("connection: close");
    const drained = mesh.proxy.drain();
    finish();
    await caller.until("done");
    const from = caller.received.length;
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    expect(await caller.until("begun", from)).toContain("connection: close");
    finish();
    expect(await caller.ended).toBe("end");
    const errors: Error[] = [];
    caller.socket.on("error", (error) => errors.push(error));
    for (const _ of [1, 2, 3]) await new Promise((resolve) => caller.socket.write("GET / HTTP/1.1\r\n", resolve));
    caller.socket.end();
    await drained;
    expect(errors).toEqual([]);
  });

  test("lets the requests that were pipelined before it have their answers", async () => {
    let finish: () => void = () => {};
    await meshOf(
      httpInstance((request, response) => {
        if (request.url !== "/1") return void response.end(`ok ${request.url}`);
        response.write("begun");
        finish = () => response.end("done");
      }),
    );
    const caller = await mesh.dial();
    caller.send("GET /1 HTTP/1.1\r\nHost: a.mesh\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until("begun");
    const drained = mesh.proxy.drain();
    finish();
    expect(await caller.until("ok /2")).toContain("connection: close");
    caller.socket.end();
    await drained;
    expect(tally(mesh.proxy)).toMatchObject({ requests: 2, aborted: 0 });
  });
});

test("a head has 10 s from the moment its connection was made, whenever its first byte comes", async () => {
  const clock = createFakeClock();
  await meshOf(
    rawInstance(() => {}),
    { clock },
  );
  const caller = await mesh.dial();
  // The proxy has the connection once it answers on it; a later one is accepted after it.
  const probe = await mesh.dial();
  probe.send("GET / HTTP/1.1\r\n\r\n");
  await probe.until("400");
  clock.advance(9_000);
  caller.send("GET / HTTP/1.1\r\nHo");
  const other = await mesh.dial();
  other.send("GET / HTTP/1.1\r\n\r\n");
  await other.until("400");
  clock.advance(1_200);
  expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: request.timeout");
});
