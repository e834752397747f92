import { expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { openLiveStream } from "./live-stream.ts";
import type { LiveEvent, LiveStatus, LiveStreamOptions } from "./live-types.ts";

/** An engine whose connections are opened and fed by hand. */
function createWire() {
  const connections: {
    readonly lastEventId: string | null;
    readonly feed: ReadableStreamDefaultController<Uint8Array>;
    readonly signal: AbortSignal;
  }[] = [];
  let refusal: Response | undefined;
  const arrivals: (() => void)[] = [];
  const send = (async (_url: string, init: RequestInit) => {
    if (refusal !== undefined) return refusal.clone();
    const signal = init.signal as AbortSignal;
    const body = new ReadableStream<Uint8Array>({
      start(feed) {
        signal.addEventListener("abort", () => feed.error(signal.reason));
        connections.push({ lastEventId: new Headers(init.headers).get("last-event-id"), feed, signal });
      },
    });
    for (const arrived of arrivals.splice(0)) arrived();
    return new Response(body, { status: 200, headers: { "content-type": "text/event-stream" } });
  }) as typeof fetch;
  return {
    connections,
    send,
    refuse(response: Response | undefined) {
      refusal = response;
    },
    say(text: string) {
      connections.at(-1)?.feed.enqueue(new TextEncoder().encode(text));
    },
  };
}

function heartbeat(id: string): string {
  return `event: heartbeat\nid: ${id}\ndata: {"at":"2026-01-01T00:00:00Z"}\n\n`;
}

/** Lets every promise that is ready run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function open(overrides: Partial<LiveStreamOptions> = {}) {
  const clock = createFakeClock();
  const wire = createWire();
  const events: LiveEvent[] = [];
  const statuses: LiveStatus[] = [];
  const stream = openLiveStream({
    url: "/api/v1/stream",
    topics: ["activity"],
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
    clock,
    fetch: wire.send,
    ...overrides,
  });
  await settle();
  return { clock, wire, events, statuses, stream };
}

test("a stream is connecting until the first event, then live", async () => {
  const { wire, events, statuses, stream } = await open();
  expect(statuses.map((status) => status.state)).toEqual(["connecting"]);
  wire.say(heartbeat("a-1"));
  await settle();
  expect(statuses.map((status) => status.state)).toEqual(["connecting", "live"]);
  expect(events).toEqual([{ kind: "heartbeat", id: "a-1", data: { at: "2026-01-01T00:00:00Z" } }]);
  stream.close();
});

test("a lost connection is tried again and resumes after the last event", async () => {
  const { clock, wire, statuses, stream } = await open();
  wire.say(heartbeat("a-1") + heartbeat("a-2"));
  await settle();
  wire.connections[0]?.feed.close();
  await settle();
  clock.advance(249);
  await settle();
  expect(wire.connections).toHaveLength(1);
  clock.advance(1);
  await settle();
  expect(wire.connections.map((connection) => connection.lastEventId)).toEqual([null, "a-2"]);
  expect(statuses.at(-1)?.state).toBe("live");
  stream.close();
});

test("three seconds of silence make the picture stale, and the silent connection is given up", async () => {
  const { clock, wire, statuses, stream } = await open();
  wire.say(heartbeat("a-1"));
  await settle();
  const heardAtMs = clock.wallMs();
  clock.advance(2999);
  expect(statuses.at(-1)?.state).toBe("live");
  clock.advance(1);
  expect(statuses.at(-1)).toMatchObject({ state: "stale", lastEventAtMs: heardAtMs, sinceMs: clock.wallMs() });
  expect(wire.connections[0]?.signal.aborted).toBe(true);
  stream.close();
});

test("a stale stream heals with the next event", async () => {
  const { clock, wire, statuses, stream } = await open();
  clock.advance(3000);
  await settle();
  clock.advance(250);
  await settle();
  wire.say(heartbeat("a-9"));
  await settle();
  expect(statuses.map((status) => status.state)).toContain("stale");
  expect(statuses.at(-1)).toMatchObject({ state: "live", code: null });
  stream.close();
});

test("attempts are 0.25, 0.5, 1, then 2 seconds apart, and the status says why they fail", async () => {
  const attemptsAtMs: number[] = [];
  const clock = createFakeClock();
  const { statuses, stream } = await open({
    clock,
    fetch: async () => {
      attemptsAtMs.push(clock.monotonicMs());
      return new Response(JSON.stringify({ code: "stream.too-many", detail: "Too many.", errors: [] }), { status: 503 });
    },
  });
  for (let step = 0; step < 32; step++) {
    clock.advance(250);
    await settle();
  }
  expect(attemptsAtMs).toEqual([0, 250, 750, 1750, 3750, 5750, 7750]);
  expect(statuses.at(-1)).toMatchObject({ state: "stale", code: "stream.too-many", lastEventAtMs: null });
  stream.close();
});

test("a closed stream leaves no timer and says nothing more", async () => {
  const { clock, wire, events, stream } = await open();
  wire.say(heartbeat("a-1"));
  stream.close();
  await settle();
  clock.advance(10_000);
  await settle();
  expect(events).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
  expect(wire.connections).toHaveLength(1);
});
