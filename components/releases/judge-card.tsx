"use client";

import { Check, CircleHelp, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatShare, formatWeight } from "@/components/ui/format.ts";
import { Tag } from "@/components/ui/tag.tsx";
import { useSpan } from "@/components/ui/use-span.ts";
import type { Forecast, JudgeGuard } from "@/lib/release/index.ts";
import { JudgeMetric } from "./judge-metric.tsx";
import { catchToTell, falseAlarmPart, type JudgeView, requestsSeen, standingOf } from "./judge-view.ts";

interface JudgeCardProps {
  readonly judge: JudgeView;
  readonly version: string;
  readonly baseline: string | null;
}

const TONES = { pass: "ok", fail: "bad", inconclusive: "unknown" } as const;

/** What the judge says of a release: one word, the evidence for and against each metric, what harm would cost, and what all of it rests on. */
export function JudgeCard({ baseline, judge, version }: JudgeCardProps) {
  const t = useTranslations("judge");
  const standing = standingOf(judge);
  return (
    <Card title={t("title")} aside={judge.metrics.length > 0 && <Tag tone={TONES[judge.verdict]}>{t(`verdict.${judge.verdict}`)}</Tag>}>
      <p
        className={classNames(
          "text-[24px] font-[600] leading-8 tracking-[-0.03em]",
          standing === "harm" && "text-bad",
          standing === "blind" && "text-warn",
        )}
      >
        {t(`standing.${standing}`)}
      </p>
      <p className="mb-2.5 mt-0.5 text-ink-2">
        <Basis judge={judge} version={version} baseline={baseline} />
      </p>
      {judge.metrics.map((metric) => (
        <JudgeMetric key={`${metric.kind} ${metric.metric}`} metric={metric} judge={judge} />
      ))}
      <ForecastLine forecast={judge.forecast} judge={judge} />
      {judge.blocks > 0 && judge.metrics.length > 0 && <Guards guards={judge.guards} />}
    </Card>
  );
}

function Basis({ baseline, judge, version }: JudgeCardProps) {
  const t = useTranslations("judge");
  const standing = standingOf(judge);
  if (standing === "none") return t("noMetrics");
  const seen = requestsSeen(judge.metrics);
  const level = falseAlarmPart(judge);
  const counts = { candidate: seen.candidate, count: formatCount(seen.candidate), version };
  return (
    <>
      {baseline === null ? t("seenAlone", counts) : t("seen", { ...counts, baseline, baselineCount: formatCount(seen.baseline) })}{" "}
      {standing === "blind"
        ? t("blind", { version })
        : judge.mode === "mann-whitney"
          ? t("noPromise")
          : level !== null && t("promise", { percent: formatWeight(level * 10_000) })}
    </>
  );
}

function ForecastLine({ forecast, judge }: { readonly forecast: Forecast | null; readonly judge: JudgeView }) {
  const t = useTranslations("judge.forecast");
  const span = useSpan();
  const told = forecast === null || judge.verdict === "fail" ? null : catchToTell(forecast);
  if (told === null) return null;
  const kind = judge.metrics.find(({ metric }) => metric === told.metric)?.kind === "latency" ? "latency" : "errors";
  const harm = told.harm === "doubling" ? t(kind === "errors" ? "errors" : "slow") : t("slower");
  return (
    <p className="border-t border-line pt-2.5 text-ink-3">
      {t(told.harm, { metric: harm, kind, span: span(told.ms), bad: formatCount(told.bad) })}
    </p>
  );
}

function Guards({ guards }: { readonly guards: readonly JudgeGuard[] }) {
  const t = useTranslations("judge.guards");
  const warnings = guards.filter(({ state }) => state === "warning").length;
  return (
    <details open={warnings > 0 || undefined} className="mt-2.5 border-t border-line pt-2.5 text-sm">
      <summary className="cursor-pointer text-ink-2">{t("title")}</summary>
      <ul className="mt-1.5 grid gap-1">
        {guards.map((guard) => (
          <li key={guard.kind} className="flex items-start gap-1.5">
            <GuardSign state={guard.state} />
            <span className={guard.state === "warning" ? "text-warn" : guard.state === "unknown" ? "text-ink-3" : "text-ink-2"}>
              <GuardText guard={guard} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function GuardSign({ state }: { readonly state: JudgeGuard["state"] }) {
  if (state === "ok") return <Check aria-hidden className="mt-[3px] size-3 shrink-0 text-ok" />;
  if (state === "warning") return <TriangleAlert aria-hidden className="mt-[3px] size-3 shrink-0 text-warn" />;
  return <CircleHelp aria-hidden className="mt-[3px] size-3 shrink-0 text-ink-3" />;
}

function GuardText({ guard: { kind, state, value } }: { readonly guard: JudgeGuard }) {
  const t = useTranslations("judge.guards");
  if (kind === "missing") return t(`missing.${state}`, { value: value ?? 0 });
  if (kind === "split") return t(`split.${state}`, { share: formatShare(value ?? 0) });
  if (kind === "overdispersion") return t(`overdispersion.${state}`, { value: (value ?? 0).toFixed(1) });
  return t(`calibration.${state}`);
}
