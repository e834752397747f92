"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "use-intl";
import { useUnlocked } from "./use-unlocked.ts";

/** Beside buttons that start or stop processes: why they cannot act in this browser, and the way to change it. Nothing where they can. */
export function UnlockNote() {
  const t = useTranslations("unlock");
  if (useUnlocked() !== false) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-2">
      <Lock aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      {t("locked")} {t("how")} <code className="mono">npx interlock unlock</code>
    </p>
  );
}
