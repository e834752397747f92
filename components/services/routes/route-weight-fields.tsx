"use client";

import { type Control, type UseFormRegister, useFieldArray, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { ProblemItem } from "@/lib/client/index.ts";
import type { RouteValues } from "./route-values.ts";

interface WeightProps {
  readonly control: Control<RouteValues>;
  readonly register: UseFormRegister<RouteValues>;
  readonly problem: ProblemItem | null;
}

/** A split of the rule's own, in percent by version; without it the rule follows the service's. */
export function RouteWeightFields({ control, register, problem }: WeightProps) {
  const t = useTranslations("routes.form");
  const { fields } = useFieldArray({ control, name: "weights" });
  const hasSplit = useWatch({ control, name: "hasSplit" });
  const weights = useWatch({ control, name: "weights" });
  const sum = weights.reduce((total, row) => total + (Number(row.percent.replace(",", ".")) || 0), 0);
  const isWhole = Math.abs(sum - 100) < 1e-9;
  return (
    <fieldset className="grid gap-2">
      <label className="flex cursor-pointer items-center gap-2 text-sm font-[540] text-ink-2">
        <input type="checkbox" className="size-3.5 accent-accent" {...register("hasSplit")} />
        {t("own")}
      </label>
      {hasSplit && (
        <>
          <legend className="sr-only">{t("weights")}</legend>
          <div className="grid grid-cols-3 gap-2">
            {fields.map((field, index) => (
              <TextField
                key={field.id}
                {...register(`weights.${index}.percent`)}
                label={<span className="mono">{field.version} %</span>}
                inputMode="decimal"
                autoComplete="off"
              />
            ))}
          </div>
          <p className={isWhole ? "text-xs text-ink-3" : "text-xs text-warn"}>{t("sum", { sum: Math.round(sum * 100) / 100 })}</p>
          <FieldNote problem={problem} />
        </>
      )}
    </fieldset>
  );
}
