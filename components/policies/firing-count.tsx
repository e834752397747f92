"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { useAlerts } from "./use-policies.ts";

/** In the navigation: how many alerts fire, red as soon as one is critical. */
export function FiringCount() {
  const t = useTranslations("policies");
  const firing = (useAlerts().data?.items ?? []).filter(({ state }) => state === "firing");
  if (firing.length === 0) return null;
  const label = t("firingMark", { n: firing.length });
  const isCritical = firing.some(({ severity }) => severity === "critical");
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={classNames("ml-auto text-xs font-semibold tabular-nums", isCritical ? "text-bad" : "text-warn")}
    >
      {firing.length}
    </span>
  );
}
