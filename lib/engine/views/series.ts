import type { Bin, SeriesSelector, TelemetryStore } from "../../telemetry/index.ts";
import type { SeriesMetric, SeriesPoint, SeriesQuery } from "../views.ts";

/** Proxies report twice a second; after this time what happened has been reported. */
const REPORTED_AFTER_MS = 1_000;

/**
 * One figure over time. A step that has not ended yet, or not been reported to its end, is left out: it would look like a dip. Empty when the query names neither service nor edge.
 */
export function seriesView(telemetry: TelemetryStore, query: SeriesQuery, nowMs: number): readonly SeriesPoint[] {
  const selector = selectorOf(query);
  if (selector === null) return [];
  const read = (selected: SeriesSelector) => telemetry.series(selected, query.fromMs, query.toMs, query.stepMs);
  const bins = read(selector).filter((bin) => bin.startMs + bin.durationMs <= nowMs - REPORTED_AFTER_MS);
  const { metric } = query;
  if (metric !== "share") return bins.map((bin): SeriesPoint => [bin.startMs, figureOf(bin, metric), bin.requests]);
  const { calleeService, callerService, callerVersion } = selector;
  const whole = {
    calleeService,
    ...(callerService === undefined ? {} : { callerService }),
    ...(callerVersion === undefined ? {} : { callerVersion }),
  };
  const totals = new Map(read(whole).map((bin) => [bin.startMs, bin.requests]));
  return bins.map((bin): SeriesPoint => {
    const total = totals.get(bin.startMs) ?? 0;
    return [bin.startMs, total === 0 ? null : bin.requests / total, total];
  });
}

function figureOf(bin: Bin, metric: Exclude<SeriesMetric, "share">): number | null {
  if (metric === "rps") return (bin.requests * 1_000) / bin.durationMs;
  if (metric === "errorRate") return bin.requests === 0 ? null : bin.failed / bin.requests;
  return bin[metric];
}

function selectorOf({ service, version, edge }: SeriesQuery): SeriesSelector | null {
  if (edge !== undefined) return parseEdge(edge);
  if (service === undefined) return null;
  return version === undefined ? { calleeService: service } : { calleeService: service, calleeVersion: version };
}

/** Reads `caller@version>callee@version`, versions optional; null when it is no edge. */
export function parseEdge(text: string): SeriesSelector | null {
  const match = /^([^@>]+)(?:@([^>]*))?>([^@>]+)(?:@(.*))?$/.exec(text);
  if (match === null) return null;
  const [, callerService, callerVersion, calleeService, calleeVersion] = match;
  if (callerService === undefined || calleeService === undefined) return null;
  return {
    callerService,
    calleeService,
    ...(callerVersion ? { callerVersion } : {}),
    ...(calleeVersion ? { calleeVersion } : {}),
  };
}
