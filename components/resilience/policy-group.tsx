"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { Tag } from "@/components/ui/tag.tsx";
import { FieldNote } from "@/components/ui/text-field.tsx";
import type { ProblemItem } from "@/lib/client/index.ts";
import { type PolicyEditorState, setCount, setField } from "./policy-editor-state.ts";
import { FIELD_NAMES, fieldText } from "./policy-fields.ts";
import { type PresetGroup, presetIn, presetsOf } from "./policy-presets.ts";
import type { Policy } from "./policy-values.ts";

interface PolicyGroupProps {
  readonly editor: PolicyEditorState;
  readonly title: string;
  readonly means: string;
  /** Parts of the policy that it shows. */
  readonly parts: readonly (keyof Policy)[];
  readonly presets?: PresetGroup;
  /** What is wrong and belongs to none of its fields. */
  readonly problem?: ProblemItem | null;
  readonly children: ReactNode;
}

/** Settings that belong together, what they are for, and whether any of them is set. */
export function PolicyGroup({ editor, title, means, parts, presets, problem, children }: PolicyGroupProps) {
  const t = useTranslations("resilience");
  const n = setCount(editor.draft, parts);
  return (
    <Card
      flush
      title={title}
      aside={
        <>
          {n === 0 ? <span className="text-xs text-ink-3">{t("setCount", { n })}</span> : <Tag tone="accent">{t("setCount", { n })}</Tag>}
          {presets && <Presets editor={editor} group={presets} />}
        </>
      }
    >
      <p className="px-4 pb-2.5 text-sm text-ink-2">{means}</p>
      {children}
      {problem && (
        <div className="px-4 pb-3">
          <FieldNote problem={problem} />
        </div>
      )}
    </Card>
  );
}

/** Settings that go well together, at one press; which of them holds now is marked. */
function Presets({ editor, group }: { readonly editor: PolicyEditorState; readonly group: PresetGroup }) {
  const t = useTranslations("resilience");
  const current = presetIn(group, editor.draft);
  const take = (settings: Readonly<Record<string, unknown>>) => {
    for (const field of FIELD_NAMES) {
      const [part, leaf = ""] = field.split(".");
      if (part === group) setField(editor, field, fieldText(field, settings[leaf]));
    }
  };
  return (
    <fieldset aria-label={t("presets")} className="ml-auto flex rounded-2 border border-line-2 p-px">
      {presetsOf(group).map(([name, settings]) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === current}
          onClick={() => take(settings)}
          className={classNames(
            "h-[22px] rounded-[5px] px-2 text-xs font-[540]",
            name === current ? "bg-accent-soft text-ink" : "text-ink-3 hover:text-ink",
          )}
        >
          {t(`preset.${name}`)}
        </button>
      ))}
    </fieldset>
  );
}
