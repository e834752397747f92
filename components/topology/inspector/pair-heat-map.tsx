"use client";

import { Check, CircleHelp, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { judgeHealth } from "@/components/live/health.ts";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { formatErrorRate, formatRate } from "@/components/ui/format.ts";
import type { TopologyEdge } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";

const SIGN = { compatible: Check, incompatible: X, unknown: CircleHelp } as const;

/** Caller versions down, callee versions across: the fuller the colour, the more of the edge's traffic; its hue is the verdict. */
export function PairHeatMap({ from, to, pairs }: { readonly from: string; readonly to: string; readonly pairs: readonly TopologyEdge[] }) {
  const t = useTranslations("topology.inspector");
  const callerVersions =
    useTopologyService(from)
      ?.versions.map((lane) => lane.version)
      .toSorted(compareVersions) ?? [];
  const calleeVersions =
    useTopologyService(to)
      ?.versions.map((lane) => lane.version)
      .toSorted(compareVersions) ?? [];
  const rows: readonly (string | null)[] = from === INGRESS ? [null] : callerVersions;
  const most = Math.max(0.001, ...pairs.map((pair) => pair.rps));
  return (
    <div className="overflow-x-auto">
      <table aria-label={t("matrixHint", { service: to })} className="w-full table-fixed border-separate border-spacing-[3px]">
        <thead>
          <tr>
            <td className="w-[92px]" />
            {calleeVersions.map((version) => (
              <th key={version} scope="col" className="truncate pb-1 text-center font-mono text-[11px] font-normal text-ink-3">
                {version}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row ?? INGRESS}>
              <th scope="row" className="truncate pr-1 text-left font-mono text-[11px] font-normal text-ink-2">
                {row ?? from}
              </th>
              {calleeVersions.map((version) => (
                <PairCell key={version} pair={pairs.find((pair) => pair.from.version === row && pair.to.version === version)} most={most} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PairCell({ pair, most }: { readonly pair: TopologyEdge | undefined; readonly most: number }) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  if (!pair) return <td className="h-[46px] rounded-[5px] bg-sunken" />;
  const Sign = SIGN[pair.verdict];
  const color = pair.verdict === "compatible" ? "var(--ok)" : pair.verdict === "incompatible" ? "var(--bad)" : "var(--unknown)";
  const fill = pair.rps <= 0 ? 0 : 10 + Math.round(22 * (pair.rps / most));
  const health = judgeHealth((pair.errorRate ?? 0) * pair.requests, pair.requests);
  return (
    <td
      title={common(`verdictLong.${pair.verdict}`)}
      style={{ background: `color-mix(in srgb, ${color} ${fill}%, var(--sunken))` }}
      className="h-[46px] rounded-[5px] text-center align-middle"
    >
      <span className="flex items-center justify-center gap-1 text-xs tabular-nums">
        <Sign role="img" aria-label={common(`verdict.${pair.verdict}`)} className="size-3" style={{ color }} />
        {pair.requests > 0 ? t("perSecond", { rate: formatRate(pair.rps) }) : "–"}
      </span>
      {pair.requests > 0 && (
        <span
          className={
            health === "bad" || health === "warn" ? "strong block text-2xs tabular-nums text-ink" : "block text-2xs tabular-nums text-ink-2"
          }
        >
          {formatErrorRate(pair.errorRate)}
        </span>
      )}
    </td>
  );
}
