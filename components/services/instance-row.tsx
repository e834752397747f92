"use client";

import { ChevronRight, X } from "lucide-react";
import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { InstanceConnection } from "@/components/security/instance-connection.tsx";
import type { Identities } from "@/components/security/use-identities.ts";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatShare } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Td } from "@/components/ui/table.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { ProcessVerbs } from "@/components/workloads/process-verbs.tsx";
import type { ProcessView } from "@/components/workloads/use-workloads.ts";
import type { Instance } from "@/lib/client/index.ts";
import { InstanceHealthTag } from "./instance-health-tag.tsx";
import { InstanceHistory } from "./instance-history.tsx";
import { slowStartShare } from "./slow-start.ts";

/** The process behind an instance, where a deployment made it. */
export interface InstanceProcess {
  readonly process: ProcessView;
  readonly isLastReady: boolean;
}

interface InstanceRowProps {
  readonly instance: Instance;
  readonly slowStartMs: number;
  readonly identities: Identities | null;
  readonly process: InstanceProcess | null;
  readonly onRemove: () => void;
}

const COLUMNS = 9;

/** One instance; its history opens beneath it. */
export function InstanceRow({ instance, slowStartMs, identities, process, onRemove }: InstanceRowProps) {
  const t = useTranslations("services.instances");
  const own = useTranslations("instances");
  const span = useSpan();
  const colours = useVersionColors(instance.service);
  const [isOpen, setOpen] = useState(false);
  const historyId = useId();
  const address = `${instance.address}:${instance.port}`;
  return (
    <>
      <tr>
        <Td left>
          <span className="flex items-center gap-2">
            <VersionSwatch colour={colours.get(instance.version) ?? "var(--v0)"} className="h-3.5" />
            <span className="mono">{instance.version}</span>
          </span>
        </Td>
        <Td left>
          <span className="mono" title={instance.id}>
            {address}
          </span>
        </Td>
        <Td left className="text-ink-2">
          <Place instance={instance} />
        </Td>
        <Td className={instance.weight === undefined ? "text-ink-3" : ""}>{instance.weight ?? 1}</Td>
        <Td left>
          <span className="flex items-center gap-2 whitespace-nowrap">
            <InstanceHealthTag instance={instance} />
            <WarmUp instance={instance} slowStartMs={slowStartMs} />
            {instance.history.length > 0 && (
              <button
                type="button"
                aria-expanded={isOpen}
                aria-controls={historyId}
                aria-label={own("historyOf", { address, n: instance.history.length })}
                onClick={() => setOpen(!isOpen)}
                className="inline-flex h-5 items-center gap-0.5 rounded-1 pl-0.5 pr-1.5 text-xs text-ink-3 hover:text-ink"
              >
                <ChevronRight aria-hidden className={classNames("size-3 transition-transform duration-120", isOpen && "rotate-90")} />
                {own("history", { n: instance.history.length })}
              </button>
            )}
          </span>
        </Td>
        <Td left>
          <InstanceConnection instance={instance} identities={identities} />
        </Td>
        <Td left className="whitespace-nowrap text-ink-2 max-[1500px]:hidden">
          {instance.kind === "static" ? t("static") : t("lease", { left: span(Math.max(0, instance.expiresInMs ?? 0)) })}
        </Td>
        <Td className="whitespace-nowrap text-ink-2 max-[1360px]:hidden">
          <RelativeTime at={instance.registeredAt} />
        </Td>
        <Td>
          {process === null ? (
            <Button kind="ghost" size="icon-small" aria-label={`${t("remove")} ${address}`} onClick={onRemove}>
              <X aria-hidden />
            </Button>
          ) : (
            <ProcessVerbs {...process} />
          )}
        </Td>
      </tr>
      {isOpen && (
        <tr>
          <td id={historyId} colSpan={COLUMNS} className="bg-sunken px-4 py-2.5">
            <InstanceHistory history={instance.history} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Its node, and its zone where that is another word. */
function Place({ instance }: { readonly instance: Instance }) {
  const t = useTranslations("services.instances");
  const own = useTranslations("instances");
  const { node, outbound, zone } = instance;
  return (
    <span className="whitespace-nowrap" title={outbound ? `${t("outbound")}: ${outbound.address}:${outbound.port}` : undefined}>
      {node ?? <span className="text-ink-3">{t("noNode")}</span>}
      {zone !== undefined && zone !== node && <span className="text-ink-3"> · {own("zone", { zone })}</span>}
    </span>
  );
}

/** While an instance warms up it gets a part of its weight. */
function WarmUp({ instance, slowStartMs }: { readonly instance: Instance; readonly slowStartMs: number }) {
  const t = useTranslations("instances");
  const nowMs = useNow();
  const share = nowMs === 0 ? null : slowStartShare(instance, slowStartMs, nowMs);
  if (share === null) return null;
  return (
    <span title={t("warmingHint", { seconds: slowStartMs / 1000 })} className="text-xs tabular-nums text-ink-3">
      {t("warming", { share: formatShare(share) })}
    </span>
  );
}
