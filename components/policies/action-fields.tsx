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
          problem={problemAt(...pathsOf(index))}
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

function pathsOf(index: number): readonly string[] {
  return ["severity", "service", "instance", "weights", "replicas", "forMs", "channels"].map((field) => `actions[${index}].${field}`);
}

interface ActionRowProps {
  readonly action: ActionDraft;
  readonly problem: ReturnType<FieldsProps["problemAt"]>;
  readonly onChange: (fields: Partial<ActionDraft>) => void;
  readonly onRemove: () => void;
}

function ActionRow({ action, onChange, onRemove, problem }: ActionRowProps) {
  const t = useTranslations("policies.form");
  const names = useTranslations("policies.action");
  const severities = useTranslations("policies.severity");
  const value = action.kind in VALUES ? VALUES[action.kind as keyof typeof VALUES] : null;
  const hasTarget = action.kind !== "alert" && action.kind !== "notify";
  return (
    <div className="grid items-start gap-3 sm:grid-cols-[11rem_1fr_1fr_auto]">
      <LabelledSelect
        label={t("action")}
        value={action.kind}
        options={ACTION_KINDS.map((kind) => ({ value: kind as ActionDraft["kind"], label: names(kind) }))}
        onChange={(kind) => onChange({ kind, value: "" })}
      />
      {action.kind === "alert" && (
        <LabelledSelect
          label={t("severity")}
          value={action.severity}
          options={SEVERITIES.map((severity) => ({ value: severity, label: severities(severity) }))}
          onChange={(severity) => onChange({ severity })}
        />
      )}
      {hasTarget && (
        <TextField
          mono
          label={action.kind === "eject" || action.kind === "readmit" ? t("instance") : t("service")}
          placeholder={t("sameAsTrigger")}
          value={action.target}
          problem={value === null ? problem : null}
          onChange={(event) => onChange({ target: event.target.value })}
        />
      )}
      {value !== null ? (
        <TextField
          label={t(`value.${value}`)}
          value={action.value}
          problem={problem}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      ) : (
        <span />
      )}
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
