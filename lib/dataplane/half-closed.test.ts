/** Callers that end their sending side and wait: legal HTTP/1.1, and what `printf … | nc` does. */
import { afterEach, describe, expect, test } from "vitest";
import { httpInstance, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

async function open(server: Parameters<TestMesh["serve"]>[0], limits = {}): Promise<void> {
  mesh = await openTestMesh({ limits });
  const port = await mesh.serve(server);
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
}

const later = () =>
  httpInstance((request, response) => {
    request.resume().on("end", () => setTimeout(() => response.end(`ok ${request.url}`), 100));
  });

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a.mesh\r\n\r\n`;

describe("a caller that ends its sending side", () => {
  test("gets the answer to what it sent, whole, and then the end", async () => {
    await open(later());
    const caller = await mesh.dial();
    caller.socket.end("POST /1 HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 4\r\n\r\ndata");
    expect(await caller.ended).toBe("end");
    expect(caller.received).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*ok \/1$/);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, aborted: 0, failed: 0 });
  });

  test("gets the answers to all requests that it sent ahead, in order", async () => {
    await open(later());
    const caller = await mesh.dial();
    caller.socket.end(get("/1") + get("/2") + get("/3"));
    expect(await caller.ended).toBe("end");
    expect(caller.received.match(/ok \/\d/g)).toEqual(["ok /1", "ok /2", "ok /3"]);
  });

  test("within the head of the next one gets the answers before it, and the end", async () => {
    await open(later());
    const caller = await mesh.dial();
    caller.socket.end(`${get("/1")}GET /2 HTT`);
    expect(await caller.ended).toBe("end");
    expect(caller.received.match(/ok \/\d/g)).toEqual(["ok /1"]);
  });

  test("gets an answer that is longer than the grace, since it moves", async () => {
    let pieces = 0;
    const streaming = rawInstance((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const timer = setInterval(() => {
        socket.write(++pieces === 8 ? "0\r\n\r\n" : "1\r\nx\r\n");
        if (pieces === 8) clearInterval(timer);
      }, 60);
    });
    await open(streaming, { halfCloseMs: 300 });
    const caller = await mesh.dial();
    caller.socket.end(get("/"));
    expect(await caller.ended).toBe("end");
    expect(caller.received).toMatch(/0\r\n\r\n$/);
  });

  test("is taken as gone, and its request cancelled, once nothing came for the grace", async () => {
    let cancelled: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    await open(
      httpInstance((request) => void request.on("close", cancelled)),
      { halfCloseMs: 200 },
    );
    const caller = await mesh.dial();
    caller.socket.end(get("/"));
    await gone;
    expect(await caller.ended).toBe("ECONNRESET");
    await expect.poll(() => tally(mesh.proxy).aborted).toBe(1);
  });

  test("within a body is reset at once: the instance never takes half a request for a whole one", async () => {
    const bodies: string[] = [];
    await open(
      httpInstance((request, response) => {
        let body = "";
        request.on("data", (bytes) => (body += bytes));
        request.on("end", () => bodies.push(body));
        request.on("end", () => response.end());
        request.on("error", () => {});
      }),
    );
    const caller = await mesh.dial();
    caller.socket.end("POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 10\r\n\r\nhalf");
    expect(await caller.ended).toBe("ECONNRESET");
    expect(bodies).toEqual([]);
  });
});
