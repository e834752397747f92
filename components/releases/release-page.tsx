"use client";

import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { ApiProblem } from "@/lib/client/index.ts";
import { CandidateChart } from "./candidate-chart.tsx";
import { HistoryCard } from "./history-card.tsx";
import { JudgeCard } from "./judge-card.tsx";
import { MovingNow } from "./moving-now.tsx";
import { OutcomeCard } from "./outcome-card.tsx";
import { ReleaseBanner } from "./release-banner.tsx";
import { isOver, type ReleaseView } from "./release-view.ts";
import { RollbackButton } from "./rollback-button.tsx";
import { StateTag } from "./state-tag.tsx";
import { SteerCard } from "./steer-card.tsx";
import { useRelease } from "./use-releases.ts";
import { VerdictHistory } from "./verdict-history.tsx";
import { WeightCard } from "./weight-card.tsx";

/** One release: how far it is, what proves it, what the judge says, and everything that can be done with it. */
export function ReleasePage({ id }: { readonly id: string }) {
  const t = useTranslations("releases.page");
  const { data: release, dataUpdatedAt, error, refetch } = useRelease(id);
  const isUnknown = error instanceof ApiProblem && error.code === "release.unknown";
  const command = { cli: `interlock release watch ${id}`, method: "GET", path: `/api/v1/releases/${encodeURIComponent(id)}` } as const;
  return (
    <Page
      title={release ? <Title release={release} /> : id}
      aside={release && <Aside release={release} />}
      actions={release && <RollbackButton release={release} />}
      command={<CopyCommand command={command} />}
    >
      {release ? (
        <OpenRelease release={release} seenMs={dataUpdatedAt} />
      ) : isUnknown ? (
        <Card flush>
          <EmptyState title={t("unknown")} actions={<ButtonLink href="/releases">{t("all")}</ButtonLink>}>
            {t("unknownDetail")}
          </EmptyState>
        </Card>
      ) : error ? (
        <ErrorState className="card" error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Title({ release: { service, version } }: { readonly release: ReleaseView }) {
  const colour = useVersionColor(service, version);
  return (
    <span className="flex items-center gap-2.5">
      <VersionSwatch colour={colour} className="h-5" />
      {service} {version}
    </span>
  );
}

function Aside({ release }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.page");
  const { author, createdAt, reason, step, steps, strategy, strategyName, weightBp } = release;
  const isAtStep = !isOver(release) && step >= 0;
  const name = strategyName === null ? t(`kind.${strategy.kind}`) : t("strategy", { kind: t(`kind.${strategy.kind}`), name: strategyName });
  return (
    <>
      {isAtStep && <Tag tone="accent">{t("step", { n: step + 1, of: steps.length, weight: formatWeight(weightBp) })}</Tag>}
      {(!isAtStep || release.state !== "running") && <StateTag state={release.state} />}
      <span className="text-ink-2">
        {name} · {author} · <RelativeTime at={createdAt} />
        {reason !== "" && ` · ${reason}`}
      </span>
      <StaleTag />
    </>
  );
}

function OpenRelease({ release, seenMs }: { readonly release: ReleaseView; readonly seenMs: number }) {
  return (
    <div className="grid items-start gap-4 min-[1180px]:grid-cols-[minmax(0,1fr)_380px]">
      <div className="grid min-w-0 gap-4">
        <OutcomeCard release={release} />
        <ReleaseBanner release={release} />
        <WeightCard release={release} />
        <Charts release={release} seenMs={seenMs} />
        <MovingNow release={release} />
      </div>
      <div className="grid min-w-0 gap-4">
        <JudgeCard judge={release.judge} version={release.version} baseline={release.baseline} />
        <SteerCard release={release} />
        <HistoryCard release={release} />
        {release.judge.verdicts.length > 0 && <VerdictHistory verdicts={release.judge.verdicts} />}
      </div>
    </div>
  );
}

/** What the judge compares, over time: one chart per metric that counts requests. */
function Charts({ release, seenMs }: { readonly release: ReleaseView; readonly seenMs: number }) {
  const { baseline, judge, movedAt, service, version } = release;
  const counted = judge.metrics.filter(({ trail }) => trail.length > 1);
  if (counted.length === 0) return null;
  const endMs = isOver(release) ? Date.parse(movedAt) : seenMs;
  return (
    <div className={counted.length > 1 ? "grid min-w-0 gap-4 min-[900px]:grid-cols-2" : "grid min-w-0"}>
      {counted.map((metric) => (
        <CandidateChart
          key={`${metric.kind} ${metric.metric}`}
          metric={metric}
          service={service}
          version={version}
          baseline={baseline}
          endMs={endMs}
        />
      ))}
    </div>
  );
}

function Loading() {
  return (
    <div className="grid items-start gap-4 min-[1180px]:grid-cols-[minmax(0,1fr)_380px]">
      <div className="grid gap-4">
        <Skeleton className="h-[320px] rounded-3" />
        <Skeleton className="h-[150px] rounded-3" />
      </div>
      <Skeleton className="h-[420px] rounded-3" />
    </div>
  );
}
