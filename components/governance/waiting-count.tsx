"use client";

import { useTranslations } from "use-intl";
import { useApprovals } from "./use-governance.ts";

/** In the navigation: approvals that wait for a second person. */
export function WaitingCount() {
  const t = useTranslations("governance");
  const waiting = useApprovals().data?.items.filter(({ state }) => state === "waiting").length ?? 0;
  if (waiting === 0) return null;
  return (
    <span className="ml-auto text-xs font-semibold tabular-nums text-warn" title={t("waitingCount", { n: waiting })}>
      {waiting}
    </span>
  );
}
