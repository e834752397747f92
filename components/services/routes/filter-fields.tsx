"use client";

import { Plus, X } from "lucide-react";
import { useFieldArray } from "react-hook-form";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import type { FilterProps } from "./filter-props.ts";
import { type FilterType, newFilter } from "./filter-values.ts";
import { HeaderEditFields } from "./header-edit-fields.tsx";
import { MirrorFields } from "./mirror-fields.tsx";
import { RewriteFields } from "./rewrite-fields.tsx";

const TYPES = ["RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "RequestRedirect", "RequestMirror"] as const;

/** Everything that the rule does to a request beside choosing a version. */
export function FilterFields({ control, register, problems, service }: Omit<FilterProps, "index"> & { readonly service: string }) {
  const t = useTranslations("routes.form");
  const { fields, append, remove } = useFieldArray({ control, name: "filters" });
  const present = new Set<FilterType>(fields.map(({ type }) => type));
  return (
    <>
      {fields.map((field, index) => (
        <fieldset key={field.id} className="grid gap-3 rounded-2 border border-line-2 px-3 pb-3 pt-1">
          <legend className="px-1 text-sm font-[560] text-ink-2">{t(`types.${field.type}`)}</legend>
          <OneFilter type={field.type} control={control} register={register} index={index} problems={problems} service={service} />
          <Button kind="ghost" size="small" className="-mb-1 -mr-2 justify-self-end" onClick={() => remove(index)}>
            <X aria-hidden />
            {t("removeFilter", { n: index + 1 })}
          </Button>
        </fieldset>
      ))}
      <div>
        <Menu
          align="start"
          trigger={
            <Button size="small">
              <Plus aria-hidden />
              {t("addFilter")}
            </Button>
          }
        >
          {TYPES.map((type) => (
            <MenuItem key={type} disabled={type !== "RequestMirror" && present.has(type)} onSelect={() => append(newFilter(type))}>
              {t(`types.${type}`)}
              {type !== "RequestMirror" && present.has(type) && <span className="ml-auto pl-3 text-xs text-ink-3">{t("filterOnce")}</span>}
            </MenuItem>
          ))}
        </Menu>
      </div>
    </>
  );
}

function OneFilter({ type, service, ...props }: FilterProps & { readonly type: FilterType; readonly service: string }) {
  switch (type) {
    case "RequestHeaderModifier":
      return <HeaderEditFields {...props} part="requestHeaderModifier" />;
    case "ResponseHeaderModifier":
      return <HeaderEditFields {...props} part="responseHeaderModifier" />;
    case "URLRewrite":
      return <RewriteFields {...props} part="urlRewrite" />;
    case "RequestRedirect":
      return <RewriteFields {...props} part="requestRedirect" />;
    case "RequestMirror":
      return <MirrorFields {...props} service={service} />;
  }
}
