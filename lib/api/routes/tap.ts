import type { ServerResponse } from "node:http";
import type { MeshEngine } from "../../engine/index.ts";
import { ERROR_CODES, type Problem, type TapEntry, type TapFilter } from "../../model/index.ts";
import { type Clock, err, ok, type Result } from "../../std/index.ts";
import { type Answer, problemAnswer, refusal } from "../answer.ts";
import { tapQuerySchema } from "../contract/index.ts";
import { checkSameSite } from "../request/cross-site.ts";
import { invalidInput, parseInput } from "../request/input-problems.ts";
import { openSocketSink } from "../stream/socket-sink.ts";
import { TapFeed } from "../stream/tap-feed.ts";

const LOOK_MS = 1_000;

/** Live taps of one API. */
export interface TapRoute {
  /** Answers `GET /api/v1/tap`: a refusal, or null when the response has become a stream. */
  answer(url: URL, header: (name: string) => string | undefined, response: ServerResponse): Answer | null;
  /** Ends all of them. */
  close(): void;
}

/** Connects taps to the engine: proxies send only while somebody reads. */
export function createTapRoute(engine: MeshEngine, clock: Clock): TapRoute {
  const open = new Set<() => void>();
  const proxies = countProxies(engine, clock);
  return {
    answer(url, header, response) {
      // Reading across sites is impossible, but a page elsewhere could use up the taps.
      const foreign = checkSameSite(header);
      if (foreign !== undefined) return problemAnswer(foreign);
      const filter = parseTapFilter(url.searchParams);
      if (!filter.ok) return problemAnswer(invalidInput(filter.error));
      let take: (entries: readonly TapEntry[], dropped: number) => void = () => {};
      const stop = engine.tap(filter.value, (entries, dropped) => take(entries, dropped));
      if (stop === null) return tooMany();
      const sink = openSocketSink(response);
      const feed = new TapFeed({ sink, clock, proxies });
      take = (entries, dropped) => feed.take(entries, dropped);
      const end = () => {
        stop();
        feed.close();
        open.delete(close);
      };
      const close = () => {
        end();
        sink.end();
      };
      open.add(close);
      sink.onClose(end);
      return null;
    },
    close() {
      for (const close of [...open]) close();
    },
  };
}

/** Connected proxies, looked up at most once a second for all taps: the summary of a large mesh is work. */
function countProxies(engine: MeshEngine, clock: Clock): () => number {
  let count = 0;
  let lookedMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonicMs() - lookedMs >= LOOK_MS) {
      lookedMs = clock.monotonicMs();
      count = engine.mesh().proxies.filter(({ connected }) => connected).length;
    }
    return count;
  };
}

/** Reads the filter from a query; every problem is reported with its parameter. */
export function parseTapFilter(query: URLSearchParams): Result<TapFilter, readonly Problem[]> {
  const parsed = parseInput(tapQuerySchema, Object.fromEntries(query), "query");
  if (!parsed.ok) return parsed;
  const { minDurationMs, path, status, ...same } = tapQuerySchema.parse(parsed.value);
  const { code, version, service, caller, callerVersion } = same;
  const problems: Problem[] = [];
  const invalid = (name: string, detail: string, fix: string) => {
    problems.push({ path: `query.${name}`, code: "input.invalid", detail, fix });
  };
  if (code !== undefined && !(code in ERROR_CODES))
    invalid("code", `"${code}" is no code of Interlock.`, "Look it up in docs/failure-modes.md.");
  if (version !== undefined && service === undefined) invalid("version", "A version needs its service.", "Give service as well.");
  if (callerVersion !== undefined && caller === undefined) {
    invalid("callerVersion", "A caller's version needs its service.", "Give caller as well.");
  }
  const range = status === undefined ? null : statusRange(status);
  if (range !== null && range.statusMin > range.statusMax) {
    invalid("status", `"${status}" is an empty range.`, "Write the smaller status first.");
  }
  if (problems.length > 0) return err(problems);
  const given = Object.entries({ ...same, ...range, pathPrefix: path, minDurationMs }).filter(([, value]) => value !== undefined);
  return ok(Object.fromEntries(given));
}

/** `503`, `5xx` or `500-599`. */
function statusRange(text: string): { readonly statusMin: number; readonly statusMax: number } {
  if (text.endsWith("xx")) return { statusMin: Number(text[0]) * 100, statusMax: Number(text[0]) * 100 + 99 };
  const [min = "", max = min] = text.split("-");
  return { statusMin: Number(min), statusMax: Number(max) };
}

function tooMany(): Answer {
  const detail = "As many live taps are open as may be.";
  const fix = "Close another one, or read the access logs in the data folder.";
  return problemAnswer(refusal({ path: "", code: "stream.too-many", detail, fix }), { "retry-after": "2" });
}
