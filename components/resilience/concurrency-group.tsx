"use client";

import { useTranslations } from "use-intl";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyFieldRows } from "./policy-field.tsx";
import { PolicyGroup } from "./policy-group.tsx";

const FIELDS = ["adaptiveConcurrency.minLimit", "adaptiveConcurrency.maxLimit"] as const;

/** A limit that follows the latency. */
export function ConcurrencyGroup({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience");
  const { defaults, form, values } = editor;
  const isOn = values.adaptive === "" ? defaults.adaptiveConcurrency.enabled : values.adaptive === "on";
  const set = (next: boolean) => form.setValue("adaptive", next === defaults.adaptiveConcurrency.enabled ? "" : next ? "on" : "off");
  const isShown = isOn || FIELDS.some((field) => editor.problems.at(field) !== null);
  return (
    <PolicyGroup
      editor={editor}
      title={t("concurrency.title")}
      means={t("concurrency.means")}
      parts={["adaptiveConcurrency"]}
      problem={editor.problems.besides("adaptiveConcurrency", FIELDS)}
    >
      <label className="flex cursor-pointer items-center gap-2 border-t border-line px-4 py-2">
        <input type="checkbox" className="size-3.5 accent-accent" checked={isOn} onChange={(event) => set(event.target.checked)} />
        <span className="text-sm font-[540]">{t("concurrency.on")}</span>
        {!isOn && <span className="text-xs text-ink-3">{t("default")}</span>}
      </label>
      {isShown && <PolicyFieldRows editor={editor} fields={FIELDS} />}
    </PolicyGroup>
  );
}
