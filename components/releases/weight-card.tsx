"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check, Circle, LoaderCircle, X } from "lucide-react";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { api } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { NextStep } from "./next-step.tsx";
import { poolShares } from "./observed-path.ts";
import { endedAtMs, isOver, type ReleaseView } from "./release-view.ts";
import { WeightChart } from "./weight-chart.tsx";

const STEP_MIN_MS = 2_000;
/** More points than this are more than the chart has room for. */
const POINTS_MAX = 300;
/** What comes after its end shows that it stays so. */
const AFTER_MS = 10_000;

/** Weight over time with the phases of its present step and what proves each of them. */
export function WeightCard({ release }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.chart");
  const colour = useVersionColor(release.service, release.version);
  const proxies = useMesh()?.proxies.filter(({ connected }) => connected).length ?? 0;
  const nowMs = useNow();
  const observed = useObservedShare(release);
  return (
    <Card
      title={t("title", { version: release.version })}
      aside={
        <>
          <span className="text-ink-3">{t("aside", { n: proxies })}</span>
          <span className="ml-auto">
            <NextStep release={release} />
          </span>
        </>
      }
    >
      <div data-tour="release-weight">
        <WeightChart release={release} colour={colour} observed={observed} nowMs={nowMs} />
      </div>
      <Phases release={release} />
    </Card>
  );
}

/** The share of the service's requests that the version really got, since its release began. */
function useObservedShare(release: ReleaseView) {
  const { createdAt, id, service, version } = release;
  const endMs = endedAtMs(release);
  const { data } = useQuery({
    queryKey: ["releases", "share", id, endMs],
    queryFn: ({ signal }) => {
      const toMs = endMs === null ? null : endMs + AFTER_MS;
      const spanMs = (toMs ?? Date.now()) - Date.parse(createdAt);
      const stepMs = Math.max(STEP_MIN_MS, Math.ceil(spanMs / POINTS_MAX / STEP_MIN_MS) * STEP_MIN_MS);
      const query = { service, version, metric: "share" as const, from: createdAt, stepMs };
      return api.call("GET /api/v1/series", {
        query: { ...query, ...(toMs !== null && { to: new Date(toMs).toISOString() }) },
        signal,
      });
    },
    refetchInterval: isOver(release) ? false : 2000,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => poolShares(data?.points ?? []), [data]);
}

const LOOKS = {
  done: { tone: "ok", Icon: Check },
  running: { tone: "accent", Icon: LoaderCircle },
  failed: { tone: "bad", Icon: X },
  waiting: { tone: "unknown", Icon: Circle },
} as const;

/** ready → acknowledged → weight → drain, each with its proof. */
function Phases({ release: { phases } }: { readonly release: ReleaseView }) {
  const t = useTranslations("splits.converge");
  if (phases.length === 0) return null;
  return (
    <ol aria-label={t("phases")} className="mt-2 flex flex-wrap gap-x-6 gap-y-2 border-t border-line pt-3">
      {phases.map(({ phase, proof, state }) => {
        const { Icon, tone } = LOOKS[state];
        return (
          <li key={phase} className="flex min-w-0 items-center gap-2.5">
            <Tag tone={tone} title={t(`state.${state}`)}>
              <Icon aria-hidden className={state === "running" ? "size-3 animate-spin" : "size-3"} strokeWidth={2.4} />
              {t(`phase.${phase}`)}
              <span className="sr-only">{t(`state.${state}`)}</span>
            </Tag>
            <span className="min-w-0 text-sm text-ink-2">{proof}</span>
          </li>
        );
      })}
    </ol>
  );
}
