"use client";

import { Plus, X } from "lucide-react";
import { useFieldArray } from "react-hook-form";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { FilterProps } from "./filter-props.ts";

type Part = "requestHeaderModifier" | "responseHeaderModifier";
type Edit = "set" | "add" | "remove";

/** Headers to set, add and remove. */
export function HeaderEditFields({ part, ...props }: FilterProps & { readonly part: Part }) {
  const t = useTranslations("routes.form");
  const { control, index, problems } = props;
  const set = useFieldArray({ control, name: `filters.${index}.set` });
  const add = useFieldArray({ control, name: `filters.${index}.add` });
  const remove = useFieldArray({ control, name: `filters.${index}.remove` });
  const lists = [["set", set] as const, ["add", add] as const, ["remove", remove] as const];
  const base = `filters.${index}.${part}`;
  const own = problems.besides(
    `filters.${index}`,
    lists.map(([edit]) => `${base}.${edit}`),
  );
  return (
    <>
      {lists.map(([edit, list]) =>
        list.fields.map((field, each) => (
          <EditRow key={field.id} {...props} base={`${base}.${edit}.${each}`} edit={edit} each={each} onRemove={() => list.remove(each)} />
        )),
      )}
      <FieldNote problem={own} />
      <div className="-ml-2 flex flex-wrap gap-1">
        {lists.map(([edit, list]) => (
          <Button key={edit} kind="ghost" size="small" onClick={() => list.append({ name: "", value: "" })}>
            <Plus aria-hidden />
            {t(`addEdit.${edit}`)}
          </Button>
        ))}
      </div>
    </>
  );
}

interface RowProps extends FilterProps {
  readonly base: string;
  readonly edit: Edit;
  readonly each: number;
  readonly onRemove: () => void;
}

function EditRow({ register, index, problems, base, edit, each, onRemove }: RowProps) {
  const t = useTranslations("routes.form");
  return (
    <div className="grid grid-cols-[56px_minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-2">
      <span className="pt-1.5 text-sm text-ink-2">{t(`edits.${edit}`)}</span>
      <TextField
        {...register(`filters.${index}.${edit}.${each}.name`)}
        mono
        label={null}
        aria-label={`${t(`edits.${edit}`)}: ${t("header")}`}
        placeholder="x-name"
        autoComplete="off"
        problem={edit === "remove" ? problems.at(base) : problems.at(`${base}.name`)}
      />
      {edit === "remove" ? (
        <span />
      ) : (
        <TextField
          {...register(`filters.${index}.${edit}.${each}.value`)}
          mono
          label={null}
          aria-label={`${t(`edits.${edit}`)}: ${t("value")}`}
          placeholder={t("value")}
          autoComplete="off"
          problem={problems.at(`${base}.value`)}
        />
      )}
      <Button kind="ghost" size="icon" aria-label={t("removeEdit")} onClick={onRemove}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
