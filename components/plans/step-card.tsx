"use client";

import { Check, ChevronRight, CircleHelp, OctagonMinus, TriangleAlert, Undo2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useServiceFigures } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { formatRate } from "@/components/ui/format.ts";
import { Tag, VerdictTag } from "@/components/ui/tag.tsx";
import { WeightBar } from "@/components/ui/weight-bar.tsx";
import { compareVersions } from "@/lib/model/index.ts";
import type { PlanStepView } from "./plan-view.ts";
import { VersionMove } from "./version-move.tsx";

interface StepCardProps {
  readonly step: PlanStepView;
  /** Whether its wave is at or behind the point of no return. */
  readonly isPastReturn: boolean;
  readonly isWaiting: boolean;
}

/** One service moves: from where to where, what proves that it may, whether there is enough to carry it, and whether it can come back. */
export function StepCard({ isPastReturn, isWaiting, step }: StepCardProps) {
  const t = useTranslations("plans.step");
  const split = useSplit(step.service);
  const colours = useVersionColors(step.service);
  const weights = split?.weights ?? {};
  return (
    <article className="rounded-2 border border-line bg-panel px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link href={`/services/${encodeURIComponent(step.service)}`} className="font-[600] hover:underline">
          {step.service}
        </Link>
        <VersionMove {...step} />
      </div>
      <WeightBar
        className="mt-2"
        weights={weights}
        order={Object.keys(weights).toSorted(compareVersions)}
        colourOf={(version) => colours.get(version) ?? "var(--v0)"}
      />
      <Proofs step={step} />
      {isWaiting && <Capacity step={step} />}
      <p className="mt-1.5 flex items-start gap-1.5 text-sm">
        {step.reversible ? (
          <>
            <Undo2 aria-hidden className="mt-[3px] size-3.5 shrink-0 text-ink-3" />
            <span className={isPastReturn ? "text-ink-3" : "text-ink-2"}>{t("reversible")}</span>
          </>
        ) : (
          <>
            <OctagonMinus aria-hidden className="mt-[3px] size-3.5 shrink-0 text-bad" />
            <span className="text-bad">{step.irreversible}</span>
          </>
        )}
      </p>
    </article>
  );
}

function Proofs({ step: { proof } }: { readonly step: PlanStepView }) {
  const t = useTranslations("plans.step");
  const unproven = proof.filter(({ verdict }) => verdict === "unknown").length;
  if (proof.length === 0) return <p className="mt-2 text-sm text-ink-3">{t("noPairs")}</p>;
  return (
    <details className="group mt-2 text-sm">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded-1 hover:text-ink">
        {unproven > 0 ? (
          <CircleHelp aria-hidden className="size-3.5 shrink-0 text-unknown" />
        ) : (
          <Check aria-hidden className="size-3.5 shrink-0 text-ok" strokeWidth={2.4} />
        )}
        <span className={unproven > 0 ? "font-[540]" : ""}>
          {unproven > 0 ? t("proof", { proven: proof.length - unproven, unproven }) : t("allProven", { n: proof.length })}
        </span>
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 transition-transform duration-120 group-open:rotate-90" />
      </summary>
      <ul className="mt-1.5 grid gap-2 border-t border-line pt-2">
        {proof.map(({ consumer, provider, sentence, verdict }) => (
          <li key={`${consumer.service}@${consumer.version}>${provider.service}@${provider.version}`} className="grid gap-0.5">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
              <span>
                {consumer.service} <span className="mono">{consumer.version}</span> → {provider.service}{" "}
                <span className="mono">{provider.version}</span>
              </span>
              <VerdictTag verdict={verdict}>{t(verdict)}</VerdictTag>
            </span>
            <span className="text-xs text-ink-2">{sentence}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Whether the new version can take what the service takes now. */
function Capacity({ step }: { readonly step: PlanStepView }) {
  const t = useTranslations("plans.step");
  const figures = useServiceFigures(step.service);
  const needed = figures?.rps ?? 0;
  const isShort = step.ready === 0 || (step.capacityRps !== null && step.capacityRps < needed);
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-2">
      <span>
        {t("ready", { n: step.ready })}
        {", "}
        {step.capacityRps === null
          ? t("noLimit", { needed: formatRate(needed) })
          : t("limit", { capacity: formatRate(step.capacityRps), needed: formatRate(needed) })}
      </span>
      {(isShort || step.capacityRps !== null) && (
        <Tag tone={isShort ? "bad" : "ok"}>
          {isShort ? <TriangleAlert aria-hidden className="size-3" /> : <Check aria-hidden className="size-3" />}
          {step.ready === 0 ? t("nobody") : isShort ? t("short") : t("enough")}
        </Tag>
      )}
    </div>
  );
}
