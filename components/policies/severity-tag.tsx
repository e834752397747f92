"use client";

import { useTranslations } from "use-intl";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import type { AlertView } from "./use-policies.ts";

const TONES: Readonly<Record<AlertView["severity"], Tone>> = { critical: "bad", warning: "warn", info: "accent" };

/** How bad an alert is, or that it is over. */
export function SeverityTag({ severity, state }: Pick<AlertView, "severity" | "state">) {
  const t = useTranslations("policies");
  return state === "resolved" ? <Tag tone="ok">{t("over")}</Tag> : <Tag tone={TONES[severity]}>{t(`severity.${severity}`)}</Tag>;
}
