"use client";

import { ChevronDown } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { pairsAtStake } from "@/components/compatibility/edge-summary.ts";
import { matrixLink } from "@/components/compatibility/matrix-link.ts";
import { useLive } from "@/components/live/use-live.ts";
import { formatRate, formatShare } from "@/components/ui/format.ts";
import { Popover } from "@/components/ui/popover.tsx";
import { VerdictTag } from "@/components/ui/tag.tsx";
import { edgeKey, type Mesh, type TopologyEdge } from "@/lib/client/index.ts";

const SHOWN_MAX = 8;

/** The share of request chains that cross a broken or an unproven pair; pressed, the pairs that make it up. */
export function ExposureStat({ exposure }: { readonly exposure: Mesh["exposure"] }) {
  const t = useTranslations("shell");
  return (
    <Popover
      label={t("exposureParts.title")}
      trigger={
        <button
          type="button"
          title={t("exposureHint")}
          className="-mx-1.5 flex shrink-0 items-baseline gap-[7px] whitespace-nowrap rounded-1 px-1.5 tabular-nums hover:bg-[color-mix(in_srgb,var(--ink)_5%,transparent)]"
        >
          <span className="text-ink-2">{t("exposure")}</span>
          <b className={`strong ${exposure.broken > 0 ? "text-bad" : ""}`}>{formatShare(exposure.broken)}</b>
          <span className="text-ink-3">{t("broken")}</span>
          <b className="strong">{formatShare(exposure.unproven)}</b>
          <span className="text-ink-3">{t("unproven")}</span>
          <ChevronDown aria-hidden className="size-3 self-center text-ink-3" />
        </button>
      }
    >
      <Parts exposure={exposure} />
    </Popover>
  );
}

function Parts({ exposure }: { readonly exposure: Mesh["exposure"] }) {
  const t = useTranslations("shell.exposureParts");
  const edges = useLive((state) => state.versionEdges);
  const broken = pairsAtStake(edges.values(), "incompatible");
  const unproven = pairsAtStake(edges.values(), "unknown");
  return (
    <div className="grid gap-3 p-3.5">
      <div className="grid gap-1">
        <h2 className="text-sm font-[560]">{t("title")}</h2>
        <p className="text-sm text-ink-2">
          {t("share", { broken: formatShare(exposure.broken), unproven: formatShare(exposure.unproven) })}
        </p>
      </div>
      {broken.length + unproven.length === 0 ? (
        <p className="text-sm text-ink-2">{t("none")}</p>
      ) : (
        <>
          <PairList verdict="incompatible" pairs={broken} />
          <PairList verdict="unknown" pairs={unproven} />
        </>
      )}
      <Link href="/compatibility" className="text-sm text-accent hover:underline">
        {t("all")}
      </Link>
    </div>
  );
}

function PairList({ verdict, pairs }: { readonly verdict: "incompatible" | "unknown"; readonly pairs: readonly TopologyEdge[] }) {
  const t = useTranslations("shell.exposureParts");
  if (pairs.length === 0) return null;
  return (
    <section className="grid gap-1">
      <VerdictTag verdict={verdict}>{t(verdict, { n: pairs.length })}</VerdictTag>
      <ul className="grid text-sm">
        {pairs.slice(0, SHOWN_MAX).map((edge) => (
          <li key={edgeKey(edge)}>
            <Link
              href={matrixLink(edge.from.service, edge.to.service, { consumer: edge.from.version ?? "", provider: edge.to.version ?? "" })}
              className="flex gap-3 rounded-1 px-1.5 py-1 hover:bg-[color-mix(in_srgb,var(--ink)_4%,transparent)]"
            >
              <span className="mono min-w-0 flex-1 break-words">
                {edge.from.service} {edge.from.version} <span className="text-ink-3">×</span> {edge.to.service} {edge.to.version}
              </span>
              <span className="shrink-0 tabular-nums text-ink-2">{t("rate", { rate: formatRate(edge.rps) })}</span>
            </Link>
          </li>
        ))}
      </ul>
      {pairs.length > SHOWN_MAX && <p className="px-1.5 text-xs text-ink-3">{t("more", { n: pairs.length - SHOWN_MAX })}</p>}
    </section>
  );
}
