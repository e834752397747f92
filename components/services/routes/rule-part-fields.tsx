"use client";

import { type Control, Controller, type UseFormRegister, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import { LabelledSelect } from "./labelled-select.tsx";
import type { RouteValues } from "./route-values.ts";
import type { RuleProblems } from "./rule-problems.ts";

interface PartProps {
  readonly control: Control<RouteValues>;
  readonly register: UseFormRegister<RouteValues>;
  readonly problems: RuleProblems;
}

const TIMEOUTS = ["requestMs", "perTryMs", "idleMs"] as const;

/** How long a request of the rule may take. */
export function TimeoutFields({ register, problems }: PartProps) {
  const t = useTranslations("routes.form");
  const paths = TIMEOUTS.map((field) => `timeouts.${field}`);
  return (
    <>
      <div className="grid grid-cols-3 items-start gap-2">
        {TIMEOUTS.map((field) => (
          <TextField
            key={field}
            {...register(`timeouts.${field}`)}
            label={t(field)}
            autoComplete="off"
            problem={problems.at(`timeouts.${field}`)}
          />
        ))}
      </div>
      <FieldNote hint={`${t("timeHint")} ${t("policyHint")}`} problem={problems.besides("timeouts", paths)} />
    </>
  );
}

/** When a request of the rule is tried again. */
export function RetryFields({ register, problems }: PartProps) {
  const t = useTranslations("routes.form");
  return (
    <>
      <div className="grid grid-cols-3 items-start gap-2">
        <TextField
          {...register("retry.attempts")}
          label={t("attempts")}
          inputMode="numeric"
          autoComplete="off"
          problem={problems.at("retry.attempts")}
        />
        <TextField
          {...register("retry.codes")}
          label={t("codes")}
          hint={t("codesHint")}
          autoComplete="off"
          problem={problems.at("retry.codes")}
        />
        <TextField {...register("retry.backoffMs")} label={t("backoffMs")} autoComplete="off" problem={problems.at("retry.backoffMs")} />
      </div>
      <FieldNote
        hint={`${t("retryHint")} ${t("policyHint")}`}
        problem={problems.besides("retry", ["retry.attempts", "retry.codes", "retry.backoffMs"])}
      />
    </>
  );
}

/** Faults made on purpose. */
export function FaultFields({ register, problems }: PartProps) {
  const t = useTranslations("routes.form");
  return (
    <>
      <div className="grid grid-cols-3 items-start gap-2">
        <TextField
          {...register("fault.percent")}
          label={t("percent")}
          inputMode="decimal"
          autoComplete="off"
          problem={problems.at("fault.percent")}
        />
        <TextField {...register("fault.delayMs")} label={t("delayMs")} autoComplete="off" problem={problems.at("fault.delayMs")} />
        <TextField
          {...register("fault.abortStatus")}
          label={t("abortStatus")}
          inputMode="numeric"
          placeholder="503"
          autoComplete="off"
          problem={problems.at("fault.abortStatus")}
        />
      </div>
      <FieldNote hint={t("faultHint")} problem={problems.besides("fault", ["fault.percent", "fault.delayMs", "fault.abortStatus"])} />
    </>
  );
}

/** What keeps a caller on one version. */
export function StickinessFields({ control, register, problems }: PartProps) {
  const t = useTranslations("routes.form");
  const by = useWatch({ control, name: "stickiness.by" });
  return (
    <>
      <div className="grid grid-cols-3 items-start gap-2">
        <Controller
          control={control}
          name="stickiness.by"
          render={({ field }) => (
            <LabelledSelect
              label={t("stickyBy")}
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: "", label: t("stickyNone") },
                { value: "cookie", label: t("stickyCookie") },
                { value: "header", label: t("stickyHeader") },
              ]}
              problem={problems.at("stickiness.by")}
            />
          )}
        />
        {by !== "" && (
          <TextField
            {...register("stickiness.name")}
            mono
            label={t("stickyName")}
            autoComplete="off"
            className="col-span-2"
            problem={problems.at("stickiness.name")}
          />
        )}
      </div>
      <FieldNote hint={t("stickyHint")} problem={problems.besides("stickiness", ["stickiness.by", "stickiness.name"])} />
    </>
  );
}

/** The lane that requests of the rule enter. */
export function LaneFields({ register, problems }: PartProps) {
  const t = useTranslations("routes.form");
  return <TextField {...register("lane")} mono label={t("lane")} hint={t("laneHint")} autoComplete="off" problem={problems.at("lane")} />;
}
