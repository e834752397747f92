"use client";

import { Check, CircleHelp, OctagonMinus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Tag } from "@/components/ui/tag.tsx";
import { closingStep, type PlanView } from "./plan-view.ts";

/** What a plan costs and what it is sure of, in a line. */
export function CostTags({ plan }: { readonly plan: Pick<PlanView, "cost" | "waves" | "check"> }) {
  const t = useTranslations("plans.way");
  const { check, cost } = plan;
  const isClosed = plan.waves.some((wave) => closingStep(wave) !== undefined);
  return (
    <>
      <span className="text-ink-2">{t("cost", { steps: cost.steps, waves: cost.waves })}</span>
      {check !== null && (
        <Tag tone={check.holds ? "ok" : "bad"} title={check.sentence}>
          {check.holds ? <Check aria-hidden className="size-3" /> : <X aria-hidden className="size-3" />}
          {check.holds ? t("holds") : t("fails")}
        </Tag>
      )}
      {cost.risk > 0 ? (
        <Tag tone="unknown">
          <CircleHelp aria-hidden className="size-3" />
          {t("unproven", { n: cost.risk })}
        </Tag>
      ) : (
        <span className="text-ink-3">{t("proven")}</span>
      )}
      {isClosed ? (
        <Tag tone="bad">
          <OctagonMinus aria-hidden className="size-3" />
          {t("noReturn")}
        </Tag>
      ) : (
        <span className="text-ink-3">{t("reversible")}</span>
      )}
    </>
  );
}
