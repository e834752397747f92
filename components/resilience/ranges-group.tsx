"use client";

import { useTranslations } from "use-intl";
import { OptionList } from "./option-list.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyGroup } from "./policy-group.tsx";

const MODES = ["follow", "ignore"] as const;

/** Whether who comes from outside may ask for versions. */
export function RangesGroup({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience.ranges");
  const { defaults, form, values } = editor;
  return (
    <PolicyGroup editor={editor} title={t("title")} means={t("means")} parts={["ranges"]} problem={editor.problems.at("ranges")}>
      <OptionList
        label={t("title")}
        value={values.outsideRanges === "" ? defaults.ranges.fromOutside : values.outsideRanges}
        standard={defaults.ranges.fromOutside}
        onChange={(mode) => form.setValue("outsideRanges", mode === defaults.ranges.fromOutside ? "" : mode)}
        options={MODES.map((mode) => ({ value: mode, label: t(`modes.${mode}`), means: t(`modeMeans.${mode}`) }))}
      />
    </PolicyGroup>
  );
}
