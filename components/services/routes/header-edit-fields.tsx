"use client";

import { Plus, X } from "lucide-react";
import { useFieldArray } from "react-hook-form";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { FilterProps } from "./filter-props.ts";

type Part = "requestHeaderModifier" | "responseHeaderModifier";

const EDITS = ["set", "add", "remove"] as const;

/** Headers to set, add and remove. */
export function HeaderEditFields({ part, ...props }: FilterProps & { readonly part: Part }) {
  const base = `filters.${props.index}.${part}`;
  const own = props.problems.besides(
    `filters.${props.index}`,
    EDITS.map((edit) => `${base}.${edit}`),
  );
  return (
    <>
      {EDITS.map((edit) => (
        <EditRows key={edit} {...props} base={`${base}.${edit}`} edit={edit} />
      ))}
      <FieldNote problem={own} />
    </>
  );
}

interface RowsProps extends FilterProps {
  readonly base: string;
  readonly edit: (typeof EDITS)[number];
}

function EditRows({ control, register, index, problems, base, edit }: RowsProps) {
  const t = useTranslations("routes.form");
  const { fields, append, remove } = useFieldArray({ control, name: `filters.${index}.${edit}` });
  return (
    <div className="grid gap-2">
      {fields.map((field, each) => (
        <div key={field.id} className="grid grid-cols-[56px_minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-2">
          <span className="pt-[5px] text-sm text-ink-2">{t(`edits.${edit}`)}</span>
          <TextField
            {...register(`filters.${index}.${edit}.${each}.name`)}
            mono
            label={<span className="sr-only">{`${t(`edits.${edit}`)}: ${t("header")}`}</span>}
            placeholder="x-name"
            autoComplete="off"
            problem={edit === "remove" ? problems.at(`${base}.${each}`) : problems.at(`${base}.${each}.name`)}
          />
          {edit === "remove" ? (
            <span />
          ) : (
            <TextField
              {...register(`filters.${index}.${edit}.${each}.value`)}
              mono
              label={<span className="sr-only">{`${t(`edits.${edit}`)}: ${t("value")}`}</span>}
              autoComplete="off"
              problem={problems.at(`${base}.${each}.value`)}
            />
          )}
          <Button kind="ghost" size="icon" className="mt-1" aria-label={t("removeEdit")} onClick={() => remove(each)}>
            <X aria-hidden />
          </Button>
        </div>
      ))}
      <Button kind="ghost" size="small" className="-ml-2 justify-self-start" onClick={() => append({ name: "", value: "" })}>
        <Plus aria-hidden />
        {t(`addEdit.${edit}`)}
      </Button>
    </div>
  );
}
