"use client";

import { Check, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { PlanView } from "./plan-view.ts";

const CHECKS = ["start", "meet", "moves"] as const;

/** Whether the plan still holds on what is known now, and what that means. */
export function CertificateCard({ plan: { check } }: { readonly plan: Pick<PlanView, "check"> }) {
  const t = useTranslations("plans.certificate");
  return (
    <Card
      title={t("title")}
      aside={
        check === null ? (
          <span className="text-ink-3">{t("nothingLeft")}</span>
        ) : (
          <Tag tone={check.holds ? "ok" : "bad"}>
            {check.holds ? <Check aria-hidden className="size-3" /> : <X aria-hidden className="size-3" />}
            {check.holds ? t("holds") : t("fails")}
          </Tag>
        )
      }
    >
      {check !== null && <p className={check.holds ? "mb-2" : "mb-2 text-bad"}>{check.sentence}</p>}
      <p className="text-sm text-ink-2">{t("detail")}</p>
      <ul className="mt-1.5 grid list-disc gap-1 pl-4 text-sm text-ink-2">
        {CHECKS.map((key) => (
          <li key={key}>{t(`checks.${key}`)}</li>
        ))}
      </ul>
    </Card>
  );
}
