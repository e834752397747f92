"use client";

import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { PhaseSteps } from "@/components/splits/phase-steps.tsx";
import { isOver, lastWave, type PlanView } from "./plan-view.ts";

/** The wave under way, or the one that a paused plan stands after: four phases of each of its services, with what proves them. */
export function PhasesCard({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans.phases");
  const wave = lastWave(plan);
  if (wave === null || isOver(plan) || plan.state === "ready") return null;
  return (
    <Card title={t("title", { n: wave + 1 })} aside={<span className="text-ink-3">{t("aside")}</span>}>
      {plan.phases.map(({ service }) => (
        <section key={service} aria-label={service} className="pb-2">
          <h3 className="font-[560]">{service}</h3>
          <PhaseSteps service={service} size="large" />
        </section>
      ))}
    </Card>
  );
}
