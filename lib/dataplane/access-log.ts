/**
 * The one hook of a request's end for people: what is written to the access log, shown by a live tap, and attached to a histogram as an exemplar.
 *
 *   if (log.wants(status, code)) log.end({ side, caller, callee, … });
 *
 * Ask `wants` first and build the entry only after a yes: for a plain answer that nobody watches it costs one decrement and two comparisons. Call it once per
 * request, when it ended, for mirrored copies too (`mirror: true`); on an inbound listener with `side: "callee"`.
 *
 * What is logged, by mode. `sampled` (the default): every answer with a code, every 5xx and every request whose caller went away, and of the others one in
 * `SAMPLE_EVERY` on average; the line's `sampled` is how many requests it stands for, so that sums over lines estimate sums over requests. `all`: one line per
 * request. `errors`: the first half of `sampled`. `off`: none. The draw is random: a counter would fall in step with regular traffic.
 * Queries are cut off here, since they carry secrets; so is a path beyond `PATH_CHARS_MAX`.
 */
import type { TapEntry } from "../model/index.ts";
import { type Clock, err, ok, type Random, type Result, randomBelow } from "../std/index.ts";

export type AccessLogMode = "sampled" | "all" | "errors" | "off";

/** What the data plane knows of a request that ended; `path` may still have its query. */
export type RequestEntry = Omit<TapEntry, "atMs" | "proxy">;

/** A line of the access log: `sampled` is how many requests it stands for. */
export interface AccessLogLine extends TapEntry {
  readonly sampled: number;
}

/** Requests without code and error that one line stands for. */
export const SAMPLE_EVERY = 100;
const PATH_CHARS_MAX = 2_048;
const HOST_CHARS_MAX = 256;
const MODES: readonly AccessLogMode[] = ["sampled", "all", "errors", "off"];

/** Whoever wants every request for a while: the live tap. */
export interface RequestWatcher {
  readonly isWatched: boolean;
  offer(entry: TapEntry): void;
}

export interface RequestLogOptions {
  readonly proxy: string;
  readonly mode: AccessLogMode;
  readonly clock: Clock;
  readonly random: Random;
  readonly write: (line: AccessLogLine) => void;
  readonly watcher: RequestWatcher;
  /** Told of requests with a trace, for exemplars. */
  readonly onTraced: (entry: TapEntry) => void;
}

/** See the head of the file. */
export class RequestLog {
  readonly #options: RequestLogOptions;
  readonly #logsAll: boolean;
  readonly #logsErrors: boolean;
  #untilSample: number;
  #isSample = false;

  constructor(options: RequestLogOptions) {
    this.#options = options;
    this.#logsAll = options.mode === "all";
    this.#logsErrors = options.mode !== "off";
    this.#untilSample = this.#draw();
  }

  /** Whether somebody wants to know of a request that ended like this. A yes is followed by `end`, at once. */
  wants(status: number, code: string | null): boolean {
    if (--this.#untilSample <= 0) {
      this.#untilSample = this.#draw();
      this.#isSample = true;
      return true;
    }
    return this.#logsAll || this.#options.watcher.isWatched || (this.#logsErrors && isNotable(status, code));
  }

  /** A request ended. */
  end(request: RequestEntry): void {
    const { clock, mode, onTraced, proxy, watcher, write } = this.#options;
    const isSample = this.#isSample;
    this.#isSample = false;
    const entry: TapEntry = {
      atMs: clock.wallMs(),
      proxy,
      ...request,
      // Whole microseconds: what a clock says beyond them is noise in every line.
      durationMs: Math.round(request.durationMs * 1_000) / 1_000,
      host: request.host.slice(0, HOST_CHARS_MAX),
      path: withoutQuery(request.path),
    };
    if (watcher.isWatched) watcher.offer(entry);
    if (entry.traceId !== null) onTraced(entry);
    if (this.#logsAll || (this.#logsErrors && isNotable(entry.status, entry.code))) write({ ...entry, sampled: 1 });
    else if (isSample && mode === "sampled") write({ ...entry, sampled: SAMPLE_EVERY });
  }

  /** Uniform over 1 … 2·SAMPLE_EVERY − 1, so SAMPLE_EVERY on average. */
  #draw(): number {
    return 1 + randomBelow(this.#options.random, 2 * SAMPLE_EVERY - 1);
  }
}

/** Reads INTERLOCK_ACCESS_LOG; `sampled` when it is absent or empty. The error is a sentence for the operator. */
export function parseAccessLogMode(text: string | undefined): Result<AccessLogMode, string> {
  if (text === undefined || text === "") return ok("sampled");
  const mode = MODES.find((known) => known === text);
  return mode === undefined ? err(`INTERLOCK_ACCESS_LOG is "${text}": use ${MODES.join(", ")}, or leave it out`) : ok(mode);
}

function isNotable(status: number, code: string | null): boolean {
  return code !== null || status >= 500 || status === 0;
}

function withoutQuery(path: string): string {
  const query = path.search(/[?#]/);
  return path.slice(0, Math.min(query < 0 ? path.length : query, PATH_CHARS_MAX));
}
