"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { type Control, Controller, type UseFormRegister, useFieldArray, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { queries } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/select.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { ProblemItem } from "@/lib/client/index.ts";
import { LabelledSelect } from "./labelled-select.tsx";
import type { RouteValues } from "./route-values.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** What traffic from outside is called among callers. */
const INGRESS = "ingress";

interface MatchProps {
  readonly control: Control<RouteValues>;
  readonly register: UseFormRegister<RouteValues>;
  readonly index: number;
  readonly problemAt: (path: string) => ProblemItem | null;
  readonly onRemove?: () => void;
}

/** One match: path, method, headers, query parameters and caller, all of which must fit. */
export function RouteMatchFields({ control, register, index, problemAt, onRemove }: MatchProps) {
  const t = useTranslations("routes.form");
  const parts = ["path", "method", "headers", "queryParams", "caller"];
  const headers = useFieldArray({ control, name: `matches.${index}.headers` });
  const queryParams = useFieldArray({ control, name: `matches.${index}.queryParams` });
  const lists = [["headers", headers] as const, ["queryParams", queryParams] as const];
  const own = problemAt("");
  const isOfAPart = own !== null && parts.some((part) => problemAt(part) !== null);
  return (
    <fieldset className="grid gap-3 rounded-2 border border-line-2 px-3 pb-3 pt-1">
      <legend className="px-1 text-sm font-[560] text-ink-2">{t("match", { n: index + 1 })}</legend>
      <div className="grid grid-cols-[118px_minmax(0,1fr)_106px] items-start gap-2">
        <div className="grid gap-1">
          <span className="text-sm font-[540] text-ink-2">{t("path")}</span>
          <Controller
            control={control}
            name={`matches.${index}.pathType`}
            render={({ field }) => (
              <Select
                label={t("pathType")}
                value={field.value}
                onChange={field.onChange}
                options={[
                  { value: "PathPrefix", label: t("prefix") },
                  { value: "Exact", label: t("exact") },
                  { value: "RegularExpression", label: t("regex") },
                ]}
              />
            )}
          />
        </div>
        <TextField
          {...register(`matches.${index}.path`)}
          mono
          label={<span aria-hidden>&nbsp;</span>}
          aria-label={t("path")}
          placeholder={t("any")}
          autoComplete="off"
          problem={problemAt("path")}
        />
        <Controller
          control={control}
          name={`matches.${index}.method`}
          render={({ field }) => (
            <LabelledSelect
              label={t("method")}
              value={field.value}
              onChange={field.onChange}
              options={[{ value: "", label: t("any") }, ...METHODS.map((method) => ({ value: method, label: method }))]}
              problem={problemAt("method")}
            />
          )}
        />
      </div>
      <Caller control={control} register={register} index={index} problemAt={problemAt} />
      {lists.map(([kind, list]) => (
        <Conditions key={kind} control={control} register={register} index={index} kind={kind} list={list} problemAt={problemAt} />
      ))}
      {own && !isOfAPart && <FieldNote problem={own} />}
      <div className="-ml-2 flex flex-wrap gap-1">
        {lists.map(([kind, list]) => (
          <Button key={kind} kind="ghost" size="small" onClick={() => list.append({ name: "", value: "", type: "Exact" })}>
            <Plus aria-hidden />
            {kind === "headers" ? t("addHeader") : t("addQuery")}
          </Button>
        ))}
        {onRemove && (
          <Button kind="ghost" size="small" className="ml-auto" onClick={onRemove}>
            <X aria-hidden />
            {t("removeMatch", { n: index + 1 })}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

type PartProps = Omit<MatchProps, "onRemove">;

/** Who calls: a service, and which of its versions. */
function Caller({ control, register, index, problemAt }: PartProps) {
  const t = useTranslations("routes.form");
  const { data } = useQuery(queries.services());
  const service = useWatch({ control, name: `matches.${index}.callerService` });
  const names = new Set((data?.items ?? []).map(({ name }) => name));
  // A caller may be named before it is registered.
  if (service !== "" && service !== INGRESS) names.add(service);
  const hasVersions = service !== "" && service !== INGRESS;
  return (
    <div className="grid grid-cols-2 items-start gap-2">
      <Controller
        control={control}
        name={`matches.${index}.callerService`}
        render={({ field }) => (
          <LabelledSelect
            label={t("caller")}
            value={field.value}
            onChange={field.onChange}
            options={[
              { value: "", label: t("anyCaller") },
              { value: INGRESS, label: t("ingress") },
              ...[...names].map((name) => ({ value: name, label: name })),
            ]}
            problem={hasVersions ? problemAt("caller.service") : problemAt("caller")}
          />
        )}
      />
      {hasVersions && (
        <TextField
          {...register(`matches.${index}.callerRange`)}
          mono
          label={t("callerRange")}
          placeholder={t("any")}
          autoComplete="off"
          problem={problemAt("caller.range")}
        />
      )}
    </div>
  );
}

interface ConditionsProps extends PartProps {
  readonly kind: "headers" | "queryParams";
  readonly list: { readonly fields: readonly { readonly id: string }[]; readonly remove: (index: number) => void };
}

function Conditions({ control, register, index, kind, list: { fields, remove }, problemAt }: ConditionsProps) {
  const t = useTranslations("routes.form");
  if (fields.length === 0) return null;
  return (
    <fieldset aria-label={kind === "headers" ? t("headers") : t("queries")} className="grid gap-2">
      {fields.map((field, each) => (
        <div key={field.id} className="grid gap-1">
          <div className="grid grid-cols-[minmax(0,1fr)_118px_minmax(0,1fr)_auto] items-end gap-2">
            <TextField
              {...register(`matches.${index}.${kind}.${each}.name`)}
              mono
              label={kind === "headers" ? t("header") : t("query")}
              autoComplete="off"
            />
            <Controller
              control={control}
              name={`matches.${index}.${kind}.${each}.type`}
              render={({ field: type }) => (
                <Select
                  label={t("conditionType")}
                  value={type.value}
                  onChange={type.onChange}
                  options={[
                    { value: "Exact", label: t("exact") },
                    { value: "RegularExpression", label: t("regex") },
                  ]}
                />
              )}
            />
            <TextField {...register(`matches.${index}.${kind}.${each}.value`)} mono label={t("conditionValue")} autoComplete="off" />
            <Button kind="ghost" size="icon" aria-label={t("removeCondition", { n: each + 1 })} onClick={() => remove(each)}>
              <X aria-hidden />
            </Button>
          </div>
          <FieldNote problem={problemAt(`${kind}.${each}`)} />
        </div>
      ))}
    </fieldset>
  );
}
