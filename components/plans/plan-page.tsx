"use client";

import Link from "next/link";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useStreamStatus } from "@/components/live/use-stream-status.ts";
import { Page } from "@/components/shell/page.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { ApiProblem } from "@/lib/client/index.ts";
import { AlternativesCard } from "./alternatives-card.tsx";
import { CertificateCard } from "./certificate-card.tsx";
import { CostTags } from "./cost-tags.tsx";
import { HistoryCard } from "./history-card.tsx";
import { PhasesCard } from "./phases-card.tsx";
import { PlanBanner } from "./plan-banner.tsx";
import { PlanGraph } from "./plan-graph.tsx";
import { movesOf, waveTimes } from "./plan-history.ts";
import type { PlanView } from "./plan-view.ts";
import { StateTag } from "./state-tag.tsx";
import { usePlan, usePlanChanges } from "./use-plans.ts";
import { VerbButtons } from "./verb-buttons.tsx";

/** One plan: its waves with their proofs, how far it is, and what can be done with it. */
export function PlanPage({ id }: { readonly id: string }) {
  const t = useTranslations("plans.page");
  const { data: plan, error, refetch } = usePlan(id);
  const isUnknown = error instanceof ApiProblem && error.code === "plan.unknown";
  return (
    <Page
      title={id}
      aside={
        plan && (
          <>
            <StateTag state={plan.state} />
            <span className="text-ink-2">
              {plan.author} · <RelativeTime at={plan.createdAt} />
              {plan.reason !== "" && ` · ${plan.reason}`}
            </span>
          </>
        )
      }
      actions={plan && <VerbButtons plan={plan} />}
      command={
        <CopyCommand command={{ cli: `interlock plan show ${id}`, method: "GET", path: `/api/v1/plans/${encodeURIComponent(id)}` }} />
      }
    >
      {plan ? (
        <OpenPlan plan={plan} />
      ) : isUnknown ? (
        <EmptyState
          className="card"
          title={t("unknown")}
          actions={
            <Link href="/plans" className="text-accent hover:underline">
              {t("all")}
            </Link>
          }
        >
          {t("unknownDetail")}
        </EmptyState>
      ) : error ? (
        <ErrorState className="card" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-[280px]" />
      )}
    </Page>
  );
}

function OpenPlan({ plan }: { readonly plan: PlanView }) {
  const { data } = usePlanChanges(plan);
  const moves = useMemo(() => movesOf(data?.items ?? [], plan.id), [data, plan.id]);
  const times = useMemo(() => waveTimes(moves), [moves]);
  const isStale = useStreamStatus().state === "stale";
  return (
    <>
      <PlanBanner plan={plan} moves={moves} isStale={isStale} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <CostTags plan={plan} />
      </div>
      <PlanGraph plan={plan} times={times} />
      <PhasesCard plan={plan} />
      <div className="grid items-start gap-4 min-[1100px]:grid-cols-3">
        <CertificateCard plan={plan} />
        <AlternativesCard plan={plan} />
        <HistoryCard moves={data ? moves : null} />
      </div>
    </>
  );
}
