import { api } from "@/components/shell/api.ts";
import type { WeightSince } from "./weight-since.ts";

/** Requests that versions answered in a span of time, and how many of them failed. */
export interface RequestCount {
  readonly requests: number;
  readonly failed: number;
}

/** A version and the time from which its requests count, and up to which, in ms since 1970. */
export interface Span {
  readonly version: string;
  readonly fromMs: number;
  /** Absent: up to now. */
  readonly toMs?: number;
}

/** From when each version's requests count: since it has weight, as far as that is known; null where it is not known of one. */
export function spansOf(versions: readonly string[], since: readonly WeightSince[]): readonly Span[] | null {
  const spans = versions.flatMap((version, index): Span[] => {
    const start = since[index];
    return start === undefined || start.kind === "unknown" ? [] : [{ version, fromMs: Date.parse(start.at) }];
  });
  return spans.length === versions.length ? spans : null;
}

/** Counts the requests that versions of a service answered, each from its own time on, from the series of their error rates. */
export async function countRequests(service: string, spans: readonly Span[], signal?: AbortSignal): Promise<RequestCount> {
  const series = await Promise.all(
    spans.map(({ fromMs, toMs, version }) =>
      api.call("GET /api/v1/series", {
        query: {
          service,
          version,
          metric: "errorRate",
          from: new Date(fromMs).toISOString(),
          ...(toMs !== undefined && { to: new Date(toMs).toISOString() }),
        },
        ...(signal && { signal }),
      }),
    ),
  );
  const points = series.flatMap((each) => each.points);
  return {
    requests: points.reduce((sum, [, , requests]) => sum + requests, 0),
    failed: Math.round(points.reduce((sum, [, rate, requests]) => sum + (rate ?? 0) * requests, 0)),
  };
}
