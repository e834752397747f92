"use client";

import { useTranslations } from "use-intl";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import type { LifecycleStage } from "@/lib/model/index.ts";

const TONES: Readonly<Record<LifecycleStage, Tone>> = {
  registered: "unknown",
  verified: "accent",
  canary: "warn",
  stable: "ok",
  deprecated: "warn",
  retired: "unknown",
};

/** Where a version is in its life. */
export function LifecycleTag({ stage }: { readonly stage: LifecycleStage }) {
  const t = useTranslations("governance.lifecycle");
  return (
    <Tag tone={TONES[stage]} title={t("label")}>
      {t(`stage.${stage}`)}
    </Tag>
  );
}
