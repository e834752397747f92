"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatMs, formatShare } from "@/components/ui/format.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import type { MetricVerdict } from "@/lib/release/index.ts";
import { asideOf, BOUND_AT, gaugeFill, type JudgeView, safeInMs, shareOf } from "./judge-view.ts";

/** The name of a judged metric. */
export function useMetricName(): (metric: MetricVerdict) => string {
  const t = useTranslations("judge.metric");
  return ({ boundaryMs, kind, metric }) => {
    if (kind === "errors") return t("errors");
    return kind === "latency" && boundaryMs !== null ? t("latency", { span: formatMs(boundaryMs) }) : metric;
  };
}

/** One metric: how far safety and harm are shown, each up to its bound; of a threshold its figure and its bound. */
export function JudgeMetric({ judge, metric }: { readonly judge: JudgeView; readonly metric: MetricVerdict }) {
  const name = useMetricName()(metric);
  const aside = useAside()(metric, judge);
  return (
    <section aria-label={name} className="border-t border-line py-2.5">
      <div className="mb-1.5 flex items-baseline gap-3">
        <h3 className={classNames("min-w-0 truncate font-[540]", metric.kind === "threshold" && "font-mono text-sm")} title={name}>
          {name}
        </h3>
        <span
          className={classNames(
            "ml-auto whitespace-nowrap text-right",
            metric.verdict === "fail" ? "font-[540] text-bad" : metric.verdict === "pass" ? "text-ok" : "text-ink-3",
          )}
        >
          {aside}
        </span>
      </div>
      {metric.kind === "threshold" ? <ThresholdLine metric={metric} /> : <Evidence metric={metric} name={name} />}
    </section>
  );
}

function useAside(): (metric: MetricVerdict, judge: JudgeView) => string {
  const t = useTranslations("judge.aside");
  const span = useSpan();
  return (metric, judge) => {
    const { forMs, beyondMs, needsRequests, verdict } = metric;
    const aside = asideOf(metric, judge);
    if (aside === "ranked") return t(aside, { verdict });
    if (aside === "broken") return t(aside, { span: span(forMs ?? 0) });
    if (aside === "beyond") return t(aside, { span: span(beyondMs ?? 0) });
    if (aside === "safeIn") return t(aside, { span: span(safeInMs(metric, judge.forecast) ?? 0) });
    if (aside === "needs") return t(aside, { n: formatCount(needsRequests ?? 0), n2: needsRequests ?? 0 });
    return t(aside);
  };
}

function Evidence({ metric, name }: { readonly metric: MetricVerdict; readonly name: string }) {
  const t = useTranslations("judge");
  const [candidate, baseline] = [shareOf(metric.candidate), shareOf(metric.baseline)];
  return (
    <>
      {metric.harmBound !== null && (
        <div className="grid grid-cols-[44px_minmax(0,1fr)] items-center gap-x-2 gap-y-[7px] text-xs text-ink-2">
          <span>{t("safe")}</span>
          <Gauge tone="ok" fill={gaugeFill(metric.safeE, metric.safeBound)} label={`${name}, ${t("safe")}`} />
          <span>{t("harm")}</span>
          <Gauge tone="bad" fill={gaugeFill(metric.harmE, metric.harmBound)} label={`${name}, ${t("harm")}`} />
        </div>
      )}
      {candidate !== null && (
        <p className="mt-1.5 text-sm tabular-nums text-ink-3">
          {t("shares", { candidate: formatShare(candidate), baseline: baseline === null ? "–" : formatShare(baseline) })}
        </p>
      )}
    </>
  );
}

/** Evidence on the way to its bound: the tick. Beyond it the matter is decided. */
function Gauge({ fill, label, tone }: { readonly fill: number; readonly label: string; readonly tone: "ok" | "bad" }) {
  const t = useTranslations("judge");
  const percent = Math.round((fill / BOUND_AT) * 100);
  return (
    <div className="relative h-2.5 rounded-full bg-sunken shadow-[inset_0_0_0_1px_var(--line)]">
      <meter aria-label={label} min={0} max={1} value={fill} className="sr-only">
        {t("gauge", { name: label, part: `${percent} %` })}
      </meter>
      <span
        className={classNames(
          "absolute inset-y-0 left-0 rounded-full transition-[width] duration-500 motion-reduce:transition-none",
          tone === "ok" ? "bg-ok" : "bg-bad",
        )}
        style={{ width: `${fill * 100}%` }}
      />
      <span aria-hidden className="absolute -inset-y-1 w-0.5 bg-ink-2" style={{ left: `${BOUND_AT * 100}%` }} />
    </div>
  );
}

function ThresholdLine({ metric: { above, below, forMs, value } }: { readonly metric: MetricVerdict }) {
  const t = useTranslations("judge.bounds");
  const span = useSpan();
  const parts = [
    ...(value === null ? [] : [t("now", { value: figure(value) })]),
    ...(above === null ? [] : [t("above", { bound: figure(above) })]),
    ...(below === null ? [] : [t("below", { bound: figure(below) })]),
    ...(forMs === null || forMs === 0 ? [] : [t("for", { span: span(forMs) })]),
  ];
  return <p className="text-sm tabular-nums text-ink-2">{parts.join(" · ")}</p>;
}

/** To three digits: what a metric expression measures is its own business. */
function figure(value: number): string {
  return Math.abs(value) >= 1_000 ? formatCount(value) : String(Number(value.toPrecision(3)));
}
