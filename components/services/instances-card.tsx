"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useInstancesEpoch } from "@/components/live/use-mesh.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { queries } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatSpan } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { type Instance, queryKeys, type Service } from "@/lib/client/index.ts";
import { InstanceForm } from "./instance-form.tsx";
import { type Removal, RemoveConfirm } from "./remove-confirm.tsx";

const REFRESH_MS = 5000;

/** Every running endpoint of the service. */
export function InstancesCard({ service }: { readonly service: Service }) {
  const t = useTranslations("services.instances");
  const common = useTranslations("common");
  const client = useQueryClient();
  const epoch = useInstancesEpoch();
  const [isAdding, setAdding] = useState(false);
  const [removal, setRemoval] = useState<Removal | null>(null);
  const { data, error, refetch } = useQuery({ ...queries.instances(service.name), refetchInterval: REFRESH_MS });
  useEffect(() => {
    if (epoch > 0) void client.invalidateQueries({ queryKey: queryKeys.instances(service.name) });
  }, [epoch, client, service.name]);
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <Button
          size="small"
          className="ml-auto"
          whyNot={service.versions.length === 0 ? common("none") : null}
          onClick={() => setAdding(true)}
        >
          <Plus aria-hidden />
          {t("add")}
        </Button>
      }
    >
      {data ? (
        data.items.length === 0 ? (
          <p className="px-4 pb-4 text-ink-3">{t("empty")}</p>
        ) : (
          <Table label={t("title")}>
            <thead>
              <tr>
                <Th left>{common("version")}</Th>
                <Th left>{t("address")}</Th>
                <Th left>{t("node")}</Th>
                <Th left>{t("health")}</Th>
                <Th left>{t("kind")}</Th>
                <Th>{t("age")}</Th>
                <Th>
                  <span className="sr-only">{t("remove")}</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((instance) => (
                <InstanceRow
                  key={instance.id}
                  instance={instance}
                  onRemove={() => setRemoval({ kind: "instance", service: service.name, id: instance.id })}
                />
              ))}
            </tbody>
          </Table>
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

function InstanceRow({ instance, onRemove }: { readonly instance: Instance; readonly onRemove: () => void }) {
  const t = useTranslations("services.instances");
  const colours = useVersionColors(instance.service);
  return (
    <tr>
      <Td left>
        <span className="flex items-center gap-2">
          <VersionSwatch colour={colours.get(instance.version) ?? "var(--v0)"} className="h-3.5" />
          <span className="mono">{instance.version}</span>
        </span>
      </Td>
      <Td left>
        <span className="mono" title={instance.id}>
          {instance.address}:{instance.port}
        </span>
      </Td>
      <Td left className={instance.node === undefined ? "text-ink-3" : ""}>
        {instance.node ?? t("noNode")}
        {instance.outbound && (
          <span className="mono ml-2 text-ink-3 max-[1500px]:hidden" title={t("outbound")}>
            {instance.outbound.address}:{instance.outbound.port}
          </span>
        )}
      </Td>
      <Td left>
        <Tag tone={instance.health === "ready" ? "ok" : "bad"}>{t(instance.health)}</Tag>
      </Td>
      <Td left className="text-ink-2">
        {instance.kind === "static" ? t("static") : t("lease", { left: formatSpan(Math.max(0, instance.expiresInMs ?? 0)) })}
      </Td>
      <Td className="text-ink-2">
        <RelativeTime at={instance.registeredAt} />
      </Td>
      <Td>
        <Button kind="ghost" size="icon-small" aria-label={`${t("remove")} ${instance.address}:${instance.port}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </Td>
    </tr>
  );
}
