"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { Card } from "@/components/shell/page.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { ConvergenceBar } from "./convergence-bar.tsx";
import { type DeploymentView, useDeployments } from "./use-workloads.ts";

/** What is deployed on the nodes, and what each still waits for. */
export function DeploymentsTable() {
  const t = useTranslations("workloads.deployments");
  const common = useTranslations("common");
  const { data, error, refetch } = useDeployments();
  return (
    <Card flush title={t("title")}>
      {data ? (
        data.items.length === 0 ? (
          <EmptyState title={t("empty")}>{t("emptyDetail")}</EmptyState>
        ) : (
          <Table label={t("label")}>
            <thead>
              <tr>
                <Th left>{common("version")}</Th>
                <Th left>{t("ready")}</Th>
                <Th>{t("load")}</Th>
                <Th className="max-[1200px]:hidden">{t("capacity")}</Th>
                <Th left className="pl-6">
                  {t("nodes")}
                </Th>
                <Th left>{t("now")}</Th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((deployment) => (
                <DeploymentRow key={`${deployment.service}@${deployment.version}`} deployment={deployment} />
              ))}
            </tbody>
          </Table>
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows count={5} />
      )}
    </Card>
  );
}

function DeploymentRow({ deployment }: { readonly deployment: DeploymentView }) {
  const t = useTranslations("workloads.deployments");
  const { instances, note, problem, readyCapacityRps, rps, service, version, waitingFor } = deployment;
  const colour = useVersionColor(service, version);
  return (
    <tr>
      <Td left>
        <Link href={`/services/${service}`} className="flex items-center gap-2 whitespace-nowrap hover:underline">
          <VersionSwatch colour={colour} className="h-3.5" />
          {service} <span className="mono">{version}</span>
        </Link>
      </Td>
      <Td left className="w-[190px] max-[1200px]:w-[140px]">
        <ConvergenceBar deployment={deployment} colour={colour} />
      </Td>
      <Td>{formatRate(rps)}</Td>
      <Td className="text-ink-2 max-[1200px]:hidden">{readyCapacityRps === null ? "–" : formatRate(readyCapacityRps)}</Td>
      <Td left className="mono pl-6 text-ink-2">
        {[...new Set(instances.map(({ node }) => node))].sort().join(" ") || "–"}
      </Td>
      <Td left className={problem ? "text-bad" : "text-ink-2"}>
        {problem?.detail ?? waitingFor ?? note ?? t("fine")}
      </Td>
    </tr>
  );
}
