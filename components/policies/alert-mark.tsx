"use client";

import { BellRing } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { useAlerts } from "./use-policies.ts";

/** On a service that alerts fire for: how many, and the way to the first of them. */
export function AlertMark({ service }: { readonly service: string }) {
  const t = useTranslations("policies");
  const alerts = (useAlerts().data?.items ?? []).filter((alert) => alert.state === "firing" && alert.service === service);
  const [first] = alerts;
  if (first === undefined) return null;
  const label = t("mark", { n: alerts.length, service, summary: first.summary });
  const isCritical = alerts.some(({ severity }) => severity === "critical");
  return (
    <Link
      href={`/policies?alert=${encodeURIComponent(first.id)}`}
      aria-label={label}
      title={label}
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
      className={classNames(
        "nodrag nopan absolute -top-[9px] -right-[9px] z-20 flex h-[18px] items-center gap-1 rounded-[9px] border bg-panel px-1.5 text-2xs font-semibold tabular-nums hover:bg-raised",
        isCritical ? "border-bad text-bad" : "border-warn text-warn",
      )}
    >
      <BellRing aria-hidden className="size-2.5" strokeWidth={2.4} />
      {alerts.length}
    </Link>
  );
}
