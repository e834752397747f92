"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { Card } from "@/components/shell/page.tsx";
import { Basis, Figure } from "@/components/ui/figure.tsx";
import { formatErrorRate, formatRate } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { edgeKey, type TopologyEdge } from "@/lib/client/index.ts";
import { pairsAtStake } from "./edge-summary.ts";
import { matrixLink } from "./matrix-link.ts";

const SHOWN_MAX = 25;

/** Whether there are any such pairs now. */
export function useHasLivePairs(verdict: "incompatible" | "unknown"): boolean {
  return useLive((state) => pairsAtStake(state.versionEdges.values(), verdict).length > 0);
}

/** Pairs in the whole mesh that are live although they are broken, or that carry requests although nothing is known of them. */
export function LivePairs({ verdict }: { readonly verdict: "incompatible" | "unknown" }) {
  const t = useTranslations("compatibility.live");
  const edges = useLive((state) => state.versionEdges);
  const isLoaded = useLive((state) => state.loaded.has("topology"));
  const windowMs = useLive((state) => state.windowMs);
  const pairs = pairsAtStake(edges.values(), verdict);
  if (pairs.length === 0 && verdict === "incompatible") return null;
  const idle = ![...edges.values()].some((edge) => edge.from.version !== null && edge.requests > 0);
  return (
    <Card title={t(verdict)} aside={pairs.length > 0 && <span className="text-ink-3">{t(`${verdict}Aside`)}</span>} flush>
      {!isLoaded ? (
        <Skeleton className="mx-4 mb-4 h-5" />
      ) : pairs.length === 0 ? (
        <p className="px-4 pb-4 text-ink-2">{idle ? t("idle") : t("noneUnknown")}</p>
      ) : (
        <>
          <Table label={t(verdict)}>
            <thead>
              <tr>
                <Th left>{t("pair")}</Th>
                <Th>{t("rate")}</Th>
                <Th>{t("errors")}</Th>
              </tr>
            </thead>
            <tbody>
              {pairs.slice(0, SHOWN_MAX).map((edge) => (
                <PairRow key={edgeKey(edge)} edge={edge} windowMs={windowMs} />
              ))}
            </tbody>
          </Table>
          <p className="flex gap-3 border-t border-line px-4 py-2 text-xs">
            <Basis windowMs={windowMs} />
            {pairs.length > SHOWN_MAX && <span className="text-ink-3">{t("more", { n: pairs.length - SHOWN_MAX })}</span>}
          </p>
        </>
      )}
    </Card>
  );
}

function PairRow({ edge, windowMs }: { readonly edge: TopologyEdge; readonly windowMs: number }) {
  const { from, to } = edge;
  return (
    <tr className="relative hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]">
      <Td left>
        <Link
          href={matrixLink(from.service, to.service, { consumer: from.version ?? "", provider: to.version ?? "" })}
          className="mono break-words after:absolute after:inset-0"
        >
          {from.service} {from.version} <span className="text-ink-3">×</span> {to.service} {to.version}
        </Link>
      </Td>
      <Td>
        <Figure value={formatRate(edge.rps)} requests={edge.requests} windowMs={windowMs} />
      </Td>
      <Td>
        <Figure value={formatErrorRate(edge.errorRate)} requests={edge.requests} windowMs={windowMs} />
      </Td>
    </tr>
  );
}
