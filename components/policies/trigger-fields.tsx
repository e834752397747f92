"use client";

import { useTranslations } from "use-intl";
import { TextField } from "@/components/ui/text-field.tsx";
import { POLICY_KINDS } from "@/lib/model/index.ts";
import { METRIC_NAMES, METRICS, POLICY_EVENTS } from "@/lib/policy/index.ts";
import { FieldGroup, type FieldsProps, LabelledSelect } from "./field-parts.tsx";

const TRIGGERS = ["metric", "event", "schedule", "growth"] as const;
const LIMITS = ["step", "ready", "figure"] as const;

/** What a policy is called, and what sets it off. */
export function TriggerFields(props: FieldsProps) {
  const t = useTranslations("policies.form");
  const kinds = useTranslations("policies.kind");
  const { draft, onChange, problemAt } = props;
  return (
    <>
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_11rem]">
        <TextField
          label={t("name")}
          value={draft.name}
          problem={draft.name === "" ? null : problemAt("name")}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <LabelledSelect
          label={t("kind")}
          value={draft.kind}
          options={POLICY_KINDS.map((value) => ({ value, label: kinds(value) }))}
          onChange={(kind) => onChange({ kind })}
        />
      </div>
      <FieldGroup title={t("when")}>
        <LabelledSelect
          label={t("trigger")}
          value={draft.trigger}
          options={TRIGGERS.map((value) => ({ value, label: t(`triggers.${value}`) }))}
          onChange={(trigger) => onChange(trigger === "growth" ? { trigger, kind: "prevention" } : { trigger })}
        />
        {draft.trigger === "metric" && <MetricFields {...props} />}
        {draft.trigger === "event" && <EventFields {...props} />}
        {draft.trigger === "schedule" && (
          <TextField
            mono
            label={t("schedule")}
            hint={t("scheduleHint")}
            value={draft.schedule}
            placeholder="0 22 * * 5"
            problem={draft.schedule === "" ? null : problemAt("trigger.schedule")}
            onChange={(event) => onChange({ schedule: event.target.value })}
          />
        )}
        {draft.trigger === "growth" && <GrowthFields {...props} />}
      </FieldGroup>
    </>
  );
}

function MetricFields({ draft, onChange, problemAt }: FieldsProps) {
  const t = useTranslations("policies.form");
  return (
    <>
      <Expression {...{ draft, onChange }} problem={problemAt("trigger.metric")} />
      <div className="grid items-start gap-3 sm:grid-cols-[8rem_1fr_1fr_1fr]">
        <Side value={draft.side} onChange={(side) => onChange({ side })} />
        <TextField
          label={t("bound")}
          hint={t("boundHint")}
          value={draft.bound}
          problem={problemAt("trigger.above", "trigger.below")}
          onChange={(event) => onChange({ bound: event.target.value })}
        />
        <TextField
          label={t("held")}
          value={draft.held}
          problem={problemAt("trigger.forMs")}
          onChange={(event) => onChange({ held: event.target.value })}
        />
        <TextField
          label={t("clear")}
          value={draft.clear}
          placeholder="30 s"
          problem={problemAt("trigger.resolveForMs")}
          onChange={(event) => onChange({ clear: event.target.value })}
        />
      </div>
    </>
  );
}

interface ExpressionProps extends Pick<FieldsProps, "draft" | "onChange"> {
  readonly problem: ReturnType<FieldsProps["problemAt"]>;
}

function Expression({ draft, onChange, problem }: ExpressionProps) {
  const t = useTranslations("policies.form");
  return (
    <div className="grid gap-1.5">
      <TextField
        mono
        label={t("metric")}
        hint={t("metricHint")}
        value={draft.metric}
        problem={problem}
        onChange={(event) => onChange({ metric: event.target.value })}
      />
      <details className="text-xs text-ink-2">
        <summary className="cursor-pointer text-ink-3">{t("metrics")}</summary>
        <dl className="mt-1.5 grid max-h-44 grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 overflow-y-auto rounded-2 border border-line bg-sunken px-3 py-2">
          {METRIC_NAMES.map((name) => (
            <div key={name} className="contents">
              <dt className="mono">{name}</dt>
              <dd>{METRICS[name].says}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}

/** Which side of the bound is meant. */
export function Side({ onChange, value }: { readonly value: "above" | "below"; readonly onChange: (side: "above" | "below") => void }) {
  const t = useTranslations("policies.form");
  return (
    <LabelledSelect
      label={t("side")}
      value={value}
      options={[
        { value: "above", label: t("above") },
        { value: "below", label: t("below") },
      ]}
      onChange={onChange}
    />
  );
}

function EventFields({ draft, onChange, problemAt }: FieldsProps) {
  const t = useTranslations("policies.form");
  return (
    <div className="grid items-start gap-3 sm:grid-cols-3">
      <TextField
        mono
        list="policy-events"
        label={t("event")}
        hint={t("eventHint")}
        value={draft.event}
        problem={draft.event === "" ? null : problemAt("trigger.event")}
        onChange={(event) => onChange({ event: event.target.value })}
      />
      <datalist id="policy-events">
        {POLICY_EVENTS.map((kind) => (
          <option key={kind} value={kind} />
        ))}
      </datalist>
      <TextField
        mono
        label={t("subject")}
        hint={t("subjectHint")}
        value={draft.subject}
        onChange={(event) => onChange({ subject: event.target.value })}
      />
      <TextField
        label={t("quiet")}
        value={draft.clear}
        placeholder="5 min"
        problem={problemAt("trigger.resolveForMs")}
        onChange={(event) => onChange({ clear: event.target.value })}
      />
    </div>
  );
}

function GrowthFields({ draft, onChange, problemAt }: FieldsProps) {
  const t = useTranslations("policies.form");
  const isFigure = draft.limit === "figure";
  return (
    <>
      <div className="grid items-start gap-3 sm:grid-cols-3">
        <LabelledSelect
          label={t("limit")}
          value={draft.limit}
          options={LIMITS.map((value) => ({ value, label: t(`limits.${value}`) }))}
          onChange={(limit) => onChange({ limit })}
        />
        {!isFigure && (
          <TextField
            label={t("limitValue")}
            value={draft.limitValue}
            placeholder={draft.limit === "step" ? "25%" : "2"}
            problem={draft.limitValue === "" ? null : problemAt("trigger.growth.maxStepBp", "trigger.growth.minReady")}
            onChange={(event) => onChange({ limitValue: event.target.value })}
          />
        )}
        <TextField
          mono
          label={t("service")}
          hint={t("serviceHint")}
          value={draft.subject}
          problem={problemAt("trigger.service")}
          onChange={(event) => onChange({ subject: event.target.value })}
        />
      </div>
      {isFigure && (
        <>
          <Expression {...{ draft, onChange }} problem={problemAt("trigger.growth.metric")} />
          <div className="grid items-start gap-3 sm:grid-cols-[8rem_1fr]">
            <Side value={draft.side} onChange={(side) => onChange({ side })} />
            <TextField
              label={t("bound")}
              hint={t("boundHint")}
              value={draft.bound}
              problem={problemAt("trigger.growth.above", "trigger.growth.below")}
              onChange={(event) => onChange({ bound: event.target.value })}
            />
          </div>
        </>
      )}
    </>
  );
}
