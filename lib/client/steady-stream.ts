/**
 * Server-sent events of one address over fetch, for browser and Node alike, connected again whenever the connection ends.
 *
 * States: connecting → live (first event) → lost (the connection ended, or 3 s of silence) → live … A lost one is tried again after 250 ms, doubling to 2 s;
 * what was sent meanwhile is not told again. `refused` is final: the engine does not take the request. Closing ends everything.
 */
import type { CancelTimer, Clock } from "../std/index.ts";
import { type ApiProblem, problemFromAnswer } from "./api-problem.ts";
import { createEventStreamParser, type StreamedEvent } from "./event-stream-parser.ts";
import { createTimerClock } from "./timer-clock.ts";

export type SteadyState = "connecting" | "live" | "lost" | "refused";

export interface SteadyStreamOptions {
  /** With its query. */
  readonly url: string;
  onEvent(event: StreamedEvent): void;
  /** Called with each change of state, and before the event that made it live. `problem`: why it is lost or refused, where the engine said so. */
  onState(state: SteadyState, problem: ApiProblem | null): void;
  readonly clock?: Clock | undefined;
  readonly fetch?: typeof fetch | undefined;
}

export interface SteadyStream {
  /** Ends the connection and every timer; nothing is called afterwards. */
  close(): void;
}

const SILENCE_MS = 3_000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 2_000;

/** Opens a stream and keeps it open until `close`, or until it is refused. */
export function openSteadyStream(options: SteadyStreamOptions): SteadyStream {
  const clock = options.clock ?? createTimerClock();
  let connection = new AbortController();
  let state: SteadyState = "connecting";
  let retryMs = RETRY_MS_MIN;
  let cancelRetry: CancelTimer = () => {};
  let cancelSilence: CancelTimer = () => {};
  let closed = false;

  function enter(next: SteadyState, problem: ApiProblem | null): void {
    if (state === next) return;
    state = next;
    options.onState(state, problem);
  }

  function receive(event: StreamedEvent): void {
    if (closed) return;
    awaitMore();
    retryMs = RETRY_MS_MIN;
    enter("live", null);
    options.onEvent(event);
  }

  function awaitMore(): void {
    cancelSilence();
    const { signal } = connection;
    cancelSilence = clock.after(SILENCE_MS, () => {
      if (!signal.aborted) connection.abort();
    });
  }

  async function connect(): Promise<void> {
    connection = new AbortController();
    awaitMore();
    const problem = await readStream(options, connection.signal, receive);
    cancelSilence();
    if (closed) return;
    if (problem !== null && problem.status >= 400 && problem.status < 500) return enter("refused", problem);
    enter("lost", problem);
    cancelRetry = clock.after(retryMs, () => void connect());
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  }

  options.onState(state, null);
  void connect();
  return {
    close() {
      closed = true;
      cancelRetry();
      cancelSilence();
      connection.abort();
    },
  };
}

/** Reads one connection to its end; returns the engine's problem where it gave one. */
async function readStream(
  { fetch: send = fetch, url }: SteadyStreamOptions,
  signal: AbortSignal,
  receive: (event: StreamedEvent) => void,
): Promise<ApiProblem | null> {
  try {
    const response = await send(url, { headers: { accept: "text/event-stream" }, signal, cache: "no-store" });
    if (!response.ok || response.body === null) return problemFromAnswer(response.status, await response.text());
    const parser = createEventStreamParser();
    const reader = response.body.getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      for (const event of parser.push(chunk.value)) receive(event);
    }
  } catch {
    // Refused, reset, aborted or not a stream of ours: all of them mean to connect anew.
  }
  return null;
}
