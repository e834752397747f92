"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "use-intl";
import { useVersionEdges } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { Button } from "@/components/ui/button.tsx";
import { Basis } from "@/components/ui/figure.tsx";
import { formatErrorRate, formatMs, formatRate } from "@/components/ui/format.ts";
import { formatClock, RelativeTime } from "@/components/ui/relative-time.tsx";
import { Tag, VerdictTag } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { CompatibilityCell, Evidence } from "@/lib/client/index.ts";

interface PairPanelProps {
  readonly consumer: string;
  readonly provider: string;
  readonly cell: CompatibilityCell;
  readonly onClose: () => void;
}

/** What is known of one pair: the verdict, each fact with its date and author, and the requests that meet it now. */
export function PairPanel({ consumer, provider, cell, onClose }: PairPanelProps) {
  const t = useTranslations("compatibility.pair");
  const common = useTranslations("common");
  return (
    <section aria-label={`${consumer} ${cell.consumerVersion} × ${provider} ${cell.providerVersion}`} className="card min-w-0 px-4 py-3.5">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 break-words font-mono text-[12.5px] tracking-[-0.02em]">
          <Link href={`/services/${consumer}`} className="hover:underline">
            {consumer}
          </Link>{" "}
          {cell.consumerVersion} ×{" "}
          <Link href={`/services/${provider}`} className="hover:underline">
            {provider}
          </Link>{" "}
          {cell.providerVersion}
        </h2>
        <VerdictTag verdict={cell.verdict}>{common(`verdict.${cell.verdict}`)}</VerdictTag>
        <Button kind="ghost" size="icon-small" className="-mr-1.5 -mt-0.5" aria-label={t("close")} onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <p className="mt-1 text-ink-2">{common(`verdictLong.${cell.verdict}`)}.</p>
      {cell.evidence.length > 0 && (
        <ol aria-label={t("evidence")} className="mt-2">
          {cell.evidence.map((fact) => (
            <Fact key={`${fact.kind} ${fact.at} ${fact.author}`} fact={fact} />
          ))}
        </ol>
      )}
      <PairTraffic consumer={consumer} provider={provider} cell={cell} />
    </section>
  );
}

function Fact({ fact }: { readonly fact: Evidence }) {
  const t = useTranslations("compatibility.pair");
  const locale = useLocale();
  const nowMs = useNow();
  const tone =
    fact.kind === "override" ? "warn" : fact.verdict === "compatible" ? "ok" : fact.verdict === "incompatible" ? "bad" : "unknown";
  return (
    <li className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-2.5 border-t border-line py-2.5">
      <RelativeTime at={fact.at} className="tabular-nums text-ink-3" />
      <div className="grid justify-items-start gap-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Tag tone={tone}>{t(`kind.${fact.kind}`)}</Tag>
          <span className="text-ink-3">{t("by", { author: fact.author })}</span>
          {fact.expiresAt !== undefined && (
            <span className="text-warn">{t("until", { time: formatClock(fact.expiresAt, locale, nowMs) })}</span>
          )}
        </span>
        <span className="break-words text-ink-2">{fact.sentence}</span>
      </div>
    </li>
  );
}

function PairTraffic({ consumer, provider, cell }: Omit<PairPanelProps, "onClose">) {
  const t = useTranslations("compatibility.pair");
  const windowMs = useLive((state) => state.windowMs);
  const lanes = useLive((state) => state.services);
  const edge = useVersionEdges(consumer, provider).find(
    (each) => each.from.version === cell.consumerVersion && each.to.version === cell.providerVersion,
  );
  const isIdle = (service: string, version: string) =>
    (lanes.get(service)?.versions.find((lane) => lane.version === version)?.weightBp ?? 0) === 0;
  const idle = [
    ...(isIdle(consumer, cell.consumerVersion) ? [`${consumer} ${cell.consumerVersion}`] : []),
    ...(isIdle(provider, cell.providerVersion) ? [`${provider} ${cell.providerVersion}`] : []),
  ];
  return (
    <div className="mt-2.5 border-t border-line pt-3">
      <h3 className="flex items-baseline gap-2">
        {t("traffic")}
        {edge && edge.requests > 0 && <Basis windowMs={windowMs} requests={edge.requests} className="text-xs font-normal" />}
      </h3>
      {edge && edge.requests > 0 ? (
        <dl className="mt-2 grid grid-cols-3 gap-2">
          <Measure label={t("rate")} value={formatRate(edge.rps)} />
          <Measure label={t("errors")} value={formatErrorRate(edge.errorRate)} />
          <Measure label={t("p99")} value={edge.p99Ms === null ? null : formatMs(edge.p99Ms)} />
        </dl>
      ) : (
        <p className="mt-1 text-ink-2">
          {t("noTraffic")}{" "}
          {cell.traffic.live ? t("bothLive") : idle.length > 0 ? t("notLive", { versions: idle.join(", "), n: idle.length }) : ""}
        </p>
      )}
    </div>
  );
}

function Measure({ label, value }: { readonly label: string; readonly value: string | null }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="text-md font-[560] tabular-nums">{value ?? "–"}</dd>
    </div>
  );
}
