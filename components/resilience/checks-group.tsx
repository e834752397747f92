"use client";

import { useTranslations } from "use-intl";
import { OptionList } from "./option-list.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyFieldRows } from "./policy-field.tsx";
import { FIELD_NAMES } from "./policy-fields.ts";
import { PolicyGroup } from "./policy-group.tsx";
import { isHeard } from "./policy-values.ts";

const KINDS = ["off", "http", "tcp"] as const;

const FIELDS = FIELD_NAMES.filter((field) => field.startsWith("healthChecks."));

/** Whether and how the proxies ask instances for their health. */
export function ChecksGroup({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience.checks");
  const { defaults, form, values } = editor;
  const kind = values.checks === "" ? defaults.healthChecks.kind : values.checks;
  return (
    <PolicyGroup
      editor={editor}
      title={t("title")}
      means={t("means")}
      parts={["healthChecks"]}
      problem={editor.problems.besides("healthChecks", FIELDS)}
    >
      <OptionList
        label={t("title")}
        value={kind}
        standard={defaults.healthChecks.kind}
        onChange={(next) => form.setValue("checks", next === defaults.healthChecks.kind ? "" : next)}
        options={KINDS.map((each) => ({ value: each, label: t(`kinds.${each}`), means: t(`kindMeans.${each}`) }))}
      />
      <PolicyFieldRows editor={editor} fields={FIELDS.filter((field) => isHeard(field, values))} />
    </PolicyGroup>
  );
}
