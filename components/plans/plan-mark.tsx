"use client";

import { CirclePause, LoaderCircle } from "lucide-react";
import { useTranslations } from "use-intl";
import { isWalking } from "./plan-view.ts";
import { usePlans } from "./use-plans.ts";

/** In the navigation: a plan is under way, or one is paused and waits for somebody. */
export function PlanMark() {
  const t = useTranslations("plans");
  const plans = usePlans().data?.items ?? [];
  if (plans.some(isWalking)) {
    return (
      <span role="img" aria-label={t("running")} title={t("running")} className="ml-auto">
        <LoaderCircle aria-hidden className="size-3.5 animate-spin text-accent" />
      </span>
    );
  }
  if (!plans.some(({ state }) => state === "paused")) return null;
  return (
    <span role="img" aria-label={t("pausedMark")} title={t("pausedMark")} className="ml-auto">
      <CirclePause aria-hidden className="size-3.5 text-warn" />
    </span>
  );
}
