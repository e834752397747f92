type Point = readonly [tMs: number, value: number | null, requests: number];

/** Several series on one time axis; null where one has no value at a moment that another has. */
export interface AlignedSeries {
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
  /** Requests that all values together rest on. */
  readonly requests: number;
}

/** Puts series on one time axis, in ascending order. */
export function alignSeries(series: readonly (readonly Point[])[]): AlignedSeries {
  const times = [...new Set(series.flatMap((points) => points.map(([tMs]) => tMs)))].sort((left, right) => left - right);
  const values = series.map((points) => {
    const byTime = new Map(points.map(([tMs, value]) => [tMs, value]));
    return times.map((tMs) => byTime.get(tMs) ?? null);
  });
  const requests = series.reduce((sum, points) => sum + points.reduce((part, [, , count]) => part + count, 0), 0);
  return { times, values, requests };
}
