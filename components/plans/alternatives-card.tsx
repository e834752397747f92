"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { isGivenUp } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { preferenceFor } from "./other-ways.ts";
import { type PlanCost, type PlanView, servicesOf } from "./plan-view.ts";
import { useMakePlan } from "./use-plans.ts";
import { WayList } from "./way-list.tsx";

/** Ways that are better in something and worse in something else; before execution each can be taken instead. */
export function AlternativesCard({ plan }: { readonly plan: PlanView }) {
  const t = useTranslations("plans.alternatives");
  const router = useRouter();
  const make = useMakePlan((made) => router.push(`/plans/${encodeURIComponent(made.id)}`));
  const { alternatives } = plan;
  const costs = [plan.cost, ...alternatives.map(({ cost }) => cost)];
  if (alternatives.length === 0) {
    return (
      <Card title={t("title")}>
        <p className="text-sm text-ink-2">{t("none")}</p>
      </Card>
    );
  }
  return (
    <Card title={t("title")}>
      {plan.state !== "ready" && <p className="mb-2 text-sm text-ink-2">{t("started")}</p>}
      <div className="grid gap-4">
        {alternatives.map((way) => (
          <section key={`${way.cost.steps} ${way.cost.waves} ${way.cost.risk} ${servicesOf(way.waves).join()}`}>
            <div className="mb-1 flex flex-wrap items-center gap-2">
              <h3 className="font-[560]">{t("cost", { ...way.cost })}</h3>
              <span className="flex-1" />
              {plan.state === "ready" && (
                <TakeButton
                  preference={preferenceFor(way.cost, costs)}
                  isPending={make.isPending}
                  onTake={(prefer) => make.mutate({ target: plan.target, prefer, reason: plan.reason })}
                />
              )}
            </div>
            <WayList waves={way.waves} />
          </section>
        ))}
      </div>
      {make.error && !isGivenUp(make.error) && <ProblemList error={make.error} />}
    </Card>
  );
}

interface TakeProps {
  readonly preference: keyof PlanCost | null;
  readonly isPending: boolean;
  readonly onTake: (preference: keyof PlanCost) => void;
}

function TakeButton({ isPending, onTake, preference }: TakeProps) {
  const t = useTranslations("plans");
  if (preference === null) {
    return (
      <Button size="small" whyNot={t("alternatives.noPreference")}>
        {t("alternatives.take")}
      </Button>
    );
  }
  return (
    <Button
      size="small"
      disabled={isPending}
      title={t("alternatives.takeHint", { preference: t(`form.preferences.${preference}`) })}
      onClick={() => onTake(preference)}
    >
      {isPending ? t("alternatives.taking") : t("alternatives.take")}
    </Button>
  );
}
