"use client";

import { useLocale, useTranslations } from "use-intl";
import { formatShare } from "@/components/ui/format.ts";
import { formatClock, RelativeTime } from "@/components/ui/relative-time.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { Evidence } from "@/lib/client/index.ts";
import { formatEValue } from "./format-e-value.ts";
import { newestFirst } from "./pair-decision.ts";
import { type WithdrawableFact, WithdrawButton } from "./withdraw-button.tsx";

interface TimelineProps {
  readonly evidence: readonly Evidence[];
  /** Asked to take a fact back. */
  readonly onWithdraw: (fact: WithdrawableFact) => void;
}

/** Every fact about a pair, newest first: when, of what kind, who says so, until when, and on what it rests. */
export function EvidenceTimeline({ evidence, onWithdraw }: TimelineProps) {
  const t = useTranslations("compatibility.pair");
  return (
    <ol aria-label={t("evidence")} className="mt-2">
      {newestFirst(evidence).map((fact) => (
        <Fact key={fact.id ?? `${fact.kind} ${fact.at} ${fact.author}`} fact={fact} onWithdraw={onWithdraw} />
      ))}
    </ol>
  );
}

function Fact({ fact, onWithdraw }: { readonly fact: Evidence } & Pick<TimelineProps, "onWithdraw">) {
  const t = useTranslations("compatibility.pair");
  const locale = useLocale();
  const nowMs = useNow();
  const { id, kind, sentence } = fact;
  // Verifications belong to whoever publishes them: a newer result takes their place.
  const canWithdraw = id !== undefined && (kind === "operator" || kind === "traffic");
  return (
    <li className="grid grid-cols-[76px_minmax(0,1fr)] gap-x-2.5 border-t border-line py-2.5">
      <span className="grid content-start gap-px tabular-nums">
        <span className="text-ink-2">{nowMs === 0 ? "" : formatDay(fact.at, locale, nowMs)}</span>
        <RelativeTime at={fact.at} className="text-xs text-ink-3" />
      </span>
      <div className="grid justify-items-start gap-1">
        <span className="flex w-full flex-wrap items-center gap-x-2 gap-y-1">
          <Tag tone={toneOf(fact)}>{t(`kind.${kind}`)}</Tag>
          {fact.constraint !== undefined && fact.constraint !== "api" && <Tag tone="unknown">{t(`about.${fact.constraint}`)}</Tag>}
          <span className="text-ink-3">{t("by", { author: fact.author })}</span>
          {canWithdraw && <WithdrawButton className="-my-1" fact={{ id, sentence }} onWithdraw={onWithdraw} />}
        </span>
        <span className="break-words text-ink-2">{sentence}</span>
        {fact.expiresAt !== undefined && (
          <span className="text-xs text-warn">{t("until", { time: formatClock(fact.expiresAt, locale, nowMs) })}</span>
        )}
        <Basis fact={fact} />
      </div>
    </li>
  );
}

/** The figures of live traffic, or the contract that a verification belongs to. */
function Basis({ fact: { contractHash, inheritedFrom, traffic } }: { readonly fact: Evidence }) {
  const t = useTranslations("compatibility.pair");
  if (traffic !== undefined) {
    return (
      <span className="text-xs tabular-nums text-ink-3">
        {t("figures", { e: formatEValue(traffic.e), level: formatShare(traffic.level) })}
      </span>
    );
  }
  if (contractHash === undefined) return null;
  return (
    <span className="flex max-w-full flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-3">
      {inheritedFrom !== undefined && <Tag tone="accent">{t("inherited", { version: inheritedFrom.version })}</Tag>}
      <span className="mono max-w-full truncate" title={contractHash}>
        {t("hash", { hash: contractHash.length > 24 ? `${contractHash.slice(0, 20)}…` : contractHash })}
      </span>
    </span>
  );
}

export function toneOf({ kind, verdict }: Evidence) {
  if (kind === "override") return "warn";
  return verdict === "compatible" ? "ok" : verdict === "incompatible" ? "bad" : "unknown";
}

/** The day, or the time of today. */
function formatDay(at: string, locale: string, nowMs: number): string {
  const date = new Date(at);
  const isToday = new Date(nowMs).toDateString() === date.toDateString();
  const isThisYear = new Date(nowMs).getFullYear() === date.getFullYear();
  return new Intl.DateTimeFormat(
    locale,
    isToday
      ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : { day: "numeric", month: "short", ...(!isThisYear && { year: "numeric" }) },
  ).format(date);
}
