"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useKnownMesh } from "@/components/live/use-known-mesh.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { queries } from "@/components/shell/api.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { FindField } from "@/components/ui/find-field.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { ContradictionsCard } from "./contradictions-card.tsx";
import { type EdgePairs, findEdges, flowByEdge, orderEdges } from "./edge-summary.ts";
import { EdgesTable } from "./edges-table.tsx";
import { LivePairs, useHasLivePairs } from "./live-pairs.tsx";
import { UnknownsCard } from "./unknowns-card.tsx";
import { useFirstQuestion } from "./use-first-question.ts";
import { WithinCard } from "./within-card.tsx";

interface OverviewProps {
  readonly filter: string;
  readonly onFilter: (text: string) => void;
  readonly onAsk: (question: string) => void;
}

/** Every edge between services with its verdicts and traffic, and the pairs in the mesh that need somebody. */
export function EdgeOverview({ filter, onFilter, onAsk }: OverviewProps) {
  const t = useTranslations("compatibility");
  const { isPending, error, refetch } = useQuery(queries.services());
  const known = useKnownMesh();
  const { services } = known;
  const seen = useTopologyShape().edges;
  const edges = useMemo(() => findEdges(known, seen, new Date().toISOString()), [known, seen]);
  const question = useFirstQuestion();
  const isUnproven = useHasLivePairs("unknown");
  return (
    <Page
      title={t("title")}
      aside={
        <>
          <Summary edges={edges} />
          <StaleTag />
        </>
      }
      actions={
        question !== null && (
          <Button onClick={() => onAsk(question)} className="max-[620px]:ml-0">
            {t("canIShift")}
          </Button>
        )
      }
      command={<CopyCommand command={{ cli: "interlock evidence list", method: "GET", path: "/api/v1/evidence" }} />}
    >
      {isPending ? (
        <LoadingEdges />
      ) : error && services.length === 0 ? (
        <Card flush>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Card>
      ) : edges.length === 0 ? (
        <Card flush>
          <EmptyState title={t("empty")} actions={<ButtonLink href="/services">{t("emptyAction")}</ButtonLink>}>
            {t("emptyDetail")}
          </EmptyState>
        </Card>
      ) : (
        <div className="grid items-start gap-4 min-[1400px]:grid-cols-[minmax(0,1fr)_minmax(340px,400px)] min-[1400px]:has-[>:last-child:empty]:grid-cols-1">
          <div className="grid min-w-0 gap-4">
            <UnknownsCard />
            <EdgeList edges={edges} filter={filter} onFilter={onFilter} />
            {!isUnproven && <LivePairs verdict="unknown" />}
          </div>
          <div className="order-first grid grid-cols-[repeat(auto-fit,minmax(340px,1fr))] items-start gap-4 empty:hidden min-[1400px]:order-none min-[1400px]:grid-cols-1">
            <LivePairs verdict="incompatible" />
            <ContradictionsCard />
            {isUnproven && <LivePairs verdict="unknown" />}
            <WithinCard services={null} />
          </div>
        </div>
      )}
    </Page>
  );
}

function Summary({ edges }: { readonly edges: readonly EdgePairs[] }) {
  const t = useTranslations("compatibility");
  if (edges.length === 0) return null;
  const counts = { compatible: 0, incompatible: 0, unknown: 0 };
  for (const { pairs } of edges) {
    counts.compatible += pairs.compatible;
    counts.incompatible += pairs.incompatible;
    counts.unknown += pairs.unknown;
  }
  const pairs = counts.compatible + counts.incompatible + counts.unknown;
  return (
    <span className="text-ink-2">
      {t("aside", { edges: edges.length, pairs })}: {t("counts", counts)}
    </span>
  );
}

function EdgeList({
  edges,
  filter,
  onFilter,
}: {
  readonly edges: readonly EdgePairs[];
  readonly filter: string;
  readonly onFilter: (text: string) => void;
}) {
  const t = useTranslations("compatibility.edges");
  const flows = flowByEdge(useLive((state) => state.versionEdges).values());
  const text = filter.trim().toLowerCase();
  const fitting = edges.filter(({ consumer, provider }) => `${consumer} → ${provider}`.toLowerCase().includes(text));
  return (
    <Card flush>
      <FindField className="border-b border-line px-3 py-2" label={t("find")} value={filter} onChange={onFilter} />
      {fitting.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">{t("noFit", { text: filter })}</p>
      ) : (
        <EdgesTable edges={orderEdges(fitting, flows)} flows={flows} />
      )}
    </Card>
  );
}

const ROWS_WHILE_LOADING = ["100%", "96%", "92%", "98%", "94%", "90%", "99%", "93%"];

function LoadingEdges() {
  return (
    <div className="grid items-start gap-4 min-[1400px]:grid-cols-[minmax(0,1fr)_minmax(340px,400px)]">
      <Card>
        <div className="grid gap-4 pt-2">
          {ROWS_WHILE_LOADING.map((width) => (
            <Skeleton key={width} className="h-5" style={{ width }} />
          ))}
        </div>
      </Card>
      <Card>
        <Skeleton className="h-28" />
      </Card>
    </div>
  );
}
