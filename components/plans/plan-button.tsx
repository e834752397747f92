"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "use-intl";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { type WayLabel, wayLabel } from "./plan-label.ts";
import { useMakePlan, usePlanPreview } from "./use-plans.ts";

/** Makes a plan to a version that may not have traffic as things stand, and shows it; nothing where there is no way. */
export function PlanButton({ service, version }: { readonly service: string; readonly version: string }) {
  const t = useTranslations("plans.refusal");
  const router = useRouter();
  const body = { target: { [service]: version } };
  const preview = usePlanPreview(body);
  const make = useMakePlan((plan) => router.push(`/plans/${encodeURIComponent(plan.id)}`));
  const textOf = useLabelText(service);
  if (!preview.data || preview.isPlaceholderData) return null;
  return (
    <>
      <Button kind="primary" size="small" disabled={make.isPending} onClick={() => make.mutate(body)}>
        {make.isPending ? t("making") : textOf(wayLabel(preview.data.waves))}
      </Button>
      {make.error && !isGivenUp(make.error) && (
        <div className="basis-full">
          <ProblemList error={make.error} />
        </div>
      )}
    </>
  );
}

function useLabelText(service: string): (label: WayLabel) => string {
  const t = useTranslations("plans.refusal");
  // The panel speaks of one service: its own version needs no name beside it.
  const named = (steps: readonly { readonly service: string; readonly to: string }[], isLast: boolean) =>
    steps
      .map((step) => (isLast && step.service === service ? step.to : t("step", { service: step.service, version: step.to })))
      .join(t("and"));
  return (label) => {
    switch (label.key) {
      case "one":
        return t("one", { step: named(label.steps, false) });
      case "two":
        return t("two", { first: named(label.first, false), last: named(label.last, true) });
      case "many":
        return t("many", { steps: label.steps, waves: label.waves });
    }
  };
}
