"use client";

import { Check, CircleHelp, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { PlanRefusal } from "@/components/plans/plan-refusal.tsx";
import { Card } from "@/components/shell/page.tsx";
import { classNames } from "@/components/ui/class-names.ts";

import { Skeleton } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { PlanPreview, usePlanFromHere } from "./use-plan-from-here.ts";

const WAVES_SHOWN = 6;

/** The way from what is live to what is chosen, wave by wave, before anybody makes a plan of it; or why there is none. */
export function PlanCard({ way }: { readonly way: ReturnType<typeof usePlanFromHere> }) {
  const t = useTranslations("versions.plan");
  const { error, isAsking, isConsistent, isEmpty, plan } = way;
  return (
    <Card title={t("title")}>
      {isEmpty ? (
        <p className="text-ink-3">{t("none")}</p>
      ) : error !== null ? (
        <PlanRefusal error={error} />
      ) : !isConsistent ? (
        <p className="text-ink-3">{t("contradiction")}</p>
      ) : plan === null ? (
        <Skeleton className="h-20" />
      ) : (
        <div className={classNames("transition-opacity duration-120", isAsking && "opacity-60")}>
          <Waves plan={plan} />
          <Assurance plan={plan} />
          <p className="mt-2 text-xs text-ink-3">{t("open")}</p>
        </div>
      )}
    </Card>
  );
}

function Waves({ plan }: { readonly plan: PlanPreview }) {
  const t = useTranslations("versions.plan");
  return (
    <ol className="grid">
      {plan.waves.slice(0, WAVES_SHOWN).map((wave, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place
        <li key={index} className="grid grid-cols-[74px_minmax(0,1fr)] gap-2 border-t border-line py-2">
          <span className="text-ink-3">
            {t("wave", { n: index + 1 })}
            {wave.kind !== "shift" && <span className="block text-xs">{t(wave.kind)}</span>}
          </span>
          <ul>
            {wave.steps.map(({ from, service, to }) => (
              <li key={service} className="flex flex-wrap gap-x-1.5">
                {service} <span className="mono text-ink-2">{t("step", { from, to })}</span>
              </li>
            ))}
          </ul>
        </li>
      ))}
      {plan.waves.length > WAVES_SHOWN && (
        <li className="border-t border-line py-2 text-ink-3">{t("more", { n: plan.waves.length - WAVES_SHOWN })}</li>
      )}
    </ol>
  );
}

/** What the checker says, what is not proven on the way, and whether there is a way back. */
function Assurance({ plan }: { readonly plan: PlanPreview }) {
  const t = useTranslations("versions.plan");
  const holds = plan.check?.holds !== false;
  const wall = plan.waves.findIndex(({ steps }) => steps.some(({ reversible }) => !reversible));
  return (
    <div className="grid gap-1.5 border-t border-line pt-2.5">
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Tag tone={holds ? "ok" : "bad"} {...(plan.check && { title: plan.check.sentence })}>
          {holds ? <Check aria-hidden className="size-3" /> : <TriangleAlert aria-hidden className="size-3" />}
          {holds ? t("checked") : t("notChecked")}
        </Tag>
        <span className="text-ink-3">
          {plan.cost.risk === 0 && `${t("safe")}, `}
          {wall === -1 ? t("reversible") : t("irreversible", { n: wall + 1 })}
        </span>
      </p>
      {plan.cost.risk > 0 && (
        <p className="flex items-center gap-1.5 text-warn">
          <CircleHelp aria-hidden className="size-3.5 shrink-0" />
          {t("unproven", { n: plan.cost.risk })}
        </p>
      )}
    </div>
  );
}
