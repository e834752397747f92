/**
 * The live tap over fetch, for browser and Node alike: requests as they end, those that pass a filter.
 *
 * States: connecting → live (first event) → lost (the connection ended, or 3 s of silence) → live … A lost one is tried again after 250 ms, doubling to 2 s;
 * what ended meanwhile is not told again. `refused` is final: the engine does not take the filter. Closing ends everything.
 */
import type { z } from "zod";
import type { tapEntrySchema, tapQuerySchema } from "../api/contract/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { type ApiProblem, problemFromAnswer } from "./api-problem.ts";
import { createEventStreamParser, type StreamedEvent } from "./event-stream-parser.ts";
import { createTimerClock } from "./timer-clock.ts";

export type TapEntry = z.output<typeof tapEntrySchema>;
/** The parameters of `GET /api/v1/tap`. */
export type TapQuery = z.input<typeof tapQuerySchema>;

export type TapState = "connecting" | "live" | "lost" | "refused";

export interface TapStatus {
  readonly state: TapState;
  /** Proxies that are asked; null until the engine has said so. */
  readonly proxies: number | null;
  /** Why it is lost or refused; null while it is live. */
  readonly problem: ApiProblem | null;
}

export interface TapStreamOptions {
  /** `/api/v1/tap`, with the origin in front where there is no page. */
  readonly url: string;
  readonly query: TapQuery;
  /** `dropped`: requests that fit and are not shown, since the call before. */
  onEntries(entries: readonly TapEntry[], dropped: number): void;
  /** Called with each change of state. */
  onStatus(status: TapStatus): void;
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

export interface TapStream {
  /** Ends the connection and every timer; nothing is called afterwards. */
  close(): void;
}

const SILENCE_MS = 3_000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 2_000;

/** Opens a tap and keeps it open until `close`, or until it is refused. */
export function openTapStream(options: TapStreamOptions): TapStream {
  const clock = options.clock ?? createTimerClock();
  let connection = new AbortController();
  let status: TapStatus = { state: "connecting", proxies: null, problem: null };
  let retryMs = RETRY_MS_MIN;
  let cancelRetry: CancelTimer = () => {};
  let cancelSilence: CancelTimer = () => {};
  let closed = false;

  function report(next: Partial<TapStatus>): void {
    const before = status;
    status = { ...status, ...next };
    if (status.state !== before.state || status.proxies !== before.proxies) options.onStatus(status);
  }

  function receive({ data, event }: StreamedEvent): void {
    if (closed) return;
    awaitMore();
    retryMs = RETRY_MS_MIN;
    const told = JSON.parse(data) as { readonly entries?: readonly TapEntry[]; readonly dropped?: number; readonly proxies?: number };
    report({ state: "live", problem: null, ...(told.proxies === undefined ? {} : { proxies: told.proxies }) });
    if (event === "entries") options.onEntries(told.entries ?? [], told.dropped ?? 0);
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
    const problem = await readTap(options, connection.signal, receive);
    cancelSilence();
    if (closed) return;
    if (problem !== null && problem.status >= 400 && problem.status < 500) return report({ state: "refused", problem });
    report({ state: "lost", problem });
    cancelRetry = clock.after(retryMs, () => void connect());
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  }

  options.onStatus(status);
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
async function readTap(
  options: TapStreamOptions,
  signal: AbortSignal,
  receive: (event: StreamedEvent) => void,
): Promise<ApiProblem | null> {
  const send = options.fetch ?? fetch;
  const query = new URLSearchParams(Object.entries(options.query).map(([name, value]): [string, string] => [name, String(value)]));
  try {
    const headers = { accept: "text/event-stream" };
    const response = await send(`${options.url}?${query.toString()}`, { headers, signal, cache: "no-store" });
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
