"use client";

import { useTranslations } from "use-intl";
import { TextField } from "@/components/ui/text-field.tsx";
import { FieldGroup, type FieldsProps } from "./field-parts.tsx";
import { Side } from "./trigger-fields.tsx";

/** What holds a policy back. */
export function GuardFields({ draft, onChange, problemAt }: FieldsProps) {
  const t = useTranslations("policies.form");
  return (
    <FieldGroup title={t("guard")}>
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_8rem_7rem]">
        <TextField
          mono
          label={t("guardMetric")}
          hint={t("guardHint")}
          placeholder="requests(*, 1m)"
          value={draft.guardMetric}
          problem={problemAt("guard.metric")}
          onChange={(event) => onChange({ guardMetric: event.target.value })}
        />
        <Side value={draft.guardSide} onChange={(guardSide) => onChange({ guardSide })} />
        <TextField
          label={t("bound")}
          value={draft.guardBound}
          problem={problemAt("guard.above", "guard.below")}
          onChange={(event) => onChange({ guardBound: event.target.value })}
        />
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <TextField
          label={t("cooldown")}
          hint={t("cooldownHint")}
          placeholder="5 min"
          value={draft.cooldown}
          problem={problemAt("guard.cooldownMs")}
          onChange={(event) => onChange({ cooldown: event.target.value })}
        />
        <TextField
          label={t("perHour")}
          value={draft.perHour}
          problem={problemAt("guard.maxPerHour")}
          onChange={(event) => onChange({ perHour: event.target.value })}
        />
      </div>
    </FieldGroup>
  );
}
