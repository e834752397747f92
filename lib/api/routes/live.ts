import type { MeshEngine, SeriesQuery } from "../../engine/index.ts";
import type { Problem, Refusal } from "../../model/index.ts";
import { type Clock, err, ok, type Result } from "../../std/index.ts";
import type { Call, Handlers, ResponseOf } from "../operation.ts";
import { invalidInput } from "../request/input-problems.ts";

type Key = "GET /api/v1/mesh" | "GET /api/v1/topology" | "GET /api/v1/series";

/** Points that one answer carries. */
const POINTS_MAX = 2000;
const SPAN_MS_DEFAULT = 15 * 60_000;
/** Steps in which series are kept: 1 h at 2 s, 24 h at 15 s, 30 d at 5 min. */
const STEPS_MS = [2000, 15_000, 300_000, 3_600_000] as const;
const POINTS_WANTED = 500;

/** The mesh as it is now, and figures over time. */
export function createLiveRoutes(engine: MeshEngine, clock: Clock): Handlers<Key> {
  return {
    "GET /api/v1/mesh": {
      kind: "direct",
      answer: () => ok({ body: structuredClone(engine.mesh()) as ResponseOf<"GET /api/v1/mesh"> }),
    },
    "GET /api/v1/topology": {
      kind: "direct",
      answer: () => ok({ body: engine.topology() as ResponseOf<"GET /api/v1/topology"> }),
    },
    "GET /api/v1/series": {
      kind: "direct",
      answer({ query }) {
        const parsed = parseSeriesQuery(query, clock.wallMs());
        if (!parsed.ok) return parsed;
        return ok({ body: { points: engine.series(parsed.value).map(([atMs, value, requests]) => [atMs, value, requests]) } });
      },
    },
  };
}

function parseSeriesQuery(query: Call<"GET /api/v1/series">["query"], nowMs: number): Result<SeriesQuery, Refusal> {
  const problems: Problem[] = [];
  const toMs = parseTime(query.to, "to", nowMs, problems);
  const fromMs = parseTime(query.from, "from", toMs - SPAN_MS_DEFAULT, problems);
  const stepMs = query.stepMs ?? STEPS_MS.find((step) => (toMs - fromMs) / step <= POINTS_WANTED) ?? 3_600_000;
  const invalid = (path: string, detail: string, fix: string) =>
    problems.push({ path: `query.${path}`, code: "input.invalid", detail, fix });
  if ((query.service === undefined) === (query.edge === undefined)) {
    invalid("service", "A series is either of a service or of an edge.", "Give service (and version), or edge.");
  }
  if (query.version !== undefined && query.service === undefined)
    invalid("version", "A version needs its service.", "Give service as well.");
  if (query.edge !== undefined && !/^[^@>]+(@[^@>]+)?>[^@>]+(@[^@>]+)?$/.test(query.edge)) {
    invalid("edge", `"${query.edge}" names no edge.`, "Write caller@version>callee@version; versions may be left out.");
  }
  if (problems.length === 0 && fromMs >= toMs) invalid("from", "from is not before to.", "Give an earlier from.");
  if (problems.length === 0 && (toMs - fromMs) / stepMs > POINTS_MAX) {
    invalid("stepMs", `That is more than ${POINTS_MAX} points.`, `Use a stepMs of at least ${Math.ceil((toMs - fromMs) / POINTS_MAX)}.`);
  }
  if (problems.length > 0) return err(invalidInput(problems));
  const { metric, service, version, edge } = query;
  return ok({
    metric,
    fromMs,
    toMs,
    stepMs,
    ...(service !== undefined && { service }),
    ...(version !== undefined && { version }),
    ...(edge !== undefined && { edge }),
  });
}

/** ISO 8601 or epoch milliseconds. */
function parseTime(text: string | undefined, name: string, absent: number, problems: Problem[]): number {
  if (text === undefined) return absent;
  const timeMs = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(timeMs)) return timeMs;
  problems.push({
    path: `query.${name}`,
    code: "input.invalid",
    detail: `"${text}" is not a time.`,
    fix: "Write ISO 8601, such as 2026-01-31T12:00:00Z, or milliseconds since 1970.",
  });
  return absent;
}
