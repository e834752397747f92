"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card, Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { NewReleaseSheet } from "./new-release-sheet.tsx";
import { Radar } from "./radar.tsx";
import { RadarFilters } from "./radar-filters.tsx";
import { filterReleases, readRadarFilter } from "./radar-scale.ts";
import { ReleasableList } from "./releasable-list.tsx";
import { readReleaseQuestion, writeReleaseQuestion } from "./release-question.ts";
import { isOver, type ReleaseSummary } from "./release-view.ts";
import { useReleases } from "./use-releases.ts";

const EMPTY_QUESTION = { service: "", version: "", strategy: "", gates: "none" } as const;

/** Every release on one time axis, and the form that starts one. */
export function ReleasesPage() {
  const t = useTranslations("releases");
  const strategies = useTranslations("strategies");
  const [params, setParams] = useUrlState();
  const question = readReleaseQuestion(params);
  const { data, error, refetch } = useReleases();
  const active = data?.items.filter((release) => !isOver(release)).length ?? 0;
  const open = () => setParams(writeReleaseQuestion(EMPTY_QUESTION));
  return (
    <Page
      title={t("title")}
      aside={
        <>
          <StaleTag />
          <span className="text-ink-2">{data ? t("count", { n: active }) : t("aside")}</span>
        </>
      }
      actions={
        <>
          <ButtonLink href="/releases/strategies">{strategies("title")}</ButtonLink>
          <Button kind="primary" onClick={open}>
            <Plus aria-hidden />
            {t("new")}
          </Button>
        </>
      }
      command={<CopyCommand command={{ cli: "interlock release list", method: "GET", path: "/api/v1/releases" }} />}
    >
      {data ? (
        data.items.length === 0 ? (
          <Card flush>
            <EmptyState title={t("empty")}>{t("emptyDetail")}</EmptyState>
            <ReleasableList />
          </Card>
        ) : (
          <Listed releases={data.items} />
        )
      ) : (
        <Card flush>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows count={5} />}</Card>
      )}
      {question && (
        <NewReleaseSheet
          question={question}
          onQuestion={(next) => setParams(writeReleaseQuestion(next))}
          onClose={() => setParams(writeReleaseQuestion(null))}
        />
      )}
    </Page>
  );
}

function Listed({ releases }: { readonly releases: readonly ReleaseSummary[] }) {
  const t = useTranslations("releases");
  const [params, setParams] = useUrlState();
  const nowMs = useNow();
  const filter = readRadarFilter(params);
  const listed = filterReleases(releases, filter, nowMs);
  return (
    <>
      <RadarFilters filter={filter} releases={releases} onFilter={setParams} />
      <Card flush>
        {listed.length === 0 ? (
          <EmptyState
            title={t("radar.none")}
            actions={<Button onClick={() => setParams({ show: "", service: "", span: "" })}>{t("radar.all")}</Button>}
          >
            {t("radar.noneDetail", { n: releases.length })}
          </EmptyState>
        ) : (
          <Radar releases={listed} span={filter.span} />
        )}
      </Card>
    </>
  );
}
