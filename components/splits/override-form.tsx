"use client";

import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";

const MINUTES = [15, 60, 240, 1440] as const;

interface OverrideFormProps {
  readonly onGrant: (grant: { readonly reason: string; readonly expiresAt: string }) => void;
  readonly onCancel: () => void;
}

/** An operator takes responsibility for a broken pair: a reason, and for how long. */
export function OverrideForm({ onGrant, onCancel }: OverrideFormProps) {
  const t = useTranslations("splits.refusal");
  const common = useTranslations("common");
  const id = useId();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<number>(MINUTES[0]);
  return (
    <form
      className="grid gap-2.5 border-t border-[color-mix(in_srgb,var(--bad)_25%,transparent)] pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") onGrant({ reason: reason.trim(), expiresAt: new Date(Date.now() + minutes * 60_000).toISOString() });
      }}
    >
      <div>
        <p className="strong">{t("overrideTitle")}</p>
        <p className="text-xs text-ink-2">{t("overrideDetail")}</p>
      </div>
      <TextArea label={t("overrideReason")} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={2000} />
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor={id} className="text-sm text-ink-2">
          {t("overrideUntil")}
        </label>
        <select
          id={id}
          value={minutes}
          onChange={(event) => setMinutes(Number(event.target.value))}
          className="h-[30px] rounded-2 border border-line-2 bg-sunken px-2 text-sm"
        >
          {MINUTES.map((each) => (
            <option key={each} value={each}>
              {each < 60 ? t("minutes", { n: each }) : t("hours", { n: each / 60 })}
            </option>
          ))}
        </select>
        <span className="flex-1" />
        <Button kind="ghost" onClick={onCancel}>
          {common("cancel")}
        </Button>
        <Button kind="danger" type="submit" whyNot={reason.trim() === "" ? t("overrideReasonNeeded") : null}>
          {t("overrideGo")}
        </Button>
      </div>
    </form>
  );
}
