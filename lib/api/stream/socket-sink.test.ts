import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createFakeClock } from "../../testing/index.ts";
import { BUFFERED_BYTES_MAX, type StreamSink } from "./frame-writer.ts";
import { openSocketSink } from "./socket-sink.ts";
import { StreamHub } from "./stream-hub.ts";
import type { StreamTopic } from "./stream-reader.ts";

test("a reader on a real socket that stops reading holds a bounded amount, and has everything once it reads again", async () => {
  const clock = createFakeClock();
  const padding = "x".repeat(50_000);
  let value = 0;
  let seq = 0;
  let seen = -1;
  const still = { refresh: () => null, snapshot: () => "{}" };
  const figures = {
    refresh() {
      if (seen === value) return null;
      seen = value;
      return JSON.stringify({ topic: "topology", value, padding });
    },
    snapshot: () => JSON.stringify({ topic: "topology", value, padding }),
  };
  const log = {
    lastSeq: () => seq,
    after: (after: number) => ({ data: JSON.stringify({ topic: "activity", change: after + 1, padding }), seq: after + 1 }),
    recent: () => JSON.stringify({ topic: "activity" }),
  };
  const hub = new StreamHub({ sources: { topology: figures, splits: still, health: still }, log, clock, bootId: "boot" });
  let sink: StreamSink | undefined;
  const server = http.createServer((_, response) => {
    sink = openSocketSink(response);
    hub.open(sink, new Set<StreamTopic>(["activity", "topology"]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = net.connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  let text = "";
  const until = (part: string) =>
    new Promise<void>((resolve) => {
      const check = () => void (text.slice(-500_000).includes(part) && resolve());
      socket.on("data", check);
      check();
    });
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  await until('"value":0');

  socket.pause();
  let held = 0;
  for (let step = 1; step <= 300; step++) {
    value = step;
    seq = step;
    hub.touch(["activity", "topology"], true);
    clock.advance(20);
    held = Math.max(held, sink?.bufferedBytes ?? 0);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThanOrEqual(BUFFERED_BYTES_MAX);

  socket.resume();
  await Promise.all([until('"change":300'), until('"value":300')]);
  const changes = [...text.matchAll(/"change":(\d+)/g)].map((match) => Number(match[1]));
  expect(changes).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(text.match(/"value"/g)?.length).toBeLessThan(300);
  socket.destroy();
  server.close();
  hub.close();
});
