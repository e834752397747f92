"use client";

import { CloudOff } from "lucide-react";
import { useTranslations } from "use-intl";
import { useIsStale } from "@/components/live/use-stream-status.ts";

/** Says that the figures below are old; nothing while they are not. */
export function StaleNote() {
  const t = useTranslations("compatibility");
  if (!useIsStale()) return null;
  return (
    <p role="status" className="flex items-center gap-2 rounded-2 bg-warn-soft px-3 py-2 text-sm text-warn">
      <CloudOff aria-hidden className="size-3.5 shrink-0" />
      {t("stale")}
    </p>
  );
}
