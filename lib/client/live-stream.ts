/**
 * A live stream over fetch, for browser and Node alike (EventSource is missing in Node and cannot carry a Last-Event-ID of our own).
 *
 * States: connecting → live (first event) → stale (3 s without event or heartbeat) → live …
 * Under them a connection comes and goes: a lost one is tried again after 250 ms, doubling to 2 s, and resumes after the last event.
 * A short loss stays `live`, because the picture is not older than that. A connection that is silent for 3 s is given up: half-open
 * peers send no error. Closing ends everything.
 */
import type { CancelTimer, Clock } from "../std/index.ts";
import { problemFromAnswer } from "./api-problem.ts";
import { createEventStreamParser, type StreamedEvent } from "./event-stream-parser.ts";
import type { LiveEvent, LiveState, LiveStream, LiveStreamOptions } from "./live-types.ts";
import { createTimerClock } from "./timer-clock.ts";

/** Silence after which the picture counts as old; the engine sends at least a heartbeat each second. */
export const STALE_AFTER_MS = 3000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 2000;

/** Opens a stream of `topics` and keeps it open until `close`. */
export function openLiveStream(options: LiveStreamOptions): LiveStream {
  const clock = options.clock ?? createTimerClock();
  const status = createStatusKeeper(options, clock, () => connection.abort());
  let connection = new AbortController();
  let lastEventId = options.lastEventId ?? "";
  let retryMs = RETRY_MS_MIN;
  let cancelRetry: CancelTimer = () => {};
  let closed = false;

  function receive(raw: StreamedEvent): void {
    const event = decodeEvent(raw);
    if (event === undefined || closed) return;
    lastEventId = raw.id;
    retryMs = RETRY_MS_MIN;
    // The status first: whoever draws the event finds the picture live.
    status.heard();
    options.onEvent(event);
  }

  async function connect(): Promise<void> {
    connection = new AbortController();
    const failure = await readStream(options, connection.signal, lastEventId, receive);
    if (closed) return;
    status.failed(failure);
    cancelRetry = clock.after(retryMs, () => void connect());
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  }

  void connect();
  return {
    close() {
      closed = true;
      cancelRetry();
      status.stop();
      connection.abort();
    },
  };
}

/** Reads one connection to its end; returns the code of why it ended. */
async function readStream(
  options: LiveStreamOptions,
  signal: AbortSignal,
  lastEventId: string,
  receive: (event: StreamedEvent) => void,
): Promise<string> {
  const send = options.fetch ?? fetch;
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (lastEventId !== "") headers["last-event-id"] = lastEventId;
  try {
    const response = await send(`${options.url}?topics=${options.topics.join(",")}`, { headers, signal, cache: "no-store" });
    if (!response.ok || response.body === null) return problemFromAnswer(response.status, await response.text()).code;
    const parser = createEventStreamParser();
    const reader = response.body.getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      for (const event of parser.push(chunk.value)) receive(event);
    }
  } catch {
    // Refused, reset, aborted or not a stream of ours: all of them mean to connect anew.
  }
  return "engine.unreachable";
}

/** Turns what was heard into states, and calls `onSilence` when a connection has gone quiet. */
function createStatusKeeper(options: LiveStreamOptions, clock: Clock, onSilence: () => void) {
  let state: LiveState = "connecting";
  let sinceMs = clock.wallMs();
  let lastEventAtMs: number | null = null;
  let lastHeardMs = clock.monotonicMs();
  let code: string | null = null;
  let stopped = false;
  let cancelCheck = clock.after(STALE_AFTER_MS, check);

  function report(next: LiveState): void {
    if (next !== state) sinceMs = clock.wallMs();
    state = next;
    options.onStatus({ state, lastEventAtMs, sinceMs, code });
  }

  function check(): void {
    if (stopped) return;
    const silentMs = clock.monotonicMs() - lastHeardMs;
    cancelCheck = clock.after(silentMs >= STALE_AFTER_MS ? STALE_AFTER_MS : STALE_AFTER_MS - silentMs, check);
    if (silentMs < STALE_AFTER_MS) return;
    if (state !== "stale") report("stale");
    onSilence();
  }

  report(state);
  return {
    heard() {
      lastHeardMs = clock.monotonicMs();
      lastEventAtMs = clock.wallMs();
      code = null;
      if (state !== "live") report("live");
    },
    failed(reason: string) {
      if (stopped) return;
      code = reason;
      if (state === "stale") report("stale");
    },
    stop() {
      stopped = true;
      cancelCheck();
    },
  };
}

/** Undefined for an event type of a newer engine. */
function decodeEvent(raw: StreamedEvent): LiveEvent | undefined {
  const { event: kind, id } = raw;
  if (kind !== "snapshot" && kind !== "delta" && kind !== "reset" && kind !== "heartbeat") return undefined;
  return { kind, id, data: JSON.parse(raw.data) };
}
