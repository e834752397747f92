"use client";

import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { useServices } from "@/components/live/use-services.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { StaleTag } from "@/components/shell/stale-tag.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { quote } from "@/components/ui/quote.ts";
import { Select } from "@/components/ui/select.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import type { CompatibilityMatrix } from "@/lib/client/index.ts";
import { EdgeFindings } from "./edge-findings.tsx";
import { MatrixGrid } from "./matrix-grid.tsx";
import { matrixLink, pairParam } from "./matrix-link.ts";
import { PairPanel } from "./pair-panel.tsx";
import { reweigh, writeQuestion } from "./shift-question.ts";
import { UnknownsCard } from "./unknowns-card.tsx";
import { useMatrix } from "./use-matrix.ts";
import { WayOutCard } from "./way-out-card.tsx";
import { WithinCard } from "./within-card.tsx";

interface EdgeMatrixProps {
  readonly consumer: string;
  readonly provider: string;
  /** Versions of the opened pair, `consumer~provider`; null when none is. */
  readonly pair: string | null;
  readonly onPair: (pair: string) => void;
  readonly onAsk: (question: string) => void;
}

/** One edge: consumer versions × provider versions, and what is known of the pair that is open. */
export function EdgeMatrix({ consumer, provider, pair, onPair, onAsk }: EdgeMatrixProps) {
  const t = useTranslations("compatibility");
  const { matrix, error, refetch } = useMatrix(consumer, provider);
  const ask = useQuestion(provider, pair);
  const cell = matrix?.cells.find((each) => pairParam(each.consumerVersion, each.providerVersion) === pair) ?? null;
  return (
    <Page
      title={
        consumer === provider ? (
          t("matrix.among", { service: provider })
        ) : (
          <>
            {consumer} <span className="text-ink-3">→</span> {provider}
          </>
        )
      }
      aside={
        <>
          {matrix && <MatrixSummary matrix={matrix} />}
          <StaleTag />
        </>
      }
      actions={
        <>
          <Link href="/compatibility" className="flex items-center gap-1.5 text-sm text-ink-2 hover:text-ink">
            <ArrowLeft aria-hidden className="size-3.5" />
            {t("matrix.all")}
          </Link>
          <EdgeSelect consumer={consumer} provider={provider} />
          {ask !== null && <Button onClick={() => onAsk(ask)}>{t("canIShift")}</Button>}
        </>
      }
      command={
        <CopyCommand
          command={{
            cli: `interlock evidence list --consumer ${quote(consumer)} --provider ${quote(provider)}`,
            method: "GET",
            path: `/api/v1/compatibility?${new URLSearchParams({ consumer, provider })}`,
          }}
        />
      }
    >
      {matrix ? (
        <div className="grid items-start gap-4 min-[1180px]:grid-cols-[minmax(0,1fr)_minmax(340px,440px)]">
          <div className="grid gap-4">
            <MatrixCard matrix={matrix} pair={pair} onPair={onPair} />
            <UnknownsCard />
          </div>
          <div className="grid gap-4 min-[1180px]:sticky min-[1180px]:top-0">
            {cell ? (
              <>
                <PairPanel key={pair} matrix={matrix} cell={cell} onClose={() => onPair("")} />
                {consumer !== provider && <WayOutCard consumer={consumer} provider={provider} cell={cell} />}
              </>
            ) : (
              <NoPair consumer={consumer} provider={provider} pair={pair} />
            )}
            {consumer !== provider && <WithinCard services={[consumer, provider]} />}
          </div>
        </div>
      ) : (
        <Card flush>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton className="m-4 h-80" />}</Card>
      )}
    </Page>
  );
}

function MatrixSummary({ matrix }: { readonly matrix: CompatibilityMatrix }) {
  const t = useTranslations("compatibility");
  const { consumer, consumerVersions, provider, providerVersions } = matrix;
  // Versions of one service: it has no order that would be inferred from, and no pair of a version with itself.
  if (consumer === provider) return null;
  const counts = { compatible: 0, incompatible: 0, unknown: 0 };
  for (const cell of matrix.cells) counts[cell.verdict] += 1;
  const inferred = matrix.cells.filter((cell) => cell.inferred !== null).length;
  const shown = { consumers: consumerVersions.length, providers: providerVersions.length, counts: t("counts", counts) };
  return (
    <span className="text-ink-2">{inferred === 0 ? t("matrix.summary", shown) : t("matrix.summaryInferred", { ...shown, inferred })}</span>
  );
}

function MatrixCard({
  matrix,
  pair,
  onPair,
}: {
  readonly matrix: CompatibilityMatrix;
  readonly pair: string | null;
  readonly onPair: (pair: string) => void;
}) {
  const t = useTranslations("compatibility.matrix");
  const pairText = useTranslations("compatibility.pair");
  const { consumer, provider, consumerVersions, providerVersions } = matrix;
  const isAmongItself = consumer === provider;
  const lacking = consumerVersions.length === 0 ? consumer : providerVersions.length === 0 ? provider : null;
  if (lacking !== null) {
    return (
      <Card flush>
        <EmptyState title={t("empty")}>{t("emptyDetail", { service: lacking })}</EmptyState>
      </Card>
    );
  }
  return (
    <Card>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 pb-3 text-ink-3">
        {isAmongItself ? t("writerAxis", { service: provider }) : t("providerAxis", { provider })}
        {consumer !== provider && (
          <span className="ml-auto flex flex-wrap gap-x-4 gap-y-1">
            <span className="flex items-center gap-1.5">
              <span aria-hidden className="w-5 border-t-2 border-ok" />
              {t("proven")}
            </span>
            <span className="flex items-center gap-1.5">
              <span aria-hidden className="w-5 border-t-2 border-dashed border-unknown" />
              {t("possible")}
            </span>
          </span>
        )}
      </p>
      <MatrixGrid matrix={matrix} pair={pair} onPair={onPair} />
      <p className="flex flex-wrap gap-x-4 pt-3 text-ink-3">
        <span>{isAmongItself ? t("readerAxis", { service: consumer }) : t("consumerAxis", { consumer })}</span>
        {isAmongItself && <span>{pairText("sideBySide")}</span>}
        {matrix.cells.some((each) => each.inferred !== null) && consumer !== provider && <span>{t("inferredNote")}</span>}
        <span>{t("keys")}</span>
      </p>
      <EdgeFindings matrix={matrix} onPair={onPair} />
    </Card>
  );
}

function NoPair({ consumer, provider, pair }: { readonly consumer: string; readonly provider: string; readonly pair: string | null }) {
  const t = useTranslations("compatibility.pair");
  return (
    <Card title={t("choose")}>
      {pair !== null && <p className="mb-1 text-warn">{t("gone", { pair: pair.replace("~", " × ") })}</p>}
      <p className="text-ink-2">{t("chooseDetail", { consumer, provider })}</p>
    </Card>
  );
}

/** Goes to the matrix of another edge. */
function EdgeSelect({ consumer, provider }: { readonly consumer: string; readonly provider: string }) {
  const t = useTranslations("compatibility.matrix");
  const router = useRouter();
  const services = useServices();
  const known = new Set(services.map((service) => service.name));
  const declared = services.flatMap((service) =>
    service.versions.flatMap((version) => Object.keys(version.requirements).map((to) => ({ from: service.name, to }))),
  );
  const seen = useTopologyShape().edges;
  const names = new Map(
    [...declared, ...seen, { from: consumer, to: provider }]
      .filter(({ from, to }) => known.has(from) && known.has(to))
      .map(({ from, to }) => [matrixLink(from, to), `${from} → ${to}`] as const),
  );
  const options = [...names].map(([value, label]) => ({ value, label })).sort((left, right) => (left.label < right.label ? -1 : 1));
  if (options.length < 2) return null;
  return (
    <Select
      label={t("edge")}
      className="w-[220px]"
      value={matrixLink(consumer, provider)}
      onChange={(link) => router.push(link)}
      options={options}
    />
  );
}

/** A question to begin with: the provider's split with one per cent for the version of the opened pair; null while there is nothing to ask. */
function useQuestion(provider: string, pair: string | null): string | null {
  const service = useServices().find((each) => each.name === provider);
  if (!service || service.versions.length === 0) return null;
  const version = pair?.split("~")[1];
  const isIdle =
    version !== undefined && service.versions.some((each) => each.version === version) && (service.weights[version] ?? 0) === 0;
  return writeQuestion([{ service: provider, weights: isIdle ? reweigh(service, service.weights, version, 100) : service.weights }]);
}
