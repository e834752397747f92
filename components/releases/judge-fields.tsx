"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "use-intl";
import { TextField } from "@/components/ui/text-field.tsx";
import type { ProblemItem } from "@/lib/client/index.ts";
import type { JudgeDraft } from "./release-question.ts";

interface FieldsProps {
  readonly judge: JudgeDraft;
  readonly onJudge: (judge: JudgeDraft) => void;
  readonly problems: readonly ProblemItem[];
}

const FIELDS = [
  { key: "tolerancePercent", ends: ["tolerance"] },
  { key: "boundaryMs", ends: ["boundaryMs"] },
  { key: "minRequests", ends: ["minRequests"] },
] as const satisfies readonly { readonly key: keyof JudgeDraft; readonly ends: readonly string[] }[];

/** What counts as harm, and how much has to be seen; left empty, the engine's defaults stand. */
export function JudgeFields({ judge, onJudge, problems }: FieldsProps) {
  const t = useTranslations("newRelease.judge");
  const problemOf = (ends: readonly string[]) =>
    problems.find(({ path }) => path.includes("judge") && ends.some((end) => path.endsWith(end)));
  const isOpen = Object.values(judge).some((text) => text !== "") || problems.some(({ path }) => path.includes("judge"));
  return (
    <details open={isOpen || undefined} className="group">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 rounded-1 text-sm font-[540] text-ink-2 hover:text-ink">
        <ChevronRight aria-hidden className="size-3.5 text-ink-3 transition-transform duration-120 group-open:rotate-90" />
        {t("title")}
        <span className="font-normal text-ink-3">{t("aside")}</span>
      </summary>
      <div className="mt-2.5 grid grid-cols-3 gap-3">
        {FIELDS.map(({ ends, key }) => (
          <TextField
            key={key}
            label={t(`${key}.label`)}
            hint={t(`${key}.hint`)}
            placeholder={t(`${key}.usual`)}
            inputMode="decimal"
            value={judge[key]}
            problem={problemOf(ends)}
            onChange={(event) => onJudge({ ...judge, [key]: event.target.value })}
          />
        ))}
      </div>
    </details>
  );
}
