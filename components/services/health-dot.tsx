"use client";

import { useTranslations } from "use-intl";
import type { Health } from "@/components/live/health.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { Tag } from "@/components/ui/tag.tsx";

/** Health as a dot with its word for those who do not see it; shapes differ, not only colours. */
export function HealthDot({ health }: { readonly health: Health }) {
  const t = useTranslations("common.health");
  return (
    <span
      role="img"
      aria-label={t(health)}
      title={t(health)}
      className={classNames(
        "size-2 shrink-0",
        health === "ok" && "rounded-full bg-ok",
        health === "warn" && "rotate-45 rounded-[1px] bg-warn",
        health === "bad" && "rounded-[1px] bg-bad",
        health === "unknown" && "rounded-full border-[1.5px] border-ink-3",
      )}
    />
  );
}

const TONES = { ok: "ok", warn: "warn", bad: "bad", unknown: "unknown" } as const;

/** Health as a word. */
export function HealthTag({ health }: { readonly health: Health }) {
  const t = useTranslations("common.health");
  return <Tag tone={TONES[health]}>{t(health)}</Tag>;
}
