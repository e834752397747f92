"use client";

import { useTranslations } from "use-intl";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import type { Risk, RiskLevel } from "@/lib/model/index.ts";

const TONES: Readonly<Record<RiskLevel, Tone>> = { click: "ok", hold: "warn", type: "bad", "second-person": "bad" };

/** What speaks against a change, and what it takes to confirm it; nothing where nothing does. */
export function RiskReasons({ risk }: { readonly risk: Risk | null | undefined }) {
  const t = useTranslations("governance.risk");
  if (!risk || (risk.level === "click" && risk.reasons.length === 0)) return null;
  return (
    <section className="grid gap-1" aria-label={t("title")}>
      <h3 className="flex items-center gap-2 text-xs font-[540] text-ink-3">
        {t("title")}
        <Tag tone={TONES[risk.level]}>{t(`level.${risk.level}`)}</Tag>
      </h3>
      <ul className="grid list-disc gap-0.5 pl-4 text-sm text-ink-2">
        {risk.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  );
}
