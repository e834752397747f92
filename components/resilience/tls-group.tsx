"use client";

import { useTranslations } from "use-intl";
import { OptionList } from "./option-list.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyGroup } from "./policy-group.tsx";

const MODES = ["permissive", "strict"] as const;

/** Whether plain HTTP is a way in. */
export function TlsGroup({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience.tls");
  const { defaults, form, values } = editor;
  return (
    <PolicyGroup editor={editor} title={t("title")} means={t("means")} parts={["tls"]} problem={editor.problems.at("tls")}>
      <OptionList
        label={t("title")}
        value={values.tls === "" ? defaults.tls.mode : values.tls}
        standard={defaults.tls.mode}
        onChange={(mode) => form.setValue("tls", mode === defaults.tls.mode ? "" : mode)}
        options={MODES.map((mode) => ({ value: mode, label: t(`modes.${mode}`), means: t(`modeMeans.${mode}`) }))}
      />
    </PolicyGroup>
  );
}
