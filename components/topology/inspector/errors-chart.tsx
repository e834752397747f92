"use client";

import { useTranslations } from "use-intl";
import { formatShare } from "@/components/ui/format.ts";

const WIDTH = 340;
/** Room above the ceiling for its figure. */
const TOP = 18;
const BASE = 102;
const HEIGHT = 118;
const CEILINGS = [0.01, 0.02, 0.04, 0.08, 0.2, 0.4, 1] as const;

interface ErrorLine {
  readonly version: string;
  readonly color: string;
  /** `[start of the step in ms, error rate or null, requests]`. */
  readonly points: readonly (readonly [number, number | null, number])[];
}

interface ErrorsChartProps {
  readonly lines: readonly ErrorLine[];
  readonly fromMs: number;
  readonly toMs: number;
  /** A moment to mark, such as the last change of weights; null for none. */
  readonly markAtMs: number | null;
  readonly mark: string;
}

/** Error rates over time, one line per version; gaps where a version had no requests. */
export function ErrorsChart({ lines, fromMs, toMs, markAtMs, mark }: ErrorsChartProps) {
  const t = useTranslations("topology.inspector");
  const highest = Math.max(0, ...lines.flatMap((line) => line.points.map(([, rate]) => rate ?? 0)));
  const ceiling = CEILINGS.find((each) => each >= highest) ?? 1;
  const xOf = (atMs: number) => ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * WIDTH;
  const yOf = (rate: number) => BASE - (rate / ceiling) * (BASE - TOP);
  const markX = markAtMs === null ? -1 : xOf(markAtMs);
  const label = lines.map((line) => `${line.version} ${lastRate(line)}`).join(", ");
  return (
    <svg
      role="img"
      aria-label={`${t("errorsByVersion")}: ${label}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="block w-full overflow-visible"
    >
      {[1, 0.5, 0].map((part) => (
        <line key={part} x1={0} x2={WIDTH} y1={yOf(ceiling * part)} y2={yOf(ceiling * part)} stroke="var(--line)" />
      ))}
      {[1, 0.5].map((part) => (
        <text key={part} x={0} y={yOf(ceiling * part) - 3} fill="var(--ink-3)" fontSize={10.5}>
          {formatShare(ceiling * part)}
        </text>
      ))}
      <text x={0} y={HEIGHT - 2} fill="var(--ink-3)" fontSize={10.5}>
        {t("minutesAgo", { minutes: Math.round((toMs - fromMs) / 60_000) })}
      </text>
      <text x={WIDTH} y={HEIGHT - 2} textAnchor="end" fill="var(--ink-3)" fontSize={10.5}>
        {t("now")}
      </text>
      {markX > 0 && markX < WIDTH && (
        <>
          <line x1={markX} x2={markX} y1={TOP - 6} y2={BASE} stroke="var(--ink-3)" strokeDasharray="2 3" />
          <text
            x={markX > WIDTH * 0.65 ? markX - 5 : markX + 5}
            y={TOP + 1}
            textAnchor={markX > WIDTH * 0.65 ? "end" : "start"}
            fill="var(--ink-2)"
            fontSize={10.5}
          >
            {mark}
          </text>
        </>
      )}
      {lines.map((line) => (
        <path
          key={line.version}
          d={pathOf(line, xOf, yOf)}
          fill="none"
          stroke={line.color}
          strokeWidth={1.7}
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      ))}
    </svg>
  );
}

function pathOf(line: ErrorLine, xOf: (atMs: number) => number, yOf: (rate: number) => number): string {
  let path = "";
  let pen = "M";
  for (const [atMs, rate] of line.points) {
    const x = xOf(atMs);
    if (rate === null || x < 0) {
      pen = "M";
      continue;
    }
    path += `${pen}${x.toFixed(1)} ${yOf(rate).toFixed(1)}`;
    pen = "L";
  }
  return path;
}

function lastRate(line: ErrorLine): string {
  const last = line.points.findLast(([, rate]) => rate !== null)?.[1];
  return last == null ? "–" : formatShare(last);
}
