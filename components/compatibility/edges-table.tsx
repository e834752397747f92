"use client";

import { CircleHelp, type LucideIcon, X } from "lucide-react";
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
            <Th>{t("exposed")}</Th>
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
              {t("notRegistered")}
            </Tag>
          </span>
        )}
      </Td>
      <Td className={pairs.compatible > 0 ? "text-ink-2" : "text-ink-3"}>{pairs.compatible}</Td>
      <Count n={pairs.incompatible} className="strong text-bad" Icon={X} />
      <Count n={pairs.unknown} className="text-unknown" Icon={CircleHelp} />
      <Td className={flow.rps > 0 ? "" : "text-ink-3"}>{formatRate(flow.rps)}</Td>
      <Td className="whitespace-nowrap">
        <Exposed flow={flow} />
      </Td>
    </tr>
  );
}

/** How many pairs need somebody; their sign stands where there are any, as on a verdict. */
function Count({ n, className, Icon }: { readonly n: number; readonly className: string; readonly Icon: LucideIcon }) {
  if (n === 0) return <Td className="text-ink-3">0</Td>;
  return (
    <Td className={className}>
      <span className="inline-flex items-center gap-1">
        <Icon aria-hidden className="size-3" strokeWidth={2.4} />
        {n}
      </span>
    </Td>
  );
}

/** Requests/s that cross broken or unknown pairs, and their share of the edge. */
function Exposed({ flow }: { readonly flow: EdgeFlow }) {
  const t = useTranslations("compatibility.edges");
  const { rps, brokenRps, unknownRps, isBrokenLive } = flow;
  if (!isBrokenLive && unknownRps === 0) return <span className="text-ink-3">{t("none")}</span>;
  return (
    <span className="inline-flex gap-3">
      {isBrokenLive && (
        <Crossing text={t("onBroken", { rate: formatRate(brokenRps) })} share={rps === 0 ? 0 : brokenRps / rps} className="text-bad" />
      )}
      {unknownRps > 0 && (
        <Crossing text={t("onUnknown", { rate: formatRate(unknownRps) })} share={unknownRps / rps} className="text-warn" />
      )}
    </span>
  );
}

function Crossing({ text, share, className }: { readonly text: string; readonly share: number; readonly className: string }) {
  return (
    <span>
      <span className={classNames("strong", className)}>{text}</span> <span className="text-ink-3">{formatShare(share)}</span>
    </span>
  );
}
