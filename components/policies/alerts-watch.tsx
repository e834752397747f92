"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { type AlertView, usePolicies } from "./use-policies.ts";

/** While nothing fires: how many policies are on the watch, and when one of them fired last. */
export function AlertsWatch({ alerts }: { readonly alerts: readonly AlertView[] }) {
  const t = useTranslations("policies.alerts");
  const watching = usePolicies().data?.items.filter(({ enabled }) => enabled).length;
  const last = alerts
    .map(({ since }) => since)
    .toSorted()
    .at(-1);
  return (
    <p className="flex flex-wrap gap-x-1.5">
      {watching !== undefined && (
        <Link href="/policies?tab=policies" className="text-accent hover:underline">
          {t("watching", { n: watching })}
        </Link>
      )}
      {last !== undefined && (
        <span>
          {t("lastFired")} <RelativeTime at={last} />
        </span>
      )}
    </p>
  );
}
