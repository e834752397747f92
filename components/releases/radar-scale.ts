import { endedAtMs, type ReleaseSummary } from "./release-view.ts";
import { plannedEndMs } from "./weight-curve.ts";

const MINUTE_MS = 60_000;

/** How much time the radar shows before now; `fit`: as much as what is listed needs. */
export const SPANS = ["fit", "15m", "1h", "6h", "24h"] as const;
export type RadarSpan = (typeof SPANS)[number];

const SPAN_MS: Readonly<Record<Exclude<RadarSpan, "fit">, number>> = {
  "15m": 15 * MINUTE_MS,
  "1h": 60 * MINUTE_MS,
  "6h": 360 * MINUTE_MS,
  "24h": 1440 * MINUTE_MS,
};

/** Past releases do not squeeze what is under way. */
const FIT_PAST_MAX_MS = 6 * 60 * MINUTE_MS;
const FIT_MIN_MS = 1.5 * MINUTE_MS;
/** A plan of hours does not squeeze the minutes that matter now: what is beyond is cut. */
const AHEAD_MAX = 1.5;

/** From when to when the radar reaches. `now` lies in it, with what is planned to its right. */
export function radarRange(releases: readonly ReleaseSummary[], span: RadarSpan, nowMs: number): { fromMs: number; toMs: number } {
  const starts = releases.map(({ createdAt }) => Date.parse(createdAt));
  const earliest = Math.min(nowMs, ...starts);
  const pastMs = span === "fit" ? Math.min(FIT_PAST_MAX_MS, Math.max(FIT_MIN_MS, (nowMs - earliest) * 1.06)) : SPAN_MS[span];
  const wantedMs = Math.max(...releases.map((release) => plannedEndMs(release, nowMs) - nowMs), pastMs * 0.12);
  return { fromMs: nowMs - pastMs, toMs: nowMs + Math.min(wantedMs, Math.max(pastMs * AHEAD_MAX, 2 * FIT_MIN_MS)) };
}

/** Which releases are listed. */
export const SHOWN = ["all", "active", "ended"] as const;
export type Shown = (typeof SHOWN)[number];

export interface RadarFilter {
  readonly shown: Shown;
  /** Empty: every service. */
  readonly service: string;
  readonly span: RadarSpan;
}

/** The filter of an address. */
export function readRadarFilter(params: URLSearchParams): RadarFilter {
  return {
    shown: SHOWN.find((each) => each === params.get("show")) ?? "all",
    service: params.get("service") ?? "",
    span: SPANS.find((each) => each === params.get("span")) ?? "fit",
  };
}

/** What of a list the filter lets through; of what ended before the time that is shown nothing is drawn. */
export function filterReleases(
  releases: readonly ReleaseSummary[],
  { service, shown, span }: RadarFilter,
  nowMs: number,
): readonly ReleaseSummary[] {
  const fromMs = span === "fit" ? 0 : nowMs - SPAN_MS[span];
  return releases.filter((release) => {
    const ended = endedAtMs(release);
    if (service !== "" && release.service !== service) return false;
    if (shown !== "all" && (shown === "ended") !== (ended !== null)) return false;
    return ended === null || ended >= fromMs;
  });
}
