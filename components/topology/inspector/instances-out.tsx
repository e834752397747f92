"use client";

import { useTranslations } from "use-intl";
import { useInstances } from "@/components/live/use-instances.ts";
import { useLive } from "@/components/live/use-live.ts";
import { InstanceHealthTag } from "@/components/services/instance-health-tag.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { Instance } from "@/lib/client/index.ts";
import { InspectorSection } from "./inspector-frame.tsx";

/** Which instances get no requests, why, and until when; nothing while all of them do. */
export function InstancesOut({ service }: { readonly service: string }) {
  const t = useTranslations("topology.inspector");
  const out = useLive((state) => state.services.get(service)?.versions.reduce((sum, lane) => sum + lane.ejected, 0) ?? 0);
  const { data } = useInstances(service, out > 0);
  if (out === 0) return null;
  const items = (data?.items ?? []).filter(({ health }) => health === "ejected" || health === "unhealthy");
  return (
    <InspectorSection title={t("out")} aside={data && t("outAside", { n: items.length, total: data.items.length })}>
      <ul className="grid gap-2.5">
        {items.map((instance) => (
          <OutRow key={instance.id} instance={instance} />
        ))}
      </ul>
    </InspectorSection>
  );
}

function OutRow({ instance }: { readonly instance: Instance }) {
  const last = instance.history[0];
  return (
    <li className="grid gap-0.5">
      <span className="flex min-w-0 items-center gap-2">
        <span className="mono text-ink-2">{instance.version}</span>
        <span className="mono min-w-0 truncate" title={instance.id}>
          {instance.address}:{instance.port}
        </span>
        <span className="ml-auto">
          <InstanceHealthTag instance={instance} />
        </span>
      </span>
      {last && (
        <span className="break-words text-sm text-ink-2">
          {last.reason} <span className="mono text-ink-3">{last.proxy}</span> <RelativeTime at={last.at} className="text-ink-3" />
        </span>
      )}
    </li>
  );
}
