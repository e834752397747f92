import { api } from "@/components/shell/api.ts";

/** Requests that versions answered in a span of time, and how many of them failed. */
export interface RequestCount {
  readonly requests: number;
  readonly failed: number;
}

/** Counts the requests that `versions` of a service answered since `fromMs`, from the series of their error rates. */
export async function countRequests(
  service: string,
  versions: readonly string[],
  fromMs: number,
  signal?: AbortSignal,
): Promise<RequestCount> {
  const series = await Promise.all(
    versions.map((version) =>
      api.call("GET /api/v1/series", {
        query: { service, version, metric: "errorRate", from: new Date(fromMs).toISOString() },
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
