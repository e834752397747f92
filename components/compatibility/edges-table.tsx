"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatRate, formatShare } from "@/components/ui/format.ts";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { type EdgeFlow, type EdgePairs, NO_FLOW } from "./edge-summary.ts";
import { matrixLink } from "./matrix-link.ts";

/** Rows that are drawn; a mesh with more edges is searched, not scrolled. */
const SHOWN_MAX = 200;

/** One row per edge: its verdicts, its traffic, and how much of that crosses pairs that do not work or are unknown. */
export function EdgesTable({ edges, flows }: { readonly edges: readonly EdgePairs[]; readonly flows: ReadonlyMap<string, EdgeFlow> }) {
  const t = useTranslations("compatibility.edges");
  return (
    <>
      <Table label={t("label")}>
        <thead>
          <tr>
            <Th left>{t("edge")}</Th>
            <Th>{t("proven")}</Th>
            <Th>{t("broken")}</Th>
            <Th>{t("unknown")}</Th>
            <Th>{t("rate")}</Th>
            <Th>{t("atBroken")}</Th>
            <Th>{t("atUnknown")}</Th>
          </tr>
        </thead>
        <tbody>
          {edges.slice(0, SHOWN_MAX).map((edge) => (
            <EdgeRow key={edge.key} edge={edge} flow={flows.get(edge.key) ?? NO_FLOW} />
          ))}
        </tbody>
      </Table>
      {edges.length > SHOWN_MAX && (
        <p className="border-t border-line px-4 py-2.5 text-ink-3">{t("more", { n: edges.length - SHOWN_MAX })}</p>
      )}
    </>
  );
}

function EdgeRow({ edge, flow }: { readonly edge: EdgePairs; readonly flow: EdgeFlow }) {
  const t = useTranslations("compatibility.edges");
  const { consumer, provider, pairs, isRegistered } = edge;
  const name = (
    <>
      {consumer} <span className="text-ink-3">→</span> {provider}
    </>
  );
  return (
    <tr className="relative hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]">
      <Td left className="whitespace-nowrap">
        {isRegistered ? (
          <Link href={matrixLink(consumer, provider)} className="font-[540] after:absolute after:inset-0">
            {name}
          </Link>
        ) : (
          <span className="inline-flex items-center gap-2 text-ink-2">
            {name}
            <Tag tone="unknown" title={t("notRegisteredHint")}>
              {t("notRegistered", { service: provider })}
            </Tag>
          </span>
        )}
      </Td>
      <Count n={pairs.compatible} className="text-ink" />
      <Count n={pairs.incompatible} className="text-ink" />
      <Count n={pairs.unknown} className="text-ink" />
      <Td className={flow.rps > 0 ? "" : "text-ink-3"}>{formatRate(flow.rps)}</Td>
      <Crossing rps={flow.brokenRps} of={flow.rps} className="strong text-bad" />
      <Crossing rps={flow.unknownRps} of={flow.rps} className="strong text-warn" />
    </tr>
  );
}

function Count({ n, className }: { readonly n: number; readonly className: string }) {
  return <Td className={n > 0 ? className : "text-ink-3"}>{n}</Td>;
}

/** Requests/s on pairs of one verdict, and their share of the edge. */
function Crossing({ rps, of, className }: { readonly rps: number; readonly of: number; readonly className: string }) {
  const t = useTranslations("compatibility.edges");
  if (rps === 0 || of === 0) return <Td className="text-ink-3">{t("none")}</Td>;
  return (
    <Td className="whitespace-nowrap">
      <span className={classNames("tabular-nums", className)}>{formatRate(rps)}/s</span>
      <span className="ml-1.5 text-ink-3">{formatShare(rps / of)}</span>
    </Td>
  );
}
