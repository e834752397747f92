import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import type { LiveEvent, LiveStatus, LiveStream } from "./live-types.ts";
import { openSharedLiveStream, type SharedLiveStreamOptions, type TabChannel, type TabLocks } from "./shared-live-stream.ts";

/** One engine for all tabs of a test; counts its connections and feeds the newest one. */
function createEngine() {
  const feeds: ReadableStreamDefaultController<Uint8Array>[] = [];
  const resumedAfter: (string | null)[] = [];
  const send = (async (_url: string, init: RequestInit) => {
    resumedAfter.push(new Headers(init.headers).get("last-event-id"));
    const body = new ReadableStream<Uint8Array>({
      start(feed) {
        feeds.push(feed);
        init.signal?.addEventListener("abort", () => feed.error(new Error("aborted")));
      },
    });
    return new Response(body, { status: 200 });
  }) as typeof fetch;
  function say(kind: string, id: string, data: unknown): void {
    feeds.at(-1)?.enqueue(new TextEncoder().encode(`event: ${kind}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`));
  }
  return {
    send,
    resumedAfter,
    snapshot: (id: string, changes: string[]) =>
      say("snapshot", id, { topic: "activity", at: "", changes: changes.map((change) => ({ id: change })) }),
    delta: (id: string, changes: string[]) =>
      say("delta", id, { topic: "activity", at: "", changes: changes.map((change) => ({ id: change })) }),
  };
}

const open: LiveStream[] = [];
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});

let round = 0;

function openTab(engine: ReturnType<typeof createEngine>, url: string, more: Partial<SharedLiveStreamOptions> = {}) {
  const events: LiveEvent[] = [];
  const statuses: LiveStatus[] = [];
  const stream = openSharedLiveStream({
    url,
    topics: ["activity"],
    fetch: engine.send,
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
    ...more,
  });
  open.push(stream);
  return {
    stream,
    statuses,
    /** What the tab shows: snapshots replace, deltas append. */
    shown() {
      let changes: string[] = [];
      for (const event of events) {
        if (event.kind === "heartbeat" || event.kind === "reset" || event.data.topic !== "activity") continue;
        const ids = event.data.changes.map((change) => change.id);
        changes = event.kind === "snapshot" ? ids : [...changes, ...ids];
      }
      return changes;
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function freshUrl(): string {
  return `/stream-${round++}`;
}

test("two tabs share one connection and show the same", async () => {
  const engine = createEngine();
  const url = freshUrl();
  const first = openTab(engine, url);
  await until(() => engine.resumedAfter.length === 1);
  const second = openTab(engine, url);
  engine.snapshot("a-1", ["c1"]);
  engine.delta("a-2", ["c2"]);
  await until(() => second.shown().length === 2 && first.shown().length === 2);
  expect(second.shown()).toEqual(first.shown());
  expect(engine.resumedAfter).toEqual([null]);
  expect(second.statuses.at(-1)?.state).toBe("live");
});

test("a tab that comes late is given the whole picture by the leader", async () => {
  const engine = createEngine();
  const url = freshUrl();
  const first = openTab(engine, url);
  await until(() => engine.resumedAfter.length === 1);
  engine.snapshot("a-1", ["c1"]);
  engine.delta("a-2", ["c2"]);
  await until(() => first.shown().length === 2);
  const late = openTab(engine, url);
  await until(() => late.shown().length === 2);
  engine.delta("a-3", ["c3"]);
  await until(() => late.shown().length === 3);
  expect(late.shown()).toEqual(["c1", "c2", "c3"]);
  expect(engine.resumedAfter).toHaveLength(1);
});

test("when the leader's tab closes, a follower goes on after the last event, without a gap", async () => {
  const engine = createEngine();
  const url = freshUrl();
  const first = openTab(engine, url);
  await until(() => engine.resumedAfter.length === 1);
  const second = openTab(engine, url);
  engine.snapshot("a-1", ["c1"]);
  await until(() => second.shown().length === 1);
  first.stream.close();
  await until(() => engine.resumedAfter.length === 2);
  engine.delta("a-2", ["c2"]);
  await until(() => second.shown().length === 2);
  expect(engine.resumedAfter).toEqual([null, "a-1"]);
  expect(second.shown()).toEqual(["c1", "c2"]);
});

test("a leader that falls silent is deposed: a follower takes over and goes on after the last event", async () => {
  const engine = createEngine();
  const url = freshUrl();
  let frozen = false;
  const openChannel = (name: string): TabChannel => {
    const channel = new BroadcastChannel(name);
    const post = channel.postMessage.bind(channel);
    channel.postMessage = (message: unknown) => {
      if (!frozen) post(message);
    };
    return channel as unknown as TabChannel;
  };
  const { locks } = navigator as unknown as { locks: TabLocks };
  const first = openTab(engine, url, { browser: { locks, openChannel } });
  await until(() => engine.resumedAfter.length === 1);
  const clock = createFakeClock();
  const second = openTab(engine, url, { clock });
  engine.snapshot("a-1", ["c1"]);
  await until(() => second.shown().length === 1);
  frozen = true;
  clock.advance(5000);
  await until(() => engine.resumedAfter.length === 2);
  frozen = false;
  engine.delta("a-2", ["c2"]);
  await until(() => second.shown().length === 2 && first.shown().length === 2);
  expect(engine.resumedAfter).toEqual([null, "a-1"]);
  expect(second.shown()).toEqual(["c1", "c2"]);
});

test("without locks or channels each tab has a stream of its own", async () => {
  const engine = createEngine();
  const browser = { locks: undefined, openChannel: undefined };
  for (const _ of [1, 2]) {
    open.push(
      openSharedLiveStream({ url: "/own", topics: ["activity"], fetch: engine.send, browser, onEvent: () => {}, onStatus: () => {} }),
    );
  }
  await until(() => engine.resumedAfter.length === 2);
  expect(engine.resumedAfter).toEqual([null, null]);
});
