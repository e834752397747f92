"use client";

import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { useWhyLocked } from "@/components/shell/use-unlocked.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatBytes } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Td } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { NodeView } from "./use-workloads.ts";

/** One node: who answers for it, what runs there, whether it takes more. */
export function NodeRow({ node, onAsk }: { readonly node: NodeView; readonly onAsk: () => void }) {
  const t = useTranslations("workloads.nodes");
  const whyLocked = useWhyLocked();
  const { agent, agentPid, cpus, drained, instances, memoryBytes, proxy, reportedAt } = node;
  const managed = instances.filter(({ assignment }) => assignment !== null).length;
  return (
    <tr>
      <Td left>
        <span className="mono font-[560]">{node.node}</span>
      </Td>
      <Td left>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <Tag tone={agent === "connected" ? "ok" : agent === "none" ? "unknown" : "bad"}>{t(`agentState.${agent}`)}</Tag>
          {agent === "connected" && agentPid !== null && <span className="text-xs text-ink-3">{t("pid", { pid: String(agentPid) })}</span>}
          {agent !== "connected" && reportedAt !== null && <RelativeTime at={reportedAt} className="text-xs text-ink-3" />}
        </span>
      </Td>
      <Td left>
        <Tag tone={proxy ? "ok" : "bad"}>{t(proxy ? "proxyState.yes" : "proxyState.no")}</Tag>
      </Td>
      <Td left>
        <span className="flex items-center gap-3">
          <span className="whitespace-nowrap">{t("count", { n: instances.length })}</span>
          <ul className="flex flex-wrap gap-1" aria-label={t("instances")}>
            {instances.map((each) => (
              <InstanceMark key={each.assignment ?? each.instance} instance={each} />
            ))}
          </ul>
          {managed > 0 && managed < instances.length && (
            <span className="whitespace-nowrap text-xs text-ink-3">{t("managed", { n: managed })}</span>
          )}
        </span>
      </Td>
      <Td left className="whitespace-nowrap text-ink-2 max-[1200px]:hidden">
        {cpus === null || memoryBytes === null ? "" : t("cpus", { n: cpus, memory: formatBytes(memoryBytes) })}
      </Td>
      <Td left>
        <Now node={node} />
      </Td>
      <Td>
        <Button size="small" whyNot={whyLocked} onClick={onAsk} aria-label={`${t(drained === null ? "drain" : "undrain")} ${node.node}`}>
          {t(drained === null ? "drain" : "undrain")}
        </Button>
      </Td>
    </tr>
  );
}

/** One instance as a square in its version's colour: full when it takes requests. */
function InstanceMark({ instance }: { readonly instance: NodeView["instances"][number] }) {
  const colour = useVersionColor(instance.service, instance.version);
  const label = `${instance.service} ${instance.version}: ${instance.state}`;
  const isReady = instance.state === "ready";
  return (
    <li
      title={label}
      className="size-3 rounded-[3px] border-[1.5px]"
      style={{ borderColor: colour, ...(isReady && { background: colour }) }}
    >
      <span className="sr-only">{label}</span>
    </li>
  );
}

function Now({ node: { drained, instances, reason, schedulable } }: { readonly node: NodeView }) {
  const t = useTranslations("workloads.nodes");
  if (drained !== null) {
    const left = instances.filter(({ assignment }) => assignment !== null).length;
    const said = drained.reason === "" ? drained.by : t("drainedBy", { who: drained.by, reason: drained.reason });
    return (
      <span className="flex items-center gap-2">
        <Tag tone="warn">{drained.empty ? t("drained") : t("draining", { n: left })}</Tag>
        <span className="text-xs text-ink-3">{said}</span>
      </span>
    );
  }
  return schedulable ? <span className="text-ink-2">{t("takes")}</span> : <span className="text-warn">{reason}</span>;
}
