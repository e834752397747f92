import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { ProxyMessage } from "../../model/index.ts";
import type { TestEngine } from "../../testing/index.ts";
import { batch, closeAll, closers, dial, openEngine, shiftTo, traffic, withWeb } from "../test-engine.fixture.ts";
import { encodeFrame } from "./frames.ts";

afterEach(closeAll);

const HELLO = {
  kind: "hello",
  proxyId: "node-x",
  bootId: "boot-x",
  node: "node-x",
  zone: "node-x",
  pid: 1,
  snapshotVersion: null,
  ingressPort: null,
};

function frame(message: unknown): Buffer {
  return encodeFrame(message as ProxyMessage);
}

/** Whether the engine still serves a real proxy: it greets it, sends it a change and counts its figures. */
async function expectUnhurt(engine: TestEngine): Promise<void> {
  const proxy = await dial(engine);
  proxy.hello();
  await proxy.next("snapshot");
  const applied = await shiftTo(engine, { "1.0.0": 9_000, "1.1.0": 1_000 });
  expect((await proxy.next("delta")).delta.version).toBe(applied.ok ? applied.value.snapshotVersion : -1);
  proxy.send({ kind: "telemetry", batch: traffic(1, 10) });
  await proxy.next("telemetry-ack");
  expect(engine.engine.topology().edges).toMatchObject([{ requests: 10, rps: expect.any(Number) }]);
}

async function attack(engine: TestEngine): Promise<Socket> {
  const socket = connect(engine.proxySocket);
  socket.on("error", () => {});
  closers.push(async () => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

const edge = traffic(1, 10).edges[0];
const asX = (more: object) => frame({ kind: "telemetry", batch: { ...batch(1), proxyId: "node-x", bootId: "boot-x", ...more } });

const FATAL: readonly (readonly [string, readonly Buffer[]])[] = [
  ["text that is no frame", [Buffer.from("GET / HTTP/1.1\r\nHost: engine\r\n\r\n")]],
  ["a frame over the limit", [Buffer.from([0xff, 0xff, 0xff, 0xff])]],
  ["a first frame larger than any hello", [Buffer.from([0x02, 0x00, 0x00, 0x00])]],
  ["garbage in a frame", [Buffer.from([0, 0, 0, 3, 1, 2, 3])]],
  ["a list in a frame", [frame([])]],
  ["a snapshot version that cannot be counted on from", [frame({ ...HELLO, snapshotVersion: 1e300 })]],
  ["a hello without a node", [frame({ ...HELLO, node: undefined })]],
  ["a name as long as a book", [frame({ ...HELLO, proxyId: "x".repeat(10_000) })]],
  ["an ack of a snapshot that never was", [frame(HELLO), frame({ kind: "ack", version: 1_000_000 })]],
  ["listeners that are none", [frame(HELLO), frame({ kind: "listeners", outbound: [null] })]],
  ["figures as text", [frame(HELLO), asX({ edges: [{ ...edge, failed: "1" }] })]],
  ["negative figures", [frame(HELLO), asX({ edges: [{ ...edge, statusClasses: [0, -1, 0, 0, 0] }] })]],
  ["figures without a latency", [frame(HELLO), asX({ edges: [{ ...edge, latency: undefined }] })]],
  ["figures in another proxy's name", [frame(HELLO), asX({ bootId: "boot-1", seq: 2 ** 50 })]],
];

describe("a hostile or broken client of the proxies' socket", () => {
  test.each(FATAL)("that sends %s is cut off, and nobody else is hurt", async (_, chunks) => {
    const engine = await openEngine();
    await withWeb(engine);
    const socket = await attack(engine);
    socket.resume();
    const closed = once(socket, "close");
    for (const chunk of chunks) socket.write(chunk);
    await closed;
    await expectUnhurt(engine);
  });

  test("that stops in the middle of a frame holds nobody up", async () => {
    const engine = await openEngine();
    await withWeb(engine);
    const socket = await attack(engine);
    socket.write(frame(HELLO).subarray(0, 30));
    await expectUnhurt(engine);
  });
});
