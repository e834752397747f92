"use client";

import { useTranslations } from "use-intl";
import { Tag } from "@/components/ui/tag.tsx";
import type { Change } from "@/lib/client/index.ts";

/** That the engine's clock was set between a change and the one before, and by how much; nothing where it was not. */
export function ClockStepTag({ change: { clockStepMs } }: { readonly change: Pick<Change, "clockStepMs"> }) {
  const t = useTranslations("activity");
  if (clockStepMs === undefined) return null;
  const seconds = Math.abs(clockStepMs) / 1_000;
  const by =
    seconds < 120
      ? t("stepSeconds", { n: Math.round(seconds) })
      : seconds < 7_200
        ? t("stepMinutes", { n: Math.round(seconds / 60) })
        : t("stepHours", { n: Math.round(seconds / 3_600) });
  return <Tag tone="warn">{t(clockStepMs < 0 ? "clockBack" : "clockForward", { by })}</Tag>;
}
