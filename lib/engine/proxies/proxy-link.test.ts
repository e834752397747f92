import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeFrame } from "./frames.ts";
import { createProxyLink, type ProxyLink } from "./proxy-link.ts";

/** More than any kernel takes for a peer that does not read. */
const LARGE_ANSWER = "9".repeat(4_000_000);

test("a peer that does not read its answers is not read either, until it does", async () => {
  const dir = mkdtempSync(join(tmpdir(), "interlock-link-"));
  const path = join(dir, "proxies.sock");
  const server = createServer();
  server.listen(path);
  await once(server, "listening");
  const client = connect(path);
  client.pause();
  const [socket] = (await once(server, "connection")) as [Socket];
  const taken: number[] = [];
  const waiting: (() => void)[] = [];
  const nextTaken = () => new Promise<void>((resolve) => waiting.push(resolve));
  const link: ProxyLink = createProxyLink(socket, {
    message(message) {
      taken.push(message.kind === "ack" ? message.version : -1);
      link.send({ kind: "telemetry-ack", bootId: LARGE_ANSWER, seq: 1 });
      waiting.shift()?.();
    },
    drained: () => {},
    closed: () => {},
  });

  const first = nextTaken();
  client.write(encodeFrame({ kind: "ack", version: 1 }));
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(socket.isPaused()).toBe(true);

  const second = nextTaken();
  client.write(encodeFrame({ kind: "ack", version: 2 }));
  client.resume();
  await second;
  expect(taken).toEqual([1, 2]);
  client.destroy();
  socket.destroy();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});
