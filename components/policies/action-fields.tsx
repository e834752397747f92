"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { SEVERITIES } from "@/lib/model/index.ts";
import { FieldGroup, type FieldsProps, LabelledSelect } from "./field-parts.tsx";
import { ACTION_KINDS, type ActionDraft, NEW_ACTION } from "./policy-draft.ts";

interface ActionFieldsProps {
  readonly actions: readonly ActionDraft[];
  readonly onChange: (actions: readonly ActionDraft[]) => void;
  readonly problemAt: FieldsProps["problemAt"];
}

const VALUES = { alert: "summary", notify: "channels", shift: "weights", scale: "replicas", eject: "span" } as const;

/** What a policy does, one after the other. */
export function ActionFields({ actions, onChange, problemAt }: ActionFieldsProps) {
  const t = useTranslations("policies.form");
  const set = (index: number, fields: Partial<ActionDraft>) =>
    onChange(actions.map((action, at) => (at === index ? { ...action, ...fields } : action)));
  const problem = problemAt("actions");
  return (
    <FieldGroup title={t("does")}>
      {actions.map((action, index) => (
        <ActionRow
          // biome-ignore lint/suspicious/noArrayIndexKey: an action is what stands at its place; it has no other name
          key={index}
          action={action}
          problemAt={(...fields) => problemAt(...fields.map((field) => `actions.${index}.${field}`))}
          onChange={(fields) => set(index, fields)}
          onRemove={() => onChange(actions.filter((_, at) => at !== index))}
        />
      ))}
      {problem && (
        <p role="alert" className="text-xs text-bad">
          {problem.detail} <span className="text-ink-2">{problem.fix}</span>
        </p>
      )}
      <div>
        <Button size="small" onClick={() => onChange([...actions, { ...NEW_ACTION, kind: "rollback" }])}>
          <Plus aria-hidden />
          {t("addAction")}
        </Button>
      </div>
    </FieldGroup>
  );
}

/** What each kind of action names, in the order of its fields. */
const NAMES: Partial<Record<ActionDraft["kind"], readonly ("service" | "instance" | "version")[]>> = {
  rollback: ["service"],
  pause: ["service"],
  restore: ["service"],
  shift: ["service"],
  scale: ["service", "version"],
  drain: ["service", "version"],
  restart: ["service", "instance"],
  eject: ["instance"],
  readmit: ["instance"],
};
const VALUE_PATHS = ["severity", "weights", "replicas", "forMs", "channels"] as const;

interface ActionRowProps {
  readonly action: ActionDraft;
  /** The first problem at one of its fields. */
  readonly problemAt: FieldsProps["problemAt"];
  readonly onChange: (fields: Partial<ActionDraft>) => void;
  readonly onRemove: () => void;
}

function ActionRow({ action, onChange, onRemove, problemAt }: ActionRowProps) {
  const t = useTranslations("policies.form");
  const names = useTranslations("policies.action");
  const severities = useTranslations("policies.severity");
  const value = action.kind in VALUES ? VALUES[action.kind as keyof typeof VALUES] : null;
  return (
    <div className="grid items-start gap-3 sm:grid-cols-[11rem_1fr_auto]">
      <LabelledSelect
        label={t("action")}
        value={action.kind}
        options={ACTION_KINDS.map((kind) => ({ value: kind as ActionDraft["kind"], label: names(kind) }))}
        onChange={(kind) => onChange({ kind, value: "" })}
      />
      <div className="grid items-start gap-3 sm:grid-cols-2">
        {action.kind === "alert" && (
          <LabelledSelect
            label={t("severity")}
            value={action.severity}
            options={SEVERITIES.map((severity) => ({ value: severity, label: severities(severity) }))}
            onChange={(severity) => onChange({ severity })}
          />
        )}
        {(NAMES[action.kind] ?? []).map((field) => (
          <TextField
            key={field}
            mono
            label={t(field)}
            placeholder={field === "version" && action.kind === "scale" ? t("mostWeight") : t("sameAsTrigger")}
            value={action[field]}
            problem={problemAt(field)}
            onChange={(event) => onChange({ [field]: event.target.value })}
          />
        ))}
        {value !== null && (
          <TextField
            label={t(`value.${value}`)}
            value={action.value}
            problem={problemAt(...VALUE_PATHS)}
            onChange={(event) => onChange({ value: event.target.value })}
          />
        )}
      </div>
      <Button
        kind="ghost"
        size="icon"
        className="mt-[22px]"
        aria-label={t("removeAction", { action: names(action.kind) })}
        onClick={onRemove}
      >
        <X aria-hidden />
      </Button>
    </div>
  );
}
