"use client";

import { useId } from "react";
import { useTranslations } from "use-intl";
import { formatWeight } from "@/components/ui/format.ts";
import { clockSpan, type TimeScale, ticks, xOf } from "./time-axis.ts";
import { useWidth } from "./use-width.ts";
import { stepArea, stepPath, type WeightPoint } from "./weight-curve.ts";

/** The last step has no end; it is drawn as long as this share of what is before it. */
const TAIL = 0.14;
const TAIL_MIN_MS = 10_000;
const LEFT = 40;
const BOTTOM = 22;
const TOP = 22;
const TEXT_ROOM = 30;

interface CurveProps {
  readonly curve: readonly WeightPoint[];
  readonly colour?: string;
  readonly height?: number;
  /** Draws a place of the curve as the one that a field is about. */
  readonly active?: number | null;
}

/** The weight that a strategy plans over time; where a gate decides how long a step takes, it says which. */
export function StrategyCurve({ active = null, colour = "var(--accent)", curve, height = 150 }: CurveProps) {
  const t = useTranslations("strategies.curve");
  const [frame, width] = useWidth<HTMLDivElement>();
  const hatch = useId();
  const lastMs = curve.at(-1)?.atMs ?? 0;
  const toMs = lastMs + Math.max(TAIL_MIN_MS, lastMs * TAIL);
  const scale: TimeScale = { fromMs: 0, toMs, width: Math.max(0, width - LEFT - 8) };
  const plane = {
    x: (atMs: number) => LEFT + xOf(scale, atMs),
    y: (weightBp: number) => height - BOTTOM - (Math.min(10_000, Math.max(0, weightBp)) / 10_000) * (height - BOTTOM - TOP),
  };
  const hasGate = curve.some(({ gate }) => Boolean(gate));
  return (
    <div ref={frame} className="min-w-0">
      <div style={{ height }}>
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={t("label", { n: curve.length })} className="block">
            <defs>
              <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path d="M0 0V6" stroke="var(--ink-3)" strokeWidth={2} opacity={0.28} />
              </pattern>
            </defs>
            {[0, 2500, 5000, 10_000].map((weightBp) => (
              <g key={weightBp}>
                <path d={`M${LEFT} ${plane.y(weightBp)}H${width - 8}`} stroke="var(--line)" />
                <text x={LEFT - 8} y={plane.y(weightBp) + 3.5} textAnchor="end" fontSize={10.5} fill="var(--ink-3)">
                  {weightBp / 100}
                </text>
              </g>
            ))}
            <path d={stepArea(curve, toMs, plane)} fill={colour} opacity={0.14} />
            {curve.map(({ atMs, gate, weightBp }, place) => {
              const from = plane.x(atMs);
              const to = plane.x(curve[place + 1]?.atMs ?? toMs);
              return (
                <g key={`${atMs} ${weightBp}`}>
                  {gate && (
                    <rect x={from} y={TOP} width={Math.max(0, to - from)} height={height - BOTTOM - TOP} fill={`url(#${hatch})`}>
                      <title>{t(`gate.${gate}`)}</title>
                    </rect>
                  )}
                  {active === place && (
                    <rect
                      x={from}
                      y={TOP}
                      width={Math.max(2, to - from)}
                      height={height - BOTTOM - TOP}
                      fill="var(--accent)"
                      opacity={0.1}
                    />
                  )}
                  {to - from >= TEXT_ROOM && weightBp > 0 && (
                    <text
                      x={(from + to) / 2}
                      y={plane.y(weightBp) - 6}
                      textAnchor="middle"
                      fontSize={11}
                      fontWeight={560}
                      fill="var(--ink-2)"
                    >
                      {formatWeight(weightBp)}
                    </text>
                  )}
                </g>
              );
            })}
            <path d={stepPath(curve, toMs, plane)} fill="none" stroke={colour} strokeWidth={1.8} />
            {ticks(scale, 64)
              .filter((at) => plane.x(at) < width - 24)
              .map((at) => (
                <text
                  key={at}
                  x={plane.x(at)}
                  y={height - 6}
                  textAnchor={at === 0 ? "start" : "middle"}
                  fontSize={10.5}
                  fill="var(--ink-3)"
                >
                  {at === 0 ? "0" : clockSpan(at)}
                </text>
              ))}
          </svg>
        )}
      </div>
      {hasGate && <p className="text-xs text-ink-3">{t("gated")}</p>}
    </div>
  );
}
