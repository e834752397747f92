"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useInstances } from "@/components/live/use-instances.ts";
import { useIdentities } from "@/components/security/use-identities.ts";
import { api } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Table, Th } from "@/components/ui/table.tsx";
import { useDeployments } from "@/components/workloads/use-workloads.ts";
import { type Instance, queryKeys, type Service } from "@/lib/client/index.ts";
import { InstanceForm } from "./instance-form.tsx";
import { type InstanceProcess, InstanceRow } from "./instance-row.tsx";
import { type Removal, RemoveConfirm } from "./remove-confirm.tsx";

/** Every running endpoint of the service: how it stands, what proxies decided about it, and whether it is reached over mTLS. */
export function InstancesCard({ service }: { readonly service: Service }) {
  const t = useTranslations("services.instances");
  const common = useTranslations("common");
  const [isAdding, setAdding] = useState(false);
  const [removal, setRemoval] = useState<Removal | null>(null);
  const { data, error, refetch } = useInstances(service.name);
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <>
          {data && <StandingOf instances={data.items} />}
          <Button
            size="small"
            className="ml-auto"
            whyNot={service.versions.length === 0 ? common("none") : null}
            onClick={() => setAdding(true)}
          >
            <Plus aria-hidden />
            {t("add")}
          </Button>
        </>
      }
    >
      {data ? (
        data.items.length === 0 ? (
          <p className="px-4 pb-4 text-ink-3">{t("empty")}</p>
        ) : (
          <InstancesTable
            service={service.name}
            instances={data.items}
            onRemove={(id) => setRemoval({ kind: "instance", service: service.name, id })}
          />
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="m-4 h-24" />
      )}
      {isAdding && <InstanceForm service={service} onClose={() => setAdding(false)} />}
      {removal && <RemoveConfirm removal={removal} onClose={() => setRemoval(null)} />}
    </Card>
  );
}

/** How many are out, where any is. */
function StandingOf({ instances }: { readonly instances: readonly Instance[] }) {
  const t = useTranslations("instances");
  const out = instances.filter(({ health }) => health !== "ready").length;
  if (instances.length === 0) return null;
  return (
    <span className={out > 0 ? "text-warn" : "text-ink-3"}>
      {out > 0 ? t("standingOut", { n: out, total: instances.length }) : t("standing", { n: instances.length })}
    </span>
  );
}

interface InstancesTableProps {
  readonly service: string;
  readonly instances: readonly Instance[];
  readonly onRemove: (id: string) => void;
}

function InstancesTable({ service, instances, onRemove }: InstancesTableProps) {
  const t = useTranslations("services.instances");
  const own = useTranslations("instances");
  const common = useTranslations("common");
  const slowStartMs = useSlowStartMs(service);
  const identities = useIdentities().data ?? null;
  const processes = useProcesses(service);
  return (
    <Table label={t("title")}>
      <thead>
        <tr>
          <Th left>{common("version")}</Th>
          <Th left>{t("address")}</Th>
          <Th left>{own("place")}</Th>
          <Th>{own("weight")}</Th>
          <Th left>{t("health")}</Th>
          <Th left>{own("connection")}</Th>
          <Th left className="max-[1500px]:hidden">
            {t("kind")}
          </Th>
          <Th className="max-[1360px]:hidden">{t("age")}</Th>
          <Th>
            <span className="sr-only">{t("remove")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {instances.map((instance) => (
          <InstanceRow
            key={instance.id}
            instance={instance}
            slowStartMs={slowStartMs}
            identities={identities}
            process={processes.get(instance.id) ?? null}
            onRemove={() => onRemove(instance.id)}
          />
        ))}
      </tbody>
    </Table>
  );
}

/** Processes of deployments by their instance. */
function useProcesses(service: string): ReadonlyMap<string, InstanceProcess> {
  const deployments = useDeployments().data?.items.filter((each) => each.service === service) ?? [];
  return new Map(
    deployments.flatMap(({ instances, ready }) =>
      instances.flatMap((process) =>
        process.instance === null ? [] : [[process.instance, { process, isLastReady: ready === 1 && process.state === "ready" }] as const],
      ),
    ),
  );
}

/** How long instances of the service warm up; 0 while unknown. */
function useSlowStartMs(service: string): number {
  const { data } = useQuery({
    queryKey: [...queryKeys.service(service), "traffic-policy"],
    queryFn: ({ signal }) => api.call("GET /api/v1/services/{service}/traffic-policy", { params: { service }, signal }),
  });
  return data?.effective.slowStartMs ?? 0;
}
