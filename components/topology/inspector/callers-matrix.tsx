"use client";

import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useIncomingEdges } from "@/components/live/use-edge.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { formatRate } from "@/components/ui/format.ts";
import { VerdictTag } from "@/components/ui/tag.tsx";
import type { CompatibilityCell, TopologyEdge } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { useMatrix } from "./use-matrix.ts";

/** Who calls a service, by version, and which of its versions each may meet, with the traffic between them. */
export function CallersMatrix({ service, caller }: { readonly service: string; readonly caller?: string }) {
  const t = useTranslations("topology.inspector");
  const incoming = useIncomingEdges(service);
  const versions = (useTopologyService(service)?.versions ?? []).map((lane) => lane.version).toSorted(compareVersions);
  const callers = [...new Set(incoming.map((edge) => edge.from.service))]
    .filter((name) => name !== INGRESS && (caller === undefined || name === caller))
    .toSorted();
  if (callers.length === 0) return <p className="text-ink-3">{t("noCallers")}</p>;
  return (
    <div className="overflow-x-auto">
      <table aria-label={t("callers")} className="w-full border-collapse">
        <thead>
          <tr>
            <th scope="col" className="h-7 pr-2 text-left text-xs font-[520] text-ink-3">
              {t("caller")}
            </th>
            {versions.map((version) => (
              <th key={version} scope="col" className="h-7 whitespace-nowrap pl-2 text-right font-mono text-[11px] font-normal text-ink-3">
                {version}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {callers.map((name) => (
            <CallerRows key={name} caller={name} service={service} versions={versions} incoming={incoming} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CallerRowsProps {
  readonly caller: string;
  readonly service: string;
  /** Of the service, in the order of the columns. */
  readonly versions: readonly string[];
  readonly incoming: readonly TopologyEdge[];
}

/** One caller's versions. Verdicts are asked for, rates are those of the live picture. */
function CallerRows({ caller, service, versions, incoming }: CallerRowsProps) {
  const matrix = useMatrix(caller, service);
  const rateOf = (consumerVersion: string, version: string) =>
    incoming.find((edge) => edge.from.service === caller && edge.from.version === consumerVersion && edge.to.version === version)?.rps ?? 0;
  return (matrix?.consumerVersions ?? []).toSorted(compareVersions).map((consumerVersion) => (
    <tr key={consumerVersion}>
      <th scope="row" className="border-t border-line py-1.5 pr-2 text-left font-mono text-[11px] font-normal">
        {caller} {consumerVersion}
      </th>
      {versions.map((version) => (
        <td key={version} className="border-t border-line py-1.5 pl-2 text-right align-top">
          <Cell
            cell={matrix?.cells.find((entry) => entry.consumerVersion === consumerVersion && entry.providerVersion === version)}
            rps={rateOf(consumerVersion, version)}
          />
        </td>
      ))}
    </tr>
  ));
}

function Cell({ cell, rps }: { readonly cell: CompatibilityCell | undefined; readonly rps: number }) {
  const common = useTranslations("common");
  const t = useTranslations("topology.inspector");
  if (!cell) return null;
  const why = cell.evidence.map((fact) => fact.sentence).join(" ") || common(`verdictLong.${cell.verdict}`);
  return (
    <span title={why} className="inline-grid justify-items-end gap-0.5">
      <VerdictTag verdict={cell.verdict}>{common(`verdict.${cell.verdict}`)}</VerdictTag>
      <span className="text-2xs tabular-nums text-ink-3">{rps > 0 ? t("perSecond", { rate: formatRate(rps) }) : "\u00a0"}</span>
    </span>
  );
}
