"use client";

import { useTranslations } from "use-intl";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyFieldRows } from "./policy-field.tsx";
import { FIELD_NAMES } from "./policy-fields.ts";
import { PolicyGroup } from "./policy-group.tsx";
import type { PresetGroup } from "./policy-presets.ts";
import type { Policy } from "./policy-values.ts";

/** Groups that are nothing but figures: parts of the policy, and whether there are presets for them. */
const GROUPS = {
  outlier: { parts: ["outlierDetection"], presets: "outlierDetection" },
  breakers: { parts: ["circuitBreakers"], presets: "circuitBreakers" },
  retries: { parts: ["retries"], presets: "retries" },
  timeouts: { parts: ["timeouts"], presets: "timeouts" },
  warmup: { parts: ["slowStartMs", "panicThresholdPercent"], presets: null },
} as const satisfies Record<string, { readonly parts: readonly (keyof Policy)[]; readonly presets: PresetGroup | null }>;

/** A group of figures, each with its meaning, value and default. */
export function FiguresGroup({ editor, group }: { readonly editor: PolicyEditorState; readonly group: keyof typeof GROUPS }) {
  const t = useTranslations("resilience");
  const { parts, presets } = GROUPS[group];
  const fields = FIELD_NAMES.filter((field) => (parts as readonly string[]).includes(field.split(".")[0] ?? ""));
  return (
    <PolicyGroup
      editor={editor}
      title={t(`${group}.title`)}
      means={t(`${group}.means`)}
      parts={parts}
      {...(presets && { presets })}
      problem={parts.map((part) => editor.problems.besides(part, fields)).find((problem) => problem !== null) ?? null}
    >
      <PolicyFieldRows editor={editor} fields={fields} />
    </PolicyGroup>
  );
}
