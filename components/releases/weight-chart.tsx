"use client";

import { useTranslations } from "use-intl";
import { formatWeight } from "@/components/ui/format.ts";
import { type ObservedPoint, observedPath } from "./observed-path.ts";
import { endedAtMs, type ReleaseSummary } from "./release-view.ts";
import { clockSpan, type TimeScale, ticks, xOf } from "./time-axis.ts";
import { useWidth } from "./use-width.ts";
import { aheadCurve, pastCurve, plannedEndMs, stepArea, stepPath, type WeightPoint } from "./weight-curve.ts";

const HEIGHT = 208;
const LEFT = 44;
const RIGHT = 14;
const TOP = 34;
const FLOOR = HEIGHT - 26;
const TEXT_ROOM = 32;
/** Hours of plan do not squeeze the minutes that have passed: what lies further ahead is cut, and said. */
const AHEAD_MAX = 6;
const AHEAD_LEAST_MS = 120_000;

interface ChartProps {
  readonly release: ReleaseSummary;
  readonly colour: string;
  readonly observed: readonly ObservedPoint[];
  readonly nowMs: number;
}

/** The weight of the new version: as it was set, as the proxies really sent it, and as it is planned. */
export function WeightChart({ colour, nowMs, observed, release }: ChartProps) {
  const t = useTranslations("releases.chart");
  const [frame, width] = useWidth<HTMLDivElement>();
  const startMs = Date.parse(release.createdAt);
  const endMs = endedAtMs(release);
  const untilMs = endMs ?? nowMs;
  const past = pastCurve(release);
  const ahead = aheadCurve(release, nowMs);
  const plannedMs = plannedEndMs(release, nowMs);
  const furthestMs = untilMs + Math.max(AHEAD_LEAST_MS, (untilMs - startMs) * AHEAD_MAX);
  const toMs =
    endMs === null ? Math.max(startMs + 30_000, Math.min(plannedMs, furthestMs)) : endMs + Math.max(2_000, (endMs - startMs) * 0.08);
  const scale: TimeScale = { fromMs: startMs, toMs, width: Math.max(0, width - LEFT - RIGHT) };
  const topBp = topOf([...past, ...ahead].map(({ weightBp }) => weightBp));
  const y = (weightBp: number) => FLOOR - (Math.min(weightBp, topBp * 1.1) / topBp) * (FLOOR - TOP);
  const plane = { x: (atMs: number) => LEFT + xOf(scale, atMs), y };
  const label = t("label", { version: release.version, weight: formatWeight(release.weightBp) });
  return (
    <div ref={frame} style={{ height: HEIGHT }} className="min-w-0">
      {width > 0 && nowMs > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label} className="block">
          <Grid scale={scale} startMs={startMs} width={width} topBp={topBp} y={y} />
          <path d={stepArea(past, untilMs, plane)} fill={colour} opacity={0.14} />
          <path d={stepPath(past, untilMs, plane)} fill="none" stroke="var(--ink-3)" strokeWidth={1.4} strokeDasharray="4 4" />
          <path d={stepPath(ahead, toMs, plane)} fill="none" stroke="var(--ink-3)" strokeWidth={1.4} strokeDasharray="4 4" />
          <path d={observedPath(observed, plane)} fill="none" stroke={colour} strokeWidth={2} strokeLinejoin="round" />
          <StepLabels points={past} toMs={untilMs} plane={plane} tone="var(--ink)" />
          <StepLabels points={ahead.slice(1)} toMs={toMs} plane={plane} tone="var(--ink-3)" />
          {endMs === null && <NowLine x={plane.x(nowMs)} width={width} />}
          {endMs === null && plannedMs > toMs + 1000 && (
            <text x={width - RIGHT} y={13} textAnchor="end" fontSize={10.5} fill="var(--ink-3)">
              {t("further", { span: clockSpan(plannedMs - nowMs) })}
            </text>
          )}
        </svg>
      )}
    </div>
  );
}

/** Upper end of the axis: the whole, unless little of it was ever reached and nothing more is planned. */
function topOf(weights: readonly number[]): number {
  const most = Math.max(1, ...weights);
  return [1_000, 2_500, 5_000].find((top) => most <= top * 0.8) ?? 10_000;
}

interface GridProps {
  readonly scale: TimeScale;
  readonly startMs: number;
  readonly width: number;
  readonly topBp: number;
  readonly y: (weightBp: number) => number;
}

function Grid({ scale, startMs, topBp, width, y }: GridProps) {
  return (
    <>
      {[0, topBp / 4, topBp / 2, topBp].map((weightBp) => (
        <g key={weightBp}>
          <path d={`M${LEFT} ${y(weightBp)}H${width - RIGHT}`} stroke="var(--line)" />
          <text x={LEFT - 8} y={y(weightBp) + 3.5} textAnchor="end" fontSize={10.5} fill="var(--ink-3)">
            {weightBp / 100}
          </text>
        </g>
      ))}
      {ticks(scale, 76, startMs).map((at) => (
        <text
          key={at}
          x={LEFT + xOf(scale, at)}
          y={HEIGHT - 8}
          textAnchor={at === startMs ? "start" : "middle"}
          fontSize={10.5}
          fill="var(--ink-3)"
        >
          {clockSpan(at - startMs)}
        </text>
      ))}
    </>
  );
}

function NowLine({ width, x }: { readonly x: number; readonly width: number }) {
  const t = useTranslations("releases.radar");
  const isTight = x > width - 60;
  return (
    <>
      <path d={`M${x} 6V${FLOOR}`} stroke="var(--accent)" strokeWidth={1.5} />
      <text x={isTight ? x - 6 : x + 6} y={15} textAnchor={isTight ? "end" : "start"} fontSize={11.5} fill="var(--accent)">
        {t("now")}
      </text>
    </>
  );
}

interface LabelsProps {
  readonly points: readonly WeightPoint[];
  readonly toMs: number;
  readonly plane: { readonly x: (atMs: number) => number; readonly y: (weightBp: number) => number };
  readonly tone: string;
}

function StepLabels({ plane, points, toMs, tone }: LabelsProps) {
  const t = useTranslations("releases.chart");
  return points.map(({ atMs, gate, weightBp }, place) => {
    const from = plane.x(atMs);
    const to = plane.x(points[place + 1]?.atMs ?? toMs);
    if (to - from < TEXT_ROOM || weightBp === 0) return null;
    const hasRoom = gate !== undefined && gate !== null && to - from > 70;
    return (
      <text
        key={`${atMs} ${weightBp}`}
        x={(from + to) / 2}
        y={plane.y(weightBp) - 8}
        textAnchor="middle"
        fontSize={11.5}
        fontWeight={560}
        fill={tone}
        stroke="var(--panel)"
        strokeWidth={4}
        strokeLinejoin="round"
        paintOrder="stroke"
      >
        {formatWeight(weightBp)}
        {hasRoom && (
          <tspan fontSize={10.5} fontWeight={400}>
            {" "}
            {t(`gate.${gate}`)}
          </tspan>
        )}
      </text>
    );
  });
}
