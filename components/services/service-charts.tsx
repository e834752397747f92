"use client";

import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { alignSeries } from "@/components/charts/align-series.ts";
import type { ChartMark } from "@/components/charts/chart-options.ts";
import { TimeChart } from "@/components/charts/time-chart.tsx";
import { useRecentChanges } from "@/components/live/use-recent-changes.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { api } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatMs, formatRate, formatShare, formatSpan, formatWeight } from "@/components/ui/format.ts";
import { formatClock } from "@/components/ui/relative-time.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { Change, Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { changeMarks } from "./change-marks.ts";

const RANGES = {
  "5m": { spanMs: 300_000, stepMs: 2_000 },
  "1h": { spanMs: 3_600_000, stepMs: 15_000 },
  "24h": { spanMs: 86_400_000, stepMs: 300_000 },
} as const;

type Range = keyof typeof RANGES;

const METRICS = [
  { key: "errors", metric: "errorRate", format: formatShare, axis: (share: number) => formatWeight(share * 10_000), floor: 0.02 },
  { key: "p99", metric: "p99Ms", format: formatMs, axis: formatMs, floor: 20 },
  {
    key: "rps",
    metric: "rps",
    format: formatRate,
    axis: (rps: number) => (rps < 10 ? String(Math.round(rps * 10) / 10) : formatCount(rps)),
    floor: 1,
  },
] as const;

/** Errors, p99 and rate by version over time, with the changes that explain them. */
export function ServiceCharts({ service }: { readonly service: Service }) {
  const t = useTranslations("services");
  const [params, setParams] = useUrlState();
  const asked = params.get("range");
  const range: Range = asked === "1h" || asked === "24h" ? asked : "5m";
  const changes = useRecentChanges();
  const marks = changeMarks(changes, service.name);
  const versions = useSortedVersions(service);
  const basis = useVersionSeries(service.name, versions, "errorRate", range);
  return (
    <Card
      title={t("page.charts")}
      aside={
        <>
          {basis && (
            <span className="text-ink-3">
              {t("chart.basis", {
                range: t(`chart.ranges.${range}`),
                step: formatSpan(RANGES[range].stepMs),
                n: basis.requests,
                count: formatCount(basis.requests),
              })}
            </span>
          )}
          <fieldset aria-label={t("page.range")} className="ml-auto flex rounded-2 border border-line-2 p-px">
            {(Object.keys(RANGES) as Range[]).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === range}
                onClick={() => setParams({ range: each === "5m" ? "" : each })}
                className={classNames(
                  "h-6 rounded-[5px] px-2 text-xs font-[540]",
                  each === range ? "bg-accent-soft text-ink" : "text-ink-3 hover:text-ink",
                )}
              >
                {t(`chart.rangesShort.${each}`)}
              </button>
            ))}
          </fieldset>
        </>
      }
    >
      <div className="grid gap-x-6 gap-y-4 min-[1000px]:grid-cols-2 min-[1720px]:grid-cols-3">
        {METRICS.map((metric) => (
          <MetricChart key={metric.key} service={service} range={range} metric={metric} marks={marks} />
        ))}
      </div>
    </Card>
  );
}

interface MetricChartProps {
  readonly service: Service;
  readonly range: Range;
  readonly metric: (typeof METRICS)[number];
  readonly marks: readonly (ChartMark & { readonly change: Change })[];
}

function MetricChart({ service, range, metric, marks }: MetricChartProps) {
  const t = useTranslations("services.chart");
  const locale = useLocale();
  const nowMs = useNow();
  const colours = useVersionColors(service.name);
  const versions = useSortedVersions(service);
  const series = useVersionSeries(service.name, versions, metric.metric, range);
  const [hovered, setHovered] = useState<number | null>(null);
  const index = hovered ?? (series ? series.times.length - 1 : 0);
  const at = series?.times[index];
  return (
    <figure className={classNames("grid min-w-0 gap-1", metric.key === "errors" && "min-[1000px]:col-span-2 min-[1720px]:col-span-1")}>
      <figcaption className="flex min-h-[22px] flex-wrap items-center gap-x-3 gap-y-0.5">
        <span className="font-[560]">{t(metric.key)}</span>
        {versions.map((version, each) => {
          const value = series?.values[each]?.[index];
          return (
            <span key={version} className="flex items-center gap-1.5 text-sm tabular-nums">
              <VersionSwatch colour={colours.get(version) ?? "var(--v0)"} className="h-3" />
              <span className="mono text-ink-2">{version}</span>
              <span className="strong min-w-[38px]">{value == null ? <span className="text-ink-3">–</span> : metric.format(value)}</span>
            </span>
          );
        })}
        <span className="ml-auto text-xs text-ink-3">{hovered === null || at === undefined ? "" : formatClock(at, locale, nowMs)}</span>
      </figcaption>
      <TimeChart
        times={series?.times ?? NO_TIMES}
        lines={(series?.values ?? []).map((values, each) => ({
          label: versions[each] ?? "",
          colour: colours.get(versions[each] ?? "") ?? "var(--v0)",
          values,
        }))}
        marks={marks}
        spanMs={RANGES[range].spanMs}
        floor={metric.floor}
        format={metric.axis}
        label={t("summary", { metric: t(metric.key), range: t(`ranges.${range}`) })}
        onHover={setHovered}
      />
    </figure>
  );
}

function useSortedVersions(service: Service): readonly string[] {
  return useMemo(() => service.versions.map((version) => version.version).sort(compareVersions), [service]);
}

const NO_TIMES: readonly number[] = [];

/** One metric of every version, on one time axis; null before the first answer. */
function useVersionSeries(service: string, versions: readonly string[], metric: (typeof METRICS)[number]["metric"], range: Range) {
  const { spanMs, stepMs } = RANGES[range];
  return useQueries({
    queries: versions.map((version) => ({
      queryKey: ["version-series", service, version, metric, range],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        api.call("GET /api/v1/series", {
          query: { service, version, metric, from: new Date(Date.now() - spanMs).toISOString(), stepMs },
          signal,
        }),
      refetchInterval: Math.max(2000, stepMs / 2),
      placeholderData: keepPreviousData,
    })),
    combine: combineSeries,
  });
}

function combineSeries(results: readonly { readonly data: { readonly points: readonly [number, number | null, number][] } | undefined }[]) {
  const known = results.flatMap((result) => (result.data ? [result.data.points] : []));
  return known.length === results.length ? alignSeries(known) : null;
}
