"use client";

import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { TimeChart } from "@/components/charts/time-chart.tsx";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { Card } from "@/components/shell/page.tsx";
import { formatShare, formatWeight } from "@/components/ui/format.ts";
import type { MetricVerdict } from "@/lib/release/index.ts";
import { useMetricName } from "./judge-metric.tsx";
import { trailSeries } from "./judge-view.ts";

interface CandidateChartProps {
  readonly metric: MetricVerdict;
  readonly service: string;
  readonly version: string;
  readonly baseline: string | null;
  /** When the last block ended, epoch ms. */
  readonly endMs: number;
}

/** Smallest upper end of the axis: a share of less is as good as none. */
const FLOOR = 0.005;
const SPAN_MIN_MS = 60_000;

/** One judged metric over time: the share of bad requests of both versions, and what the new one's is held to be between. */
export function CandidateChart({ baseline, endMs, metric, service, version }: CandidateChartProps) {
  const t = useTranslations("judge.chart");
  const name = useMetricName()(metric);
  const colours = useVersionColors(service);
  const series = useMemo(() => trailSeries(metric.trail, endMs), [metric.trail, endMs]);
  const [hovered, setHovered] = useState<number | null>(null);
  const at = hovered ?? series.times.length - 1;
  const [own, other] = [colours.get(version) ?? "var(--v1)", colours.get(baseline ?? "") ?? "var(--v0)"];
  const lines = [
    ...(baseline === null ? [] : [{ label: baseline, colour: other, values: series.baseline }]),
    { label: version, colour: own, values: series.candidate, band: { low: series.low, high: series.high } },
  ];
  return (
    <Card
      title={name}
      aside={
        <span className="ml-auto flex items-baseline gap-1.5 whitespace-nowrap text-sm tabular-nums">
          {baseline !== null && (
            <>
              <Share value={series.baseline[at]} colour={other} />
              <span className="text-ink-3">{t("against")}</span>
            </>
          )}
          <Share value={series.candidate[at]} colour={own} />
          <span className="text-ink-3">{t("ofRequests")}</span>
        </span>
      }
    >
      <TimeChart
        times={series.times}
        lines={lines}
        height={116}
        spanMs={Math.max(SPAN_MIN_MS, endMs - (series.times[0] ?? endMs))}
        floor={Math.max(FLOOR, (series.high.at(-1) ?? 0) * 1.15)}
        format={(share) => formatWeight(Math.round(share * 1_000_000) / 100)}
        label={t("label", { name, version, baseline: baseline ?? "–" })}
        onHover={setHovered}
      />
      <p className="mt-1 flex items-center gap-1.5 text-xs text-ink-3" title={t("bandHint", { version })}>
        <span aria-hidden className="inline-block h-2.5 w-4 rounded-[2px] opacity-25" style={{ background: own }} />
        {t("band")}
      </p>
    </Card>
  );
}

function Share({ colour, value }: { readonly value: number | null | undefined; readonly colour: string }) {
  return <span style={{ color: colour }}>{value === null || value === undefined ? "–" : formatShare(value)}</span>;
}
