"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useServiceEdges } from "@/components/live/use-edge.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import type { AuthorizationPolicy } from "@/lib/model/index.ts";
import { useIdentities } from "../use-identities.ts";
import { AuthorizationSheet } from "./authorization-sheet.tsx";
import { PoliciesTable } from "./policies-table.tsx";
import { policyGraph } from "./policy-graph.ts";
import { PolicyGraphView } from "./policy-graph-view.tsx";

const REFRESH_MS = 5_000;

/** Who may call whom: as a graph, and service by service with the way to change it. The service that is open is in the address. */
export function PoliciesTab() {
  const t = useTranslations("security.policies");
  const [params, setParams] = useUrlState();
  const isStale = useIsStale();
  const { data, error, refetch } = useQuery({ ...queries.manifest(), refetchInterval: isStale ? false : REFRESH_MS });
  const policies = useMemo(() => policiesOf(data?.services ?? {}), [data]);
  const isAll = params.get("show") === "all";
  const graph = useGraph(policies, !isAll && policies.size > 0);
  const open = params.get("service");
  const { services } = useTopologyShape();
  const edit = (service: string) => setParams({ service });
  if (!data) {
    return (
      <Card flush>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton className="m-4 h-[340px]" />}</Card>
    );
  }
  return (
    <div className="grid min-w-0 gap-4">
      <Card
        flush
        title={t("graph")}
        aside={
          <>
            <span className="text-ink-3">{policies.size === 0 ? t("graphNoPolicy") : t("graphAside", { n: policies.size })}</span>
            {policies.size > 0 && (
              <label className="ml-auto flex items-center gap-1.5 text-sm text-ink-2">
                <input
                  type="checkbox"
                  className="accent-accent"
                  checked={isAll}
                  onChange={(event) => setParams({ show: event.target.checked ? "all" : "" })}
                />
                {t("showAll")}
              </label>
            )}
          </>
        }
      >
        {services.length === 0 ? <EmptyState title={t("noServices")} /> : <PolicyGraphView graph={graph} onOpen={edit} />}
      </Card>
      <PoliciesTable policies={policies} onOpen={edit} />
      {open !== null && services.some(({ name }) => name === open) && (
        <AuthorizationSheet key={open} service={open} onClose={() => setParams({ service: "" })} />
      )}
    </div>
  );
}

type ManifestServices = Readonly<Record<string, { readonly authorization?: unknown }>>;

function policiesOf(services: ManifestServices): ReadonlyMap<string, AuthorizationPolicy> {
  return new Map(
    Object.entries(services).flatMap(([name, { authorization }]) =>
      authorization === undefined ? [] : [[name, authorization as AuthorizationPolicy] as const],
    ),
  );
}

function useGraph(policies: ReadonlyMap<string, AuthorizationPolicy>, onlyPolicies: boolean) {
  const edges = useServiceEdges();
  const { services } = useTopologyShape();
  const trustDomain = useIdentities().data?.trustDomain ?? "";
  return useMemo(() => {
    const versions = new Map(services.map((service) => [service.name, service.versions]));
    return policyGraph({
      services: services.map(({ name }) => name),
      policies,
      edges,
      versionsOf: (service) => versions.get(service) ?? [],
      trustDomain,
      onlyPolicies,
    });
  }, [edges, services, policies, trustDomain, onlyPolicies]);
}
