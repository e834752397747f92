"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { CostTags } from "./cost-tags.tsx";
import { type PlanQuestion, PREFERENCES, type Preference, planBody, planCommand } from "./plan-question.ts";
import { PlanRefusal } from "./plan-refusal.tsx";
import { useMakePlan, usePlanPreview } from "./use-plans.ts";
import { VersionRows } from "./version-rows.tsx";
import { WayList } from "./way-list.tsx";

interface NewPlanSheetProps {
  /** The question as the address carries it. */
  readonly question: PlanQuestion;
  readonly onQuestion: (question: PlanQuestion) => void;
  readonly onClose: () => void;
}

/** Asks where to, shows the way there or why there is none, and keeps it as a plan; nothing moves. */
export function NewPlanSheet({ question, onQuestion, onClose }: NewPlanSheetProps) {
  const t = useTranslations("plans.form");
  const common = useTranslations("common");
  const router = useRouter();
  const [reason, setReason] = useState("");
  const isEmpty = question.target.length === 0;
  const preview = usePlanPreview(isEmpty ? null : planBody(question));
  const make = useMakePlan((plan) => router.push(`/plans/${encodeURIComponent(plan.id)}`));
  const error = isEmpty ? null : (preview.error ?? (make.error && !isGivenUp(make.error) ? make.error : null));
  const blocked = isEmpty
    ? t("nothing")
    : (preview.error?.message ?? (preview.isPending || preview.isPlaceholderData ? t("asking") : null));
  return (
    <Sheet
      open
      onClose={onClose}
      title={t("title")}
      description={t("detail")}
      width={580}
      footer={
        <>
          <DialogActions>
            <Button
              kind="primary"
              size="large"
              className="flex-1"
              disabled={make.isPending}
              whyNot={blocked}
              onClick={() => make.mutate(planBody(question, reason))}
            >
              {make.isPending ? t("making") : t("make")}
            </Button>
            <Button kind="ghost" size="large" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{ cli: planCommand(question, reason), method: "POST", path: "/api/v1/plans", body: planBody(question, reason) }}
          />
        </>
      }
    >
      <div className="grid gap-5">
        <section className="grid gap-2">
          <h2>{t("target")}</h2>
          <VersionRows kind="target" versions={question.target} onVersions={(target) => onQuestion({ ...question, target })} />
        </section>
        <section className="grid gap-2">
          <h3 className="text-sm font-[540] text-ink-2">{t("avoid")}</h3>
          <VersionRows kind="avoid" versions={question.avoid} onVersions={(avoid) => onQuestion({ ...question, avoid })} />
        </section>
        <div className="grid gap-1">
          <span className="text-sm font-[540] text-ink-2">{t("prefer")}</span>
          <Select
            label={t("prefer")}
            value={question.prefer}
            onChange={(prefer) => onQuestion({ ...question, prefer: prefer as Preference })}
            options={PREFERENCES.map((value) => ({ value, label: t(`preferences.${value}`) }))}
          />
        </div>
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        {!isEmpty && (
          <section className="grid gap-2" aria-live="polite">
            {error ? (
              <PlanRefusal error={error} />
            ) : preview.data ? (
              <>
                <div className="flex flex-wrap items-center gap-2">
                  <h2>{t("way")}</h2>
                  <CostTags plan={preview.data} />
                </div>
                <WayList waves={preview.data.waves} />
              </>
            ) : preview.isPending ? (
              <Skeleton className="h-24" />
            ) : (
              <ProblemList error={preview.error} />
            )}
          </section>
        )}
      </div>
    </Sheet>
  );
}
