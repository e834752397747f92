"use client";

import { type RefObject, useId } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import type { PolicyFields } from "./policy-form.ts";

const CHOICES = ["allow", "deny"] as const;

interface DefaultChoiceProps {
  readonly fields: PolicyFields;
  readonly onChange: (fields: PolicyFields) => void;
  /** Set to the choice that holds when the form opens, which has the focus then. */
  readonly chosen: RefObject<HTMLInputElement | null>;
}

/** What holds for callers whom no rule fits; rules keep what they do. */
export function DefaultChoice({ fields, onChange, chosen }: DefaultChoiceProps) {
  const t = useTranslations("security.policies");
  const name = useId();
  const isOverruled = fields.action === "deny" && fields.rules.some(({ action }) => action === "allow");
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-[540] text-ink-2">{t("default")}</legend>
      <div className="grid grid-cols-2 gap-2.5">
        {CHOICES.map((action) => (
          <label
            key={action}
            className={classNames(
              "grid cursor-pointer grid-cols-[16px_minmax(0,1fr)] gap-x-2 rounded-2 border px-3 py-2",
              fields.action === action ? "border-accent bg-accent-soft" : "border-line-2 hover:border-ink-3",
            )}
          >
            <input
              {...(fields.action === action && { ref: chosen })}
              type="radio"
              name={name}
              value={action}
              checked={fields.action === action}
              onChange={() => onChange({ ...fields, action })}
              className="mt-[3px] size-[13px] accent-accent"
            />
            <span>
              <span className="strong block">{t(`defaultChoice.${action}.name`)}</span>
              <span className="block text-sm text-ink-2">{t(`defaultChoice.${action}.means`)}</span>
            </span>
          </label>
        ))}
      </div>
      {isOverruled && <p className="text-sm text-warn">{t("overruled")}</p>}
    </fieldset>
  );
}
