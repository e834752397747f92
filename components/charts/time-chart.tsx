"use client";

import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useLocale } from "use-intl";
import "uplot/dist/uPlot.min.css";
import { type ChartLine, type ChartMark, chartOptions, seriesOf } from "./chart-options.ts";
import { useThemeEpoch } from "./use-theme-epoch.ts";

interface TimeChartProps {
  /** Epoch milliseconds, ascending; one for each value of every line. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly marks?: readonly ChartMark[];
  readonly height?: number;
  /** How far back the time axis reaches. */
  readonly spanMs: number;
  readonly floor: number;
  readonly format: (value: number) => string;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly onHover?: (index: number | null) => void;
}

const NO_MARKS: readonly ChartMark[] = [];

/** Figures over time, one line per version. uPlot is wrapped here and nowhere else. */
export function TimeChart({ times, lines, marks = NO_MARKS, height = 132, spanMs, floor, format, label, onHover }: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ times, lines, marks, floor, format, onHover });
  const [width, setWidth] = useState(0);
  const locale = useLocale();
  const themeEpoch = useThemeEpoch();
  const shape = lines.map((line) => `${line.label} ${line.colour} ${line.band !== undefined}`).join("|");
  const marksKey = marks.map((mark) => `${mark.atMs} ${mark.label}`).join("|");

  useEffect(() => {
    latest.current = { times, lines, marks, floor, format, onHover };
  });

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    // Colours, lines and marks are part of what uPlot is created with.
    void themeEpoch;
    void shape;
    void marksKey;
    const element = frame.current;
    if (!element || width === 0) return undefined;
    const now = latest.current;
    const created = new uPlot(
      chartOptions({
        lines: now.lines,
        marks: now.marks,
        floor: now.floor,
        format: now.format,
        onHover: (index) => latest.current.onHover?.(index),
        width,
        height,
        locale,
        spanMs,
      }),
      dataOf(now.times, now.lines, spanMs),
      element,
    );
    plot.current = created;
    return () => {
      created.destroy();
      plot.current = null;
    };
  }, [width, height, locale, spanMs, themeEpoch, shape, marksKey]);

  useEffect(() => plot.current?.setData(dataOf(times, lines, spanMs)), [times, lines, spanMs]);

  return <div ref={frame} role="img" aria-label={label} style={{ height }} className="min-w-0 overflow-hidden" />;
}

/** Without a figure the axes are drawn all the same, so that nothing moves when the first one comes. */
function dataOf(times: readonly number[], lines: readonly ChartLine[], spanMs: number): uPlot.AlignedData {
  if (times.length === 0) {
    const nowS = Date.now() / 1000;
    return [[nowS - spanMs / 1000, nowS], ...seriesOf(lines).map(() => [null, null])];
  }
  return [times.map((time) => time / 1000), ...seriesOf(lines).map((values) => [...values])] as uPlot.AlignedData;
}
