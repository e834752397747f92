import { expect, test } from "vitest";
import { createFakeClock } from "../../testing/index.ts";
import { BUFFERED_BYTES_MAX } from "./frame-writer.ts";
import { createFakeSink, type FakeSink } from "./sink.fixture.ts";
import { StreamHub } from "./stream-hub.ts";
import type { StreamTopic } from "./stream-reader.ts";

/** A mesh of numbers: each topic has a value, the log is the numbers 1 to n. */
function createMesh(bootId = "boot") {
  const clock = createFakeClock();
  const values = { topology: 0, splits: 0, health: 0 };
  const seen = { ...values };
  let lastSeq = 3;
  let padding = "";
  let encoded = 0;
  const source = (topic: keyof typeof values) => ({
    refresh() {
      if (seen[topic] === values[topic]) return null;
      seen[topic] = values[topic];
      encoded++;
      return JSON.stringify({ topic, value: values[topic], padding });
    },
    snapshot() {
      encoded++;
      return JSON.stringify({ topic, value: seen[topic], padding });
    },
  });
  const log = {
    lastSeq: () => lastSeq,
    after(seq: number, throughSeq: number) {
      const changes = Array.from({ length: Math.min(200, throughSeq - seq) }, (_, index) => seq + index + 1);
      return { data: JSON.stringify({ topic: "activity", changes, padding }), seq: changes.at(-1) ?? throughSeq };
    },
    recent: (throughSeq: number) => JSON.stringify({ topic: "activity", changes: [throughSeq] }),
  };
  const hub = new StreamHub({
    sources: { topology: source("topology"), splits: source("splits"), health: source("health") },
    log,
    clock,
    bootId,
  });
  return {
    clock,
    hub,
    get encoded() {
      return encoded;
    },
    set padding(bytes: number) {
      padding = "x".repeat(bytes);
    },
    figures(value: number) {
      Object.assign(values, { topology: value, splits: value });
      hub.touch(["topology", "splits", "health"], false);
    },
    change(count = 1) {
      lastSeq += count;
      hub.touch(["activity"], true);
    },
    setSeq(seq: number) {
      lastSeq = seq;
    },
    connect(topics: readonly StreamTopic[], lastEventId?: string): FakeSink {
      const sink = createFakeSink();
      hub.open(sink, new Set(topics), lastEventId);
      return sink;
    },
  };
}

function shown(sink: FakeSink): string[] {
  return sink.events().map(({ kind, data }) => `${kind} ${data.topic ?? ""} ${data.value ?? data.changes?.join(",") ?? ""}`.trim());
}

/** Every change that was given out, snapshots apart. */
function changes(sink: FakeSink): number[] {
  return sink.events().flatMap((event) => (event.kind === "delta" ? (event.data.changes ?? []) : []));
}

test("a reader gets a snapshot of each of its topics, then only what changed", () => {
  const mesh = createMesh();
  const sink = mesh.connect(["topology", "activity"]);
  mesh.figures(7);
  mesh.clock.advance(500);
  mesh.change();
  mesh.clock.advance(20);
  expect(shown(sink)).toEqual(["snapshot activity 3", "snapshot topology 0", "delta topology 7", "delta activity 4"]);
});

test("figures go out at most twice a second, changes within 20 ms", () => {
  const mesh = createMesh();
  const sink = mesh.connect(["splits", "activity"]);
  for (let step = 1; step <= 100; step++) {
    mesh.figures(step);
    mesh.clock.advance(10);
  }
  expect(shown(sink).filter((line) => line.startsWith("delta splits"))).toHaveLength(2);
  mesh.change();
  mesh.change();
  mesh.clock.advance(19);
  expect(changes(sink)).toEqual([]);
  mesh.clock.advance(1);
  expect(changes(sink)).toEqual([4, 5]);
});

test("an event is encoded once, and all readers are given the same bytes", () => {
  const mesh = createMesh();
  const sinks = Array.from({ length: 50 }, () => mesh.connect(["topology", "splits"]));
  expect(mesh.encoded).toBe(2);
  mesh.figures(1);
  mesh.clock.advance(500);
  expect(mesh.encoded).toBe(4);
  expect(new Set(sinks.map((sink) => sink.writes.at(-1))).size).toBe(1);
});

test("a reader to whom nothing is said for a second gets a heartbeat, one that is busy does not", () => {
  const mesh = createMesh();
  const quiet = mesh.connect(["activity"]);
  const busy = mesh.connect(["splits"]);
  for (let step = 1; step <= 8; step++) {
    mesh.figures(step);
    mesh.clock.advance(500);
  }
  expect(shown(quiet).filter((line) => line === "heartbeat").length).toBeGreaterThanOrEqual(3);
  expect(shown(busy)).not.toContain("heartbeat");
});

test("a reader that comes back is given what it missed, and no snapshot", () => {
  const mesh = createMesh();
  const first = mesh.connect(["topology", "splits", "activity"]);
  mesh.figures(1);
  mesh.clock.advance(500);
  const lastEventId = first.events().at(-1)?.id;
  first.closeByPeer();
  mesh.figures(2);
  mesh.clock.advance(500);
  mesh.change(2);
  mesh.clock.advance(500);
  const second = mesh.connect(["topology", "splits", "activity"], lastEventId);
  expect(shown(second)).toEqual(["delta activity 4,5", "delta topology 2", "delta splits 2"]);
});

test("wherever a reader is cut off, it comes back without gap and without repetition", () => {
  const mesh = createMesh();
  const sink = mesh.connect(["topology", "splits", "activity"]);
  for (let step = 1; step <= 5; step++) {
    mesh.figures(step);
    mesh.change(2);
    mesh.clock.advance(500);
  }
  const events = sink.events();
  for (const [index, event] of events.entries()) {
    const before = events.slice(0, index + 1);
    const after = mesh.connect(["topology", "splits", "activity"], event.id).events();
    const all = [...before, ...after]
      .filter((each) => each.data.topic === "activity" && each.kind === "delta")
      .flatMap((each) => each.data.changes ?? []);
    const started = before.some((each) => each.data.topic === "activity");
    expect(started ? all : [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    for (const topic of ["topology", "splits"]) {
      expect([...before, ...after].findLast((each) => each.data.topic === topic && each.kind !== "reset")?.data.value).toBe(5);
    }
  }
});

test("after a restart activity goes on without a gap, and figures say reset", () => {
  const before = createMesh("boot1");
  const first = before.connect(["splits", "activity"]);
  before.change(2);
  before.clock.advance(20);
  const lastEventId = first.events().at(-1)?.id;

  const after = createMesh("boot2");
  after.setSeq(900);
  const second = after.connect(["splits", "activity"], lastEventId);
  expect(shown(second).slice(0, 2)).toEqual(["reset splits", "snapshot splits 0"]);
  expect(changes(second)).toEqual(Array.from({ length: 895 }, (_, index) => index + 6));
});

test("a reader that is too far behind, or comes from another log, is told so and starts anew", () => {
  const behind = createMesh();
  const first = behind.connect(["activity"]);
  const lastEventId = first.events().at(-1)?.id;
  behind.change(20_000);
  behind.clock.advance(20);
  expect(shown(behind.connect(["activity"], lastEventId))).toEqual(["reset activity", "snapshot activity 20003"]);

  const emptied = createMesh();
  emptied.setSeq(1);
  expect(shown(emptied.connect(["activity"], lastEventId))).toEqual(["reset activity", "snapshot activity 1"]);
  expect(shown(emptied.connect(["activity"], "nonsense"))).toEqual(["reset activity", "snapshot activity 1"]);
});

test("a reader that was away for longer than the history says reset, then starts with a snapshot", () => {
  const mesh = createMesh();
  mesh.connect(["topology"]);
  const gone = mesh.connect(["topology", "splits"]);
  mesh.figures(1);
  mesh.clock.advance(500);
  const lastEventId = gone.events().at(-1)?.id;
  gone.closeByPeer();
  for (let step = 2; step < 202; step++) {
    mesh.figures(step);
    mesh.clock.advance(500);
  }
  expect(shown(mesh.connect(["topology"], lastEventId))).toEqual(["reset topology", "snapshot topology 201"]);
});

test("a slow reader never holds more than the limit, loses no change, and gets the newest figures when it drains", () => {
  const mesh = createMesh();
  mesh.padding = 20_000;
  const slow = mesh.connect(["topology", "activity"]);
  const fast = mesh.connect(["topology", "activity"]);
  slow.setFast(false);
  for (let step = 1; step <= 200; step++) {
    mesh.figures(step);
    mesh.change();
    mesh.clock.advance(500);
    if (step % 20 === 0) slow.drain();
  }
  for (let step = 0; step < 200; step++) slow.drain();
  expect(slow.maxBuffered).toBeLessThanOrEqual(BUFFERED_BYTES_MAX);
  expect(changes(slow)).toEqual(Array.from({ length: 200 }, (_, index) => index + 4));
  expect(slow.events().findLast((event) => event.data.topic === "topology")?.data.value).toBe(200);
  expect(slow.writes.length).toBeLessThan(fast.writes.length);
});

test("an event that alone is larger than the limit goes out in slices", () => {
  const mesh = createMesh();
  mesh.padding = 1_000_000;
  const sink = createFakeSink();
  sink.setFast(false);
  mesh.hub.open(sink, new Set<StreamTopic>(["topology"]));
  for (let step = 0; step < 40; step++) sink.drain();
  expect(shown(sink)).toEqual(["snapshot topology 0"]);
  expect(sink.maxBuffered).toBeLessThanOrEqual(BUFFERED_BYTES_MAX);
});

test("a reader that takes nothing for 15 seconds is cut off", () => {
  const mesh = createMesh();
  mesh.padding = 100_000;
  const sink = mesh.connect(["topology"]);
  sink.setFast(false);
  for (let step = 1; step <= 60; step++) {
    mesh.figures(step);
    mesh.clock.advance(500);
  }
  expect(sink.ended).toBe(true);
  expect(mesh.hub.readers).toBe(0);
});

test("without readers nothing is looked at, and no timer is left", () => {
  const mesh = createMesh();
  mesh.figures(1);
  mesh.clock.advance(5000);
  expect(mesh.encoded).toBe(0);
  const sink = mesh.connect(["topology"]);
  sink.closeByPeer();
  mesh.clock.advance(61_000);
  expect(mesh.clock.pendingTimers).toBe(0);
  const looked = mesh.encoded;
  mesh.figures(2);
  mesh.clock.advance(5000);
  expect(mesh.encoded).toBe(looked);
});
