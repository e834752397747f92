"use client";

import { Check, CircleHelp, X } from "lucide-react";
import { useTranslations } from "use-intl";
import type { Health } from "@/components/live/health.ts";
import { serviceEdgeKey } from "@/components/live/service-edge.ts";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useEdge } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { formatErrorRate, formatRate } from "@/components/ui/format.ts";
import { edgeKey, type TopologyEdge, type Verdict } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { deniedRate } from "../canvas/edge-label-text.ts";
import { useMatrix } from "./use-matrix.ts";

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
  const matrix = useMatrix(from, to);
  const edge = useEdge(serviceEdgeKey(from, to));
  const verdictOf = (row: string | null, version: string) =>
    matrix?.cells.find((cell) => cell.consumerVersion === row && cell.providerVersion === version)?.verdict ?? null;
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
              {calleeVersions.map((version) => {
                const pair = pairs.find((entry) => entry.from.version === row && entry.to.version === version);
                const health = (pair && edge?.pairHealth[edgeKey(pair)]) ?? "unknown";
                return <PairCell key={version} pair={pair} health={health} known={verdictOf(row, version)} most={most} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PairCellProps {
  /** The pair as measured; undefined where it carries nothing and is not live. */
  readonly pair: TopologyEdge | undefined;
  readonly health: Health;
  /** What is known of a pair without traffic; null while unknown to the page. */
  readonly known: Verdict | null;
  /** The highest rate among the pairs. */
  readonly most: number;
}

function PairCell({ pair, health, known, most }: PairCellProps) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const windowMs = useLive((state) => state.windowMs);
  const verdict = pair?.verdict ?? known;
  if (verdict === null) return <td className="h-[46px] rounded-[5px] bg-sunken" />;
  const Sign = SIGN[verdict];
  const color = verdict === "compatible" ? "var(--ok)" : verdict === "incompatible" ? "var(--bad)" : "var(--unknown)";
  const rps = pair?.rps ?? 0;
  const requests = pair?.requests ?? 0;
  const fill = rps <= 0 ? 0 : 8 + Math.round(18 * (rps / most));
  return (
    <td
      title={common(`verdictLong.${verdict}`)}
      style={{ background: `color-mix(in srgb, ${color} ${fill}%, var(--sunken))` }}
      className="h-[46px] rounded-[5px] text-center align-middle"
    >
      <span className="flex items-center justify-center gap-1 text-xs tabular-nums text-ink">
        <Sign role="img" aria-label={common(`verdict.${verdict}`)} className="size-3" style={{ color }} />
        {requests > 0 ? t("perSecond", { rate: formatRate(rps) }) : common(`verdict.${verdict}`)}
      </span>
      {pair && requests > 0 && (
        <span
          className={
            health === "bad" || health === "warn" ? "strong block text-2xs tabular-nums text-ink" : "block text-2xs tabular-nums text-ink"
          }
        >
          {formatErrorRate(pair.errorRate)}
        </span>
      )}
      {pair && pair.denied > 0 && (
        <span className="strong block text-2xs tabular-nums text-bad">
          {t("deniedCell", { rate: formatRate(deniedRate(pair.denied, windowMs)) })}
        </span>
      )}
    </td>
  );
}
