"use client";

import { useQuery } from "@tanstack/react-query";
import { Controller, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { queries } from "@/components/shell/api.ts";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import { compareVersions } from "@/lib/model/index.ts";
import type { FilterProps } from "./filter-props.ts";
import { LabelledSelect } from "./labelled-select.tsx";

/** Where copies of requests go, and of how many. */
export function MirrorFields({ control, register, index, problems, service }: FilterProps & { readonly service: string }) {
  const t = useTranslations("routes.form");
  const base = `filters.${index}.requestMirror`;
  const { data } = useQuery(queries.services());
  const [target, version] = useWatch({ control, name: [`filters.${index}.service`, `filters.${index}.version`] });
  const items = data?.items ?? [];
  const known = items.find(({ name }) => name === (target === "" ? service : target))?.versions.map((each) => each.version) ?? [];
  const versions = [...new Set([...(version === "" ? [] : [version]), ...known])].sort(compareVersions);
  const services = [...new Set([...(target === "" ? [] : [target]), ...items.map(({ name }) => name)])].filter((name) => name !== service);
  const fields = [`${base}.backendRef.service`, `${base}.backendRef.version`, `${base}.percent`];
  return (
    <>
      <div className="grid grid-cols-3 items-start gap-2">
        <Controller
          control={control}
          name={`filters.${index}.service`}
          render={({ field }) => (
            <LabelledSelect
              label={t("mirrorService")}
              value={field.value}
              onChange={field.onChange}
              options={[{ value: "", label: t("mirrorOwn") }, ...services.map((name) => ({ value: name, label: name }))]}
              problem={problems.at(`${base}.backendRef.service`)}
            />
          )}
        />
        <Controller
          control={control}
          name={`filters.${index}.version`}
          render={({ field }) => (
            <LabelledSelect
              mono
              label={t("mirrorVersion")}
              value={field.value}
              onChange={field.onChange}
              options={versions.map((each) => ({ value: each, label: each }))}
              problem={problems.at(`${base}.backendRef.version`)}
            />
          )}
        />
        <TextField
          {...register(`filters.${index}.percent`)}
          label={t("percent")}
          inputMode="decimal"
          placeholder="100"
          autoComplete="off"
          problem={problems.at(`${base}.percent`)}
        />
      </div>
      <FieldNote hint={t("mirrorHint")} problem={problems.besides(`filters.${index}`, fields)} />
    </>
  );
}
