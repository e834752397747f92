"use client";

import { RotateCcw } from "lucide-react";
import { useId } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { FieldNote } from "@/components/ui/text-field.tsx";
import { canonicalJson } from "@/lib/std/index.ts";
import { defaultText, type PolicyEditorState, setField } from "./policy-editor-state.ts";
import { POLICY_FIELDS, type PolicyField } from "./policy-fields.ts";
import { fieldKey, valueAt } from "./policy-values.ts";

/** One setting: what it is called and means, its value in place, its default, and the way back to it. */
export function PolicyFieldRow({ editor, field }: { readonly editor: PolicyEditorState; readonly field: PolicyField }) {
  const t = useTranslations("resilience");
  const id = useId();
  const text = editor.values.fields[fieldKey(field)] ?? "";
  const isSet = text.trim() !== "";
  const problem = editor.problems.at(field);
  const isDrafted = canonicalJson(valueAt(editor.draft, field) ?? null) !== canonicalJson(valueAt(editor.inForce, field) ?? null);
  const standard = defaultText(editor, field) || t("none");
  const label = t(`fields.${field}.label`);
  return (
    <div
      className={classNames(
        "grid grid-cols-[minmax(0,1fr)_auto_104px_24px] items-start gap-x-2 border-t border-line px-4 py-2",
        isDrafted && "shadow-[inset_2px_0_0_var(--accent)]",
      )}
    >
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-[540] text-ink">
          {label}
        </label>
        <p id={`${id}-means`} className="text-xs text-ink-3">
          {t(`fields.${field}.means`)}
        </p>
      </div>
      <span id={`${id}-default`} className="whitespace-nowrap pt-1.5 text-right text-xs text-ink-3">
        {isSet ? t("defaultIs", { value: standard }) : t("default")}
      </span>
      <span className="relative">
        <input
          {...editor.form.register(`fields.${fieldKey(field)}`)}
          id={id}
          autoComplete="off"
          spellCheck={false}
          placeholder={standard}
          aria-invalid={problem ? true : undefined}
          aria-describedby={`${id}-means ${id}-default ${id}-note`}
          className={classNames(
            "h-[28px] w-full rounded-2 border bg-sunken px-2 text-right text-sm tabular-nums text-ink placeholder:text-ink-2 hover:border-ink-3 focus-visible:border-accent aria-[invalid=true]:border-bad",
            isSet ? "border-ink-3" : "border-line-2",
            POLICY_FIELDS[field] === "percent" && "pr-6",
            POLICY_FIELDS[field] === "text" && "font-mono text-[12px]",
          )}
        />
        {POLICY_FIELDS[field] === "percent" && (
          <span aria-hidden className="pointer-events-none absolute right-2 top-[5px] text-sm text-ink-3">
            %
          </span>
        )}
      </span>
      <div>
        {isSet && (
          <Button
            kind="ghost"
            size="icon-small"
            className="mt-0.5"
            aria-label={t("reset", { setting: label })}
            title={t("reset", { setting: label })}
            onClick={() => setField(editor, field, "")}
          >
            <RotateCcw aria-hidden />
          </Button>
        )}
      </div>
      <div className="col-span-4">
        <FieldNote id={`${id}-note`} problem={problem} />
      </div>
    </div>
  );
}

/** Settings one under the other. */
export function PolicyFieldRows({ editor, fields }: { readonly editor: PolicyEditorState; readonly fields: readonly PolicyField[] }) {
  return fields.map((field) => <PolicyFieldRow key={field} editor={editor} field={field} />);
}
