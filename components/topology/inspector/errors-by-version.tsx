"use client";

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { queries } from "@/components/shell/api.ts";
import { formatCount } from "@/components/ui/format.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { ErrorsChart } from "./errors-chart.tsx";
import { InspectorSection } from "./inspector-frame.tsx";

const WINDOW_MS = 300_000;
const REFRESH_MS = 2_000;

/** Error rate of each version over the last five minutes, with the moment the weights last changed. */
export function ErrorsByVersion({ service }: { readonly service: string }) {
  const t = useTranslations("topology.inspector");
  const measured = useTopologyService(service);
  const since = useSplit(service)?.since ?? null;
  const colors = useVersionColors(service);
  const isStale = useIsStale();
  const versions = useMemo(() => (measured?.versions ?? []).map((lane) => lane.version).toSorted(compareVersions), [measured]);
  const series = useQueries({
    queries: versions.map((version) => ({
      queryKey: ["errors-by-version", service, version],
      queryFn: async (context: { readonly signal: AbortSignal }) => {
        const to = Date.now();
        const query = { service, version, metric: "errorRate" as const, from: new Date(to - WINDOW_MS).toISOString(), stepMs: 5_000 };
        return { to, ...(await queries.series(query).queryFn(context)) };
      },
      refetchInterval: isStale ? (false as const) : REFRESH_MS,
      placeholderData: <T,>(previous: T) => previous,
    })),
  });
  const to = Math.max(0, ...series.map(({ data }) => data?.to ?? 0));
  const requests = series.reduce((sum, { data }) => sum + (data?.points.reduce((part, [, , count]) => part + count, 0) ?? 0), 0);
  const lines = versions.map((version, index) => ({
    version,
    color: colors.get(version) ?? "var(--v0)",
    points: series[index]?.data?.points ?? [],
  }));
  const changedAtMs = since === null || since.cause === "first-version" ? null : Date.parse(since.at);
  return (
    <InspectorSection
      title={t("errorsByVersion")}
      aside={t("seriesBasis", { minutes: WINDOW_MS / 60_000, n: requests, count: formatCount(requests) })}
    >
      <ErrorsChart
        lines={lines}
        fromMs={to - WINDOW_MS}
        toMs={to}
        markAtMs={changedAtMs}
        mark={since === null ? "" : t("changedBy", { author: since.author })}
      />
    </InspectorSection>
  );
}
