import type uPlot from "uplot";
import { resolveColour } from "./resolve-colour.ts";

/** One line of a chart. */
export interface ChartLine {
  readonly label: string;
  /** A CSS colour; custom properties are resolved when drawn. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** What the true figure is held to be between, drawn as a tint of the line's colour. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
}

/** A moment on the time axis that explains what follows. */
export interface ChartMark {
  readonly atMs: number;
  readonly label: string;
}

interface ChartDrawing {
  readonly lines: readonly ChartLine[];
  readonly marks: readonly ChartMark[];
  readonly height: number;
  readonly width: number;
  readonly locale: string;
  /** How far back the time axis reaches from the newest figure. */
  readonly spanMs: number;
  /** Smallest upper end of the value axis, so that noise around zero does not fill the chart. */
  readonly floor: number;
  format(value: number): string;
  /** Called with the step under the pointer; null when it leaves. */
  onHover(index: number | null): void;
}

/** Labels carry minutes, so no step is shorter. */
const TIME_STEPS_S = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

const FONT = '11px "Inter Variable", Inter, system-ui, sans-serif';

/** What uPlot needs to draw: three grid lines, our colours, marks as dashed verticals with their text. */
export function chartOptions(drawing: ChartDrawing): uPlot.Options {
  const ink = resolveColour("var(--ink-3)");
  const line = resolveColour("var(--line)");
  const time = new Intl.DateTimeFormat(drawing.locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return {
    width: drawing.width,
    height: drawing.height,
    padding: [14, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: (_plot, low, high) => [high === null ? low : high - drawing.spanMs / 1000, high] },
      y: { range: (_plot, _low, high) => [0, Math.max(drawing.floor, (high ?? 0) * 1.12)] },
    },
    axes: [
      {
        stroke: ink,
        font: FONT,
        size: 26,
        gap: 6,
        grid: { show: false },
        ticks: { show: false },
        space: 44,
        incrs: TIME_STEPS_S,
        values: (_plot, splits) => splits.map((at) => time.format(at * 1000)),
      },
      {
        stroke: ink,
        font: FONT,
        size: 58,
        gap: 8,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        space: 34,
        values: (_plot, splits) => splits.map((value) => drawing.format(value)),
      },
    ],
    series: [
      {},
      ...drawing.lines.map((each) => ({
        label: each.label,
        stroke: resolveColour(each.colour),
        width: 1.6,
        points: { show: false },
        spanGaps: false,
      })),
      ...drawing.lines.flatMap((each) => (each.band === undefined ? [] : [EDGE, EDGE])),
    ],
    bands: bandsOf(drawing.lines),
    hooks: {
      setCursor: [(plot) => drawing.onHover(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMarks(plot, drawing.marks)],
    },
  };
}

/** An end of a band: it is not drawn itself, and the axis does not stretch for it. */
const EDGE = { auto: false, width: 0, stroke: "transparent", points: { show: false }, spanGaps: false } as const;

/** The figures of all lines, and behind them those of their bands: low, high. */
export function seriesOf(lines: readonly ChartLine[]): readonly (readonly (number | null)[])[] {
  return [...lines.map(({ values }) => values), ...lines.flatMap(({ band }) => (band === undefined ? [] : [band.low, band.high]))];
}

function bandsOf(lines: readonly ChartLine[]): uPlot.Band[] {
  return lines
    .filter(({ band }) => band !== undefined)
    .map(({ colour }, at) => {
      const low = 1 + lines.length + 2 * at;
      return { series: [low + 1, low], fill: `color-mix(in srgb, ${resolveColour(colour)} 16%, transparent)` };
    });
}

function drawMarks(plot: uPlot, marks: readonly ChartMark[]): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * scale}px "Inter Variable", Inter, system-ui, sans-serif`;
  const ink = resolveColour("var(--ink-2)");
  const dash = resolveColour("var(--ink-3)");
  let freeUntil = Number.POSITIVE_INFINITY;
  // The newest text has the first claim to the room.
  for (const mark of marks.toReversed()) {
    const x = Math.round(plot.valToPos(mark.atMs / 1000, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = dash;
    ctx.lineWidth = scale;
    ctx.setLineDash([2 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 4 * scale);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(mark.label).width;
    const fitsRight = x + 5 * scale + width <= bbox.left + bbox.width;
    const start = fitsRight ? x + 5 * scale : x - 5 * scale - width;
    // Texts that would lie over each other are left out; their lines stay.
    if (mark.label === "" || start + width > freeUntil || start < bbox.left) continue;
    ctx.fillStyle = ink;
    ctx.textAlign = "left";
    ctx.fillText(mark.label, start, bbox.top - 4 * scale);
    freeUntil = start - 8 * scale;
  }
  ctx.restore();
}
