"use client";

import { useTranslations } from "use-intl";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import type { Approval } from "./use-governance.ts";

const TONES: Readonly<Record<Approval["state"], Tone>> = {
  waiting: "warn",
  approved: "ok",
  rejected: "bad",
  used: "accent",
  void: "unknown",
};

/** Where an approval stands. */
export function ApprovalTag({ state }: Pick<Approval, "state">) {
  const t = useTranslations("governance.approvals");
  return <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>;
}
