"use client";

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { Controller, useFieldArray } from "react-hook-form";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { Button } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/select.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyGroup } from "./policy-group.tsx";

interface FailoverProps {
  readonly editor: PolicyEditorState;
  /** Of the service, in order. */
  readonly versions: readonly string[];
}

/** Where requests go when what they should go to is unhealthy, in order. */
export function FailoverGroup({ editor, versions }: FailoverProps) {
  const t = useTranslations("resilience.failover");
  const { form, problems, values } = editor;
  const { fields, append, move, remove } = useFieldArray({ control: form.control, name: "failover" });
  const taken = new Set(values.failover.flatMap(({ kind, target }) => (kind === "version" ? [target] : [])));
  return (
    <PolicyGroup
      editor={editor}
      title={t("title")}
      means={t("means")}
      parts={["failover"]}
      problem={problems.besides(
        "failover",
        fields.map((_, index) => `failover.${index}`),
      )}
    >
      <ol className="border-t border-line">
        <li className="grid grid-cols-[18px_minmax(0,1fr)] items-center gap-2 px-4 py-2 text-ink-2">
          <span className="text-xs tabular-nums text-ink-3">1</span>
          {t("first")}
        </li>
        {fields.map((field, index) => (
          <li
            key={field.id}
            className="grid grid-cols-[18px_58px_minmax(0,1fr)_auto] items-center gap-x-2 border-t border-line px-4 py-1.5"
          >
            <span className="text-xs tabular-nums text-ink-3">{index + 2}</span>
            <span className="text-sm text-ink-2">{t(field.kind)}</span>
            <Target editor={editor} versions={versions} index={index} kind={field.kind} />
            <span className="flex">
              <Button
                kind="ghost"
                size="icon-small"
                disabled={index === 0}
                aria-label={t("up", { n: index + 2 })}
                onClick={() => move(index, index - 1)}
              >
                <ArrowUp aria-hidden />
              </Button>
              <Button
                kind="ghost"
                size="icon-small"
                disabled={index === fields.length - 1}
                aria-label={t("down", { n: index + 2 })}
                onClick={() => move(index, index + 1)}
              >
                <ArrowDown aria-hidden />
              </Button>
              <Button kind="ghost" size="icon-small" aria-label={t("remove", { n: index + 2 })} onClick={() => remove(index)}>
                <X aria-hidden />
              </Button>
            </span>
            <div className="col-start-3 col-end-5">
              <FieldNote problem={problems.at(`failover.${index}`)} />
            </div>
          </li>
        ))}
      </ol>
      {fields.length === 0 && <p className="border-t border-line px-4 py-2 text-xs text-ink-3">{t("empty")}</p>}
      <div className="flex gap-2 border-t border-line px-4 py-2.5">
        <Button size="small" onClick={() => append({ kind: "zone", target: "" })}>
          <Plus aria-hidden />
          {t("addZone")}
        </Button>
        <Button
          size="small"
          onClick={() => append({ kind: "version", target: versions.find((version) => !taken.has(version)) ?? versions[0] ?? "" })}
        >
          <Plus aria-hidden />
          {t("addVersion")}
        </Button>
      </div>
    </PolicyGroup>
  );
}

function Target({ editor, versions, index, kind }: FailoverProps & { readonly index: number; readonly kind: "zone" | "version" }) {
  const t = useTranslations("resilience.failover");
  const colours = useVersionColors(editor.service);
  if (kind === "zone") {
    return (
      <TextField
        {...editor.form.register(`failover.${index}.target`)}
        label={null}
        aria-label={`${t("step", { n: index + 2 })}: ${t("zoneName")}`}
        autoComplete="off"
        placeholder={t("zoneName")}
      />
    );
  }
  return (
    <Controller
      control={editor.form.control}
      name={`failover.${index}.target`}
      render={({ field }) => (
        <span className="flex items-center gap-2">
          <VersionSwatch colour={colours.get(field.value) ?? "var(--v0)"} />
          <Select
            mono
            className="min-w-0 flex-1"
            label={`${t("step", { n: index + 2 })}: ${t("version")}`}
            value={field.value}
            onChange={field.onChange}
            options={[...new Set([...versions, field.value])].filter(Boolean).map((version) => ({ value: version, label: version }))}
          />
        </span>
      )}
    />
  );
}
