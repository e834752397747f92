"use client";

import { useQueries, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useTopologyLoaded, useTopologyShape } from "@/components/live/use-mesh.ts";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { VerdictTag } from "@/components/ui/tag.tsx";
import type { CompatibilityMatrix, Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { callersOf } from "./callers-of.ts";

const REFRESH_MS = 5000;

/** Which versions of the callers work with which versions of this service. */
export function MeetCard({ service }: { readonly service: Service }) {
  const t = useTranslations("services.meet");
  const common = useTranslations("common");
  const shape = useTopologyShape();
  const isMeasured = useTopologyLoaded();
  const { data: registered, error: unregistered, refetch } = useQuery(queries.services());
  const callers = callersOf(service.name, isMeasured ? shape : null, registered?.items ?? null);
  const { matrices, error, isPending } = useQueries({
    queries: (callers ?? []).map((caller) => ({ ...queries.compatibility(caller, service.name), refetchInterval: REFRESH_MS })),
    combine: (results) => ({
      matrices: results.flatMap((result) => (result.data ? [result.data] : [])),
      error: results.find((result) => result.error && !result.data)?.error ?? null,
      isPending: results.some((result) => result.isPending),
    }),
  });
  const versions = service.versions.map((version) => version.version).sort(compareVersions);
  if (callers === null) {
    return (
      <Card title={t("title")} flush={unregistered !== null}>
        {unregistered ? <ErrorState error={unregistered} onRetry={() => void refetch()} /> : <Skeleton className="h-16" />}
      </Card>
    );
  }
  if (callers.length === 0) {
    return (
      <Card title={t("title")}>
        <p className="text-ink-3">{t("nobody")}</p>
      </Card>
    );
  }
  return (
    <Card title={t("title")} flush>
      <Table label={t("title")}>
        <thead>
          <tr>
            <Th left>{t("caller")}</Th>
            {versions.map((version) => (
              <Th key={version} className="font-mono">
                {version}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrices.flatMap((matrix) =>
            [...matrix.consumerVersions].sort(compareVersions).map((version) => (
              <tr key={`${matrix.consumer}@${version}`}>
                <Td left>
                  <Link href={`/compatibility?consumer=${matrix.consumer}&provider=${matrix.provider}`} className="hover:text-accent">
                    {matrix.consumer} <span className="mono">{version}</span>
                  </Link>
                  <CallRate matrix={matrix} version={version} />
                </Td>
                {versions.map((providerVersion) => {
                  const cell = matrix.cells.find((each) => each.consumerVersion === version && each.providerVersion === providerVersion);
                  return (
                    <Td key={providerVersion}>
                      {cell && <VerdictTag verdict={cell.verdict}>{common(`verdict.${cell.verdict}`)}</VerdictTag>}
                    </Td>
                  );
                })}
              </tr>
            )),
          )}
        </tbody>
      </Table>
      {isPending && <Skeleton className="m-4 h-8" />}
      {error && <ErrorState error={error} />}
    </Card>
  );
}

function CallRate({ matrix, version }: { readonly matrix: CompatibilityMatrix; readonly version: string }) {
  const t = useTranslations("services.meet");
  const rps = matrix.cells.filter((cell) => cell.consumerVersion === version).reduce((sum, cell) => sum + cell.traffic.rps, 0);
  return <div className="text-xs text-ink-3">{rps === 0 ? t("noTraffic") : t("rate", { rate: formatRate(rps) })}</div>;
}
