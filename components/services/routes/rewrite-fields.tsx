"use client";

import { Controller, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { FilterProps } from "./filter-props.ts";
import { LabelledSelect } from "./labelled-select.tsx";

const STATUSES = ["301", "302", "303", "307", "308"] as const;

/** Host and path that the instance is asked for, or that the caller is sent to. */
export function RewriteFields({ part, ...props }: FilterProps & { readonly part: "urlRewrite" | "requestRedirect" }) {
  const t = useTranslations("routes.form");
  const { control, register, index, problems } = props;
  const base = `filters.${index}.${part}`;
  const rewrite = useWatch({ control, name: `filters.${index}.rewrite` });
  const own = problems.besides(
    `filters.${index}`,
    ["hostname", "path", "scheme", "port", "statusCode"].map((field) => `${base}.${field}`),
  );
  return (
    <>
      {part === "requestRedirect" && <RedirectFields {...props} />}
      <TextField
        {...register(`filters.${index}.hostname`)}
        mono
        label={t("hostname")}
        placeholder={t("same")}
        autoComplete="off"
        problem={problems.at(`${base}.hostname`)}
      />
      <div className="grid grid-cols-[150px_minmax(0,1fr)] items-start gap-2">
        <Controller
          control={control}
          name={`filters.${index}.rewrite`}
          render={({ field }) => (
            <LabelledSelect
              label={t("rewrite")}
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: "", label: t("rewriteKeep") },
                { value: "ReplaceFullPath", label: t("rewriteFull") },
                { value: "ReplacePrefixMatch", label: t("rewritePrefix") },
              ]}
              problem={problems.at(`${base}.path.type`)}
            />
          )}
        />
        {rewrite !== "" && (
          <TextField
            {...register(`filters.${index}.path`)}
            mono
            label={t("newPath")}
            placeholder="/"
            autoComplete="off"
            problem={problems.besides(`${base}.path`, [`${base}.path.type`])}
          />
        )}
      </div>
      <FieldNote problem={own} />
    </>
  );
}

function RedirectFields({ control, register, index, problems }: FilterProps) {
  const t = useTranslations("routes.form");
  const base = `filters.${index}.requestRedirect`;
  return (
    <div className="grid grid-cols-3 items-start gap-2">
      <Controller
        control={control}
        name={`filters.${index}.statusCode`}
        render={({ field }) => (
          <LabelledSelect
            label={t("status")}
            value={field.value}
            onChange={field.onChange}
            options={STATUSES.map((status) => ({ value: status === "302" && field.value !== "302" ? "" : status, label: status }))}
            problem={problems.at(`${base}.statusCode`)}
          />
        )}
      />
      <Controller
        control={control}
        name={`filters.${index}.scheme`}
        render={({ field }) => (
          <LabelledSelect
            label={t("scheme")}
            value={field.value}
            onChange={field.onChange}
            options={[
              { value: "", label: t("same") },
              { value: "http", label: "http" },
              { value: "https", label: "https" },
            ]}
            problem={problems.at(`${base}.scheme`)}
          />
        )}
      />
      <TextField
        {...register(`filters.${index}.port`)}
        label={t("port")}
        placeholder={t("same")}
        inputMode="numeric"
        autoComplete="off"
        problem={problems.at(`${base}.port`)}
      />
    </div>
  );
}
