import { randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestMesh, rawInstance, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";
import { type MessageSink, writeBytes, writeMessage } from "./write-message.ts";

/** A connection that takes everything at once, or nothing for now. */
function sinkThat(takesAll: boolean): MessageSink & { readonly written: (string | Buffer)[] } {
  const written: (string | Buffer)[] = [];
  return {
    written,
    get isFlushed() {
      return takesAll || written.length === 0;
    },
    write: (data) => void written.push(data),
  };
}

describe("what is written on from memory that is read into again", () => {
  test("is gone from that memory, whatever its size", () => {
    for (const size of [1, 1_000, 16_384, 16_385, 65_536, 147_000, 200_000]) {
      const sink = sinkThat(false);
      const bytes = Buffer.alloc(size, 1);
      writeBytes(sink, bytes);
      writeMessage(sink, "head", bytes);
      bytes.fill(2);
      const [first, second] = sink.written.map((data) => Buffer.from(data as string, "latin1"));
      expect([first?.equals(Buffer.alloc(size, 1)), second?.equals(Buffer.concat([Buffer.from("head"), Buffer.alloc(size, 1)]))]).toEqual([
        true,
        true,
      ]);
    }
  });

  test("stays as it is on a connection that could not send it, while others are written to", () => {
    const slow = sinkThat(false);
    const fast = sinkThat(true);
    writeBytes(slow, Buffer.alloc(50_000, 1));
    writeBytes(fast, Buffer.alloc(50_000, 2));
    writeBytes(slow, Buffer.alloc(50_000, 3));
    writeBytes(fast, Buffer.alloc(50_000, 4));
    expect(Buffer.concat(slow.written as Buffer[]).equals(Buffer.concat([Buffer.alloc(50_000, 1), Buffer.alloc(50_000, 3)]))).toBe(true);
  });

  test("needs no further memory on connections that send it at once", () => {
    const sink = sinkThat(true);
    for (let turn = 0; turn < 3; turn++) writeBytes(sink, Buffer.alloc(50_000, turn));
    expect(new Set(sink.written.map((data) => (data as Buffer).buffer)).size).toBe(1);
  });
});

describe("large bodies of many callers at once", () => {
  const bodies = Array.from({ length: 6 }, (_, index) => randomBytes(300_000 + index * 70_001));
  let mesh: TestMesh;

  beforeEach(async () => {
    mesh = await openTestMesh();
    const port = await mesh.serve(
      rawInstance((socket, received) => {
        if (!received.endsWith("\r\n\r\n")) return;
        const body = bodies[Number(/GET \/(\d)/.exec(received.slice(received.lastIndexOf("GET")))?.[1])] ?? Buffer.alloc(0);
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
        socket.write(body);
      }),
    );
    expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
    await mesh.proxy.settled();
  });

  afterEach(() => mesh.close());

  /** The body that came. `reads`: only once the test lets it go on. */
  async function download(index: number, reads: Promise<unknown>): Promise<Buffer> {
    const socket = net.connect({ port: mesh.ingressPort, host: "127.0.0.1" });
    await once(socket, "connect");
    socket.pause();
    socket.write(`GET /${index} HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n`);
    await reads;
    const bytes = await buffer(socket);
    return bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
  }

  test("each gets his own, byte for byte, also those who read late", async () => {
    const quick = [0, 1, 2].map((index) => download(index, Promise.resolve()));
    const late = [3, 4, 5].map((index) => download(index, Promise.all(quick)));
    const received = await Promise.all([...quick, ...late]);
    expect(received.map((body, index) => body.equals(bodies[index] ?? Buffer.alloc(0)))).toEqual(bodies.map(() => true));
  });
});
