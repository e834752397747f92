"use client";

import { Controller } from "react-hook-form";
import { useTranslations } from "use-intl";
import { LabelledSelect } from "@/components/services/routes/labelled-select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { OptionList } from "./option-list.tsx";
import type { PolicyEditorState } from "./policy-editor-state.ts";
import { PolicyGroup } from "./policy-group.tsx";
import type { BalancingKind, HashKind } from "./policy-values.ts";

const KINDS = [
  "leastRequest",
  "peakEwma",
  "roundRobin",
  "weighted",
  "random",
  "ringHash",
  "maglev",
] as const satisfies readonly BalancingKind[];
const HASH_KINDS = ["source", "header", "cookie", "query"] as const satisfies readonly HashKind[];

/** Which instance gets the next request. */
export function BalancingGroup({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience.balancing");
  const { defaults, form, values } = editor;
  const kind = values.balancing === "" ? defaults.loadBalancing.kind : values.balancing;
  const isHashing = kind === "ringHash" || kind === "maglev";
  const choose = (next: BalancingKind) => {
    form.setValue("balancing", next === defaults.loadBalancing.kind ? "" : next);
    // A hash needs to know of what; the caller's address is there in every request.
    if ((next === "ringHash" || next === "maglev") && values.hashKind === "") form.setValue("hashKind", "source");
  };
  return (
    <PolicyGroup
      editor={editor}
      title={t("title")}
      means={t("means")}
      parts={["loadBalancing"]}
      problem={editor.problems.besides("loadBalancing", ["loadBalancing.hashOn.name"])}
    >
      <OptionList
        label={t("title")}
        value={kind}
        standard={defaults.loadBalancing.kind}
        onChange={choose}
        options={KINDS.map((each) => ({ value: each, label: t(`kinds.${each}`), means: t(`kindMeans.${each}`) }))}
      />
      {(isHashing || values.hashKind !== "") && <HashFields editor={editor} />}
      <ZonePreference editor={editor} />
    </PolicyGroup>
  );
}

function HashFields({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience.balancing");
  const { form, problems, values } = editor;
  const hashKind = values.hashKind === "" ? "source" : values.hashKind;
  return (
    <div className="grid grid-cols-2 items-start gap-3 border-t border-line px-4 py-2.5">
      <Controller
        control={form.control}
        name="hashKind"
        render={({ field }) => (
          <LabelledSelect
            label={t("hashOn")}
            value={hashKind}
            onChange={field.onChange}
            options={HASH_KINDS.map((each) => ({ value: each, label: t(`hashKinds.${each}`) }))}
            hint={t("hashMeans")}
          />
        )}
      />
      {hashKind !== "source" && (
        <TextField
          {...form.register("hashName")}
          mono
          label={t("hashName", { kind: t(`hashKinds.${hashKind}`).toLowerCase() })}
          placeholder="x-user"
          autoComplete="off"
          problem={problems.at("loadBalancing.hashOn.name")}
        />
      )}
    </div>
  );
}

function ZonePreference({ editor }: { readonly editor: PolicyEditorState }) {
  const t = useTranslations("resilience.balancing");
  const { defaults, form, values } = editor;
  const isOn = values.zonePreference === "" ? defaults.loadBalancing.zonePreference : values.zonePreference === "on";
  const set = (next: boolean) => form.setValue("zonePreference", next === defaults.loadBalancing.zonePreference ? "" : next ? "on" : "off");
  return (
    <label className="grid cursor-pointer grid-cols-[16px_minmax(0,1fr)] gap-x-2 border-t border-line px-4 py-2">
      <input type="checkbox" className="mt-[3px] size-3.5 accent-accent" checked={isOn} onChange={(event) => set(event.target.checked)} />
      <span>
        <span className="text-sm font-[540]">{t("zone")}</span>
        <span className="block text-xs text-ink-2">{t("zoneMeans")}</span>
      </span>
    </label>
  );
}
