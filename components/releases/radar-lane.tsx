"use client";

import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { endedAtMs, type ReleaseSummary } from "./release-view.ts";
import { type TimeScale, ticks, xOf } from "./time-axis.ts";
import { aheadCurve, pastCurve, stepArea, stepPath, type WeightPoint } from "./weight-curve.ts";

const HEIGHT = 68;
const TOP = 16;
const FLOOR = 58;
/** A weight is written where its step is at least so wide. */
const TEXT_ROOM = 36;
const END_RADIUS = 3.5;

interface LaneProps {
  readonly release: ReleaseSummary;
  /** When another release could be taken for this one. */
  readonly overlaps: readonly (readonly [fromMs: number, toMs: number])[];
  readonly scale: TimeScale;
  readonly nowMs: number;
}

/** The weight of one release over time: filled as it was, dashed as it is planned. */
export function RadarLane({ nowMs, overlaps, release, scale }: LaneProps) {
  const t = useTranslations("releases.radar");
  const colour = useVersionColor(release.service, release.version);
  const endMs = endedAtMs(release) ?? nowMs;
  const past = pastCurve(release);
  const ahead = aheadCurve(release, nowMs);
  const plane = { x: (atMs: number) => xOf(scale, atMs), y };
  const isEnded = ahead.length === 0;
  return (
    <svg
      width={scale.width}
      height={HEIGHT}
      role="img"
      aria-label={t("lane", { service: release.service, version: release.version, weight: formatWeight(release.weightBp) })}
      className="block"
    >
      {ticks(scale, 76).map((at) => (
        <path key={at} d={`M${plane.x(at)} 0V${HEIGHT}`} stroke="var(--line)" strokeWidth={1} opacity={0.6} />
      ))}
      <path d={`M0 ${FLOOR}H${scale.width}`} stroke="var(--line)" />
      <g opacity={isEnded ? 0.7 : 1}>
        <path d={stepArea(past, endMs, plane)} fill={colour} opacity={0.2} />
        <path d={stepPath(past, endMs, plane)} fill="none" stroke={colour} strokeWidth={1.8} />
        <Labels points={past} toMs={endMs} plane={plane} tone="var(--ink)" />
      </g>
      {!isEnded && (
        <>
          <path d={stepPath(ahead, scale.toMs, plane)} fill="none" stroke="var(--ink-3)" strokeWidth={1.4} strokeDasharray="4 4" />
          <Labels points={ahead.slice(1)} toMs={scale.toMs} plane={plane} tone="var(--ink-3)" />
        </>
      )}
      {overlaps.map(([fromMs, toMs]) => (
        <path
          key={`${fromMs} ${toMs}`}
          d={`M${plane.x(fromMs)} ${FLOOR + 4}H${plane.x(toMs)}`}
          stroke="var(--warn)"
          strokeWidth={3}
          strokeDasharray="5 3"
        />
      ))}
      {isEnded && endMs > scale.fromMs && (
        <circle
          cx={plane.x(endMs)}
          cy={y(release.weightBp)}
          r={END_RADIUS}
          fill={release.state === "succeeded" ? "var(--ok)" : "var(--bad)"}
        />
      )}
    </svg>
  );
}

function y(weightBp: number): number {
  return FLOOR - (weightBp / 10_000) * (FLOOR - TOP);
}

interface LabelsProps {
  readonly points: readonly WeightPoint[];
  readonly toMs: number;
  readonly plane: { readonly x: (atMs: number) => number; readonly y: (weightBp: number) => number };
  readonly tone: string;
}

function Labels({ plane, points, toMs, tone }: LabelsProps) {
  return points.map(({ atMs, weightBp }, place) => {
    const from = plane.x(atMs);
    const to = plane.x(points[place + 1]?.atMs ?? toMs);
    if (to - from < TEXT_ROOM || weightBp === 0) return null;
    return (
      <text
        key={`${atMs} ${weightBp}`}
        x={(from + to) / 2}
        y={plane.y(weightBp) - 5}
        textAnchor="middle"
        fontSize={10.5}
        fill={tone}
        stroke="var(--panel)"
        strokeWidth={4}
        strokeLinejoin="round"
        paintOrder="stroke"
      >
        {formatWeight(weightBp)}
      </text>
    );
  });
}
