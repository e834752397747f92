"use client";

import { Check, CircleHelp, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { matrixLink } from "@/components/compatibility/matrix-link.ts";
import type { Health } from "@/components/live/health.ts";
import { serviceEdgeKey } from "@/components/live/service-edge.ts";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useEdge } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { formatErrorRate, formatRate } from "@/components/ui/format.ts";
import { type CompatibilityCell, edgeKey, type TopologyEdge } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { deniedRate } from "../canvas/edge-label-text.ts";
import { useMatrix } from "./use-matrix.ts";

/** With more columns than this a cell has room for its sign and its rate, not for words. */
const NARROW_FROM = 3;

const SIGN = { compatible: Check, incompatible: X, unknown: CircleHelp } as const;

/** Caller versions down, callee versions across: the fuller the colour, the more of the edge's traffic; its hue is the verdict. A cell leads to its pair in the matrix. */
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
  const cellOf = (row: string | null, version: string) =>
    matrix?.cells.find((cell) => cell.consumerVersion === row && cell.providerVersion === version) ?? null;
  const isNarrow = calleeVersions.length > NARROW_FROM;
  const most = Math.max(0.001, ...pairs.map((pair) => pair.rps));
  return (
    <div className="overflow-x-auto">
      <table aria-label={t("matrixHint", { service: to })} className="w-full table-fixed border-separate border-spacing-[3px]">
        <thead>
          <tr>
            <td className={isNarrow ? "w-[58px]" : "w-[92px]"} />
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
                const link = row === null ? null : matrixLink(from, to, { consumer: row, provider: version });
                return (
                  <PairCell
                    key={version}
                    pair={pair}
                    health={health}
                    known={cellOf(row, version)}
                    link={link}
                    most={most}
                    isNarrow={isNarrow}
                  />
                );
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
  /** What is known of the pair, and inferred; null while unknown to the page. */
  readonly known: CompatibilityCell | null;
  /** The pair's place in the matrix; null for traffic from outside. */
  readonly link: string | null;
  /** The highest rate among the pairs. */
  readonly most: number;
  readonly isNarrow: boolean;
}

const COLOURS = { compatible: "var(--ok)", incompatible: "var(--bad)", unknown: "var(--unknown)" } as const;

function PairCell({ pair, health, known, link, most, isNarrow }: PairCellProps) {
  const common = useTranslations("common");
  const t = useTranslations("compatibility.matrix");
  const verdict = pair?.verdict ?? known?.verdict ?? null;
  if (verdict === null) return <td className="h-[46px] rounded-[5px] bg-sunken" />;
  const inferred = verdict === "unknown" ? (known?.inferred ?? null) : null;
  const rps = pair?.rps ?? 0;
  const fill = rps <= 0 ? 0 : 8 + Math.round(18 * (rps / most));
  const hint = inferred === null ? "" : `${t("inferred")}: ${t(inferred === "compatible" ? "inferredCompatible" : "inferredIncompatible")}`;
  const content = <PairFigures pair={pair} health={health} verdict={verdict} inferred={inferred} isNarrow={isNarrow} />;
  return (
    <td
      title={[common(`verdictLong.${verdict}`), hint].filter(Boolean).join(". ")}
      style={{
        background: `color-mix(in srgb, ${COLOURS[verdict]} ${fill}%, var(--sunken))`,
        ...(inferred !== null && { outline: `1px dashed ${COLOURS[inferred]}`, outlineOffset: -1 }),
      }}
      className="h-[46px] rounded-[5px] p-0 text-center align-middle"
    >
      {link === null ? (
        content
      ) : (
        <Link href={link} className="grid min-h-[46px] content-center rounded-[5px] hover:brightness-[1.06]">
          {content}
        </Link>
      )}
    </td>
  );
}

interface FiguresProps extends Pick<PairCellProps, "pair" | "health" | "isNarrow"> {
  readonly verdict: CompatibilityCell["verdict"];
  readonly inferred: CompatibilityCell["inferred"];
}

function PairFigures({ pair, health, verdict, inferred, isNarrow }: FiguresProps) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const matrix = useTranslations("compatibility.matrix");
  const windowMs = useLive((state) => state.windowMs);
  const Sign = SIGN[inferred ?? verdict];
  const requests = pair?.requests ?? 0;
  const isFailing = health === "bad" || health === "warn";
  const word = common(`verdict.${verdict}`);
  return (
    <>
      <span className="flex items-center justify-center gap-1 text-xs tabular-nums text-ink">
        <Sign
          role="img"
          aria-label={inferred === null ? word : `${word}, ${matrix("inferred")}`}
          className="size-3"
          style={{ color: COLOURS[verdict] }}
        />
        {requests > 0 && (isNarrow ? formatRate(pair?.rps ?? 0) : t("perSecond", { rate: formatRate(pair?.rps ?? 0) }))}
        {requests === 0 && !isNarrow && (inferred === null ? word : matrix("inferred"))}
      </span>
      {pair && requests > 0 && (
        <span className={`${isFailing ? "strong " : ""}block text-2xs tabular-nums text-ink`}>{formatErrorRate(pair.errorRate)}</span>
      )}
      {pair && pair.denied > 0 && (
        <span className="strong block text-2xs tabular-nums text-bad">
          {t("deniedCell", { rate: formatRate(deniedRate(pair.denied, windowMs)) })}
        </span>
      )}
    </>
  );
}
