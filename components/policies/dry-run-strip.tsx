"use client";

import { useTranslations } from "use-intl";
import type { PolicyInput } from "@/lib/model/index.ts";
import { expressionsOf, formatFigure, isMetricTrigger, unitOf } from "@/lib/policy/index.ts";
import type { DryRun } from "./use-policies.ts";

const WIDTH = 560;
const HEIGHT = 84;

interface StripProps {
  readonly run: DryRun;
  /** The rule that was tried. */
  readonly policy: PolicyInput;
}

/** What a rule would have done in the last hour: the figure that came nearest, its bound, when it would have fired. */
export function DryRunStrip({ policy, run }: StripProps) {
  const t = useTranslations("policies.dryRun");
  const { acts, firings, notStored, now } = run;
  const done = acts.filter(({ heldBy }) => heldBy === null);
  return (
    <section aria-label={t("title")} className="grid gap-2 rounded-2 border border-line bg-raised px-3.5 py-3">
      <p className="flex flex-wrap gap-x-2 text-sm">
        <span className="font-[560]">{t("fired", { n: firings.length })}</span>
        {done.length > 0 && <span className="text-ink-2">{t("acted", { n: done.length })}</span>}
      </p>
      <Picture policy={policy} run={run} />
      {firings.slice(0, 4).map(({ firedMs, resolvedMs, sentence, subject }) => (
        <p key={`${subject} ${firedMs}`} className="text-sm text-ink-2">
          <span className="tabular-nums">
            {clock(firedMs)}–{resolvedMs === null ? t("still") : clock(resolvedMs)}
          </span>{" "}
          {sentence}
        </p>
      ))}
      {firings.length > 4 && <p className="text-xs text-ink-3">{t("more", { n: firings.length - 4 })}</p>}
      <p className="text-sm text-ink-2">{now}</p>
      {notStored.length > 0 && <p className="text-xs text-warn">{t("notStored", { metrics: notStored.join(", ") })}</p>}
    </section>
  );
}

function Picture({ policy, run }: StripProps) {
  const t = useTranslations("policies.dryRun");
  const { firings, fromMs, line, toMs } = run;
  const x = (ms: number) => ((Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / (toMs - fromMs)) * WIDTH;
  const values = (line?.points ?? []).flatMap(([, value]) => (value === null ? [] : [value]));
  const bound = line?.bound ?? null;
  const top = Math.max(...values, bound ?? 0, 1e-9) * 1.15;
  const y = (value: number) => HEIGHT - 4 - (Math.max(0, value) / top) * (HEIGHT - 10);
  return (
    <figure className="grid gap-0.5">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="h-[84px] w-full"
        role="img"
        aria-label={t("picture", { n: firings.length })}
        preserveAspectRatio="none"
      >
        <rect x={0} y={0} width={WIDTH} height={HEIGHT} className="fill-sunken" />
        {firings.map(({ firedMs, resolvedMs, subject }) => (
          <rect
            key={`${subject} ${firedMs}`}
            x={x(firedMs)}
            y={0}
            width={Math.max(2, x(resolvedMs ?? toMs) - x(firedMs))}
            height={HEIGHT}
            className="fill-bad opacity-20"
          />
        ))}
        {bound !== null && values.length > 0 && (
          <line
            x1={0}
            x2={WIDTH}
            y1={y(bound)}
            y2={y(bound)}
            className="stroke-bad"
            strokeDasharray="4 3"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {segmentsOf(line?.points ?? []).map((points) => (
          <polyline
            key={points[0]?.[0]}
            points={points.map(([ms, value]) => `${x(ms)},${y(value)}`).join(" ")}
            className="fill-none stroke-accent"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption className="flex justify-between text-2xs text-ink-3 tabular-nums">
        <span>{clock(fromMs)}</span>
        <span className="mono">
          {line === null || values.length === 0 ? t("noFigures") : `${line.subject || t("mesh")} · ${nearestText(policy, values)}`}
        </span>
        <span>{clock(toMs)}</span>
      </figcaption>
    </figure>
  );
}

/** The figure that came nearest to the bound, or went furthest beyond it. */
function nearestText(policy: PolicyInput, values: readonly number[]): string {
  const { trigger } = expressionsOf(policy);
  const isBelow = isMetricTrigger(policy.trigger) && policy.trigger.below !== undefined;
  return formatFigure(isBelow ? Math.min(...values) : Math.max(...values), trigger === null ? null : unitOf(trigger));
}

/** Stretches with data; a gap is a gap. */
function segmentsOf(points: readonly (readonly [number, number | null])[]): readonly (readonly (readonly [number, number])[])[] {
  const segments: [number, number][][] = [[]];
  for (const [ms, value] of points) {
    if (value === null) segments.push([]);
    else segments.at(-1)?.push([ms, value]);
  }
  return segments.filter((segment) => segment.length > 1);
}

function clock(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
