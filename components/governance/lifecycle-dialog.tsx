"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { FormDialog } from "@/components/services/form-dialog.tsx";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { quote } from "@/components/ui/quote.ts";
import { Select } from "@/components/ui/select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { queryKeys, type Version } from "@/lib/client/index.ts";
import { LIFECYCLE_STAGES, type LifecycleStage } from "@/lib/model/index.ts";
import { fieldOfTime, timeOfField, utcText } from "./freeze-weeks.ts";
import { useGovernanceWrite } from "./use-governance.ts";

interface Values {
  readonly stage: LifecycleStage;
  readonly isLater: boolean;
  readonly at: string;
  readonly sunset: string;
  readonly reason: string;
}

/** Moves a version to a stage, now or at a time, and says when it stops to be served. */
export function LifecycleDialog({ version, onClose }: { readonly version: Version; readonly onClose: () => void }) {
  const t = useTranslations("governance.lifecycle");
  const id = useId();
  const client = useQueryClient();
  const [opened] = useState(version);
  const [values, setValues] = useState<Values>(() => valuesOf(version));
  const subject = `${opened.service} ${opened.version}`;
  const body = bodyOf(values, opened);
  const params = { service: opened.service, version: opened.version };
  const save = useGovernanceWrite(
    () => api.call("PUT /api/v1/services/{service}/versions/{version}/lifecycle", { params, rev: opened.rev, body }),
    () => {
      const stage = t(`stage.${values.stage}`);
      toast.success(
        typeof body.at === "string" ? t("scheduled", { subject, stage, at: `${utcText(body.at)} UTC` }) : t("saved", { subject, stage }),
      );
      onClose();
      void client.invalidateQueries({ queryKey: queryKeys.services() });
    },
  );
  const problem = save.error && !isGivenUp(save.error) ? save.error : null;
  const problems = problemsByPath(problem, ["at", "sunset"]);
  const set = (part: Partial<Values>) => setValues({ ...values, ...part });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <FormDialog
      title={t("title", { subject })}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t("save")}
      isPending={save.isPending}
      problem={problems.rest}
      command={{
        cli: cliOf(values, opened),
        method: "PUT",
        path: `/api/v1/services/${opened.service}/versions/${opened.version}/lifecycle`,
        body,
        rev: opened.rev,
      }}
    >
      <div className="grid grid-cols-2 gap-3">
        <div className="grid gap-1">
          <label htmlFor={`${id}-stage`} className="text-sm font-[540] text-ink-2">
            {t("to")}
          </label>
          <Select
            id={`${id}-stage`}
            value={values.stage}
            onChange={(stage) => set({ stage: stage as LifecycleStage })}
            options={LIFECYCLE_STAGES.map((stage) => ({ value: stage, label: t(`stage.${stage}`) }))}
          />
        </div>
        <div className="grid gap-1">
          <label htmlFor={`${id}-when`} className="text-sm font-[540] text-ink-2">
            {t("when")}
          </label>
          <Select
            id={`${id}-when`}
            value={values.isLater ? "later" : "now"}
            onChange={(when) => set({ isLater: when === "later" })}
            options={[
              { value: "now", label: t("now") },
              { value: "later", label: t("at") },
            ]}
          />
        </div>
      </div>
      {values.isLater && (
        <TextField
          type="datetime-local"
          label={t("time")}
          value={values.at}
          problem={problems.at("at")}
          onChange={(event) => set({ at: event.target.value })}
        />
      )}
      {values.stage === "retired" && <p className="text-sm text-warn">{t("retiredNote")}</p>}
      <TextField
        type="datetime-local"
        label={t("sunsetDate")}
        hint={t("sunsetHint")}
        value={values.sunset}
        problem={problems.at("sunset")}
        onChange={(event) => set({ sunset: event.target.value })}
      />
      <TextField label={t("reason")} value={values.reason} maxLength={2000} onChange={(event) => set({ reason: event.target.value })} />
    </FormDialog>
  );
}

function valuesOf({ lifecycle }: Version): Values {
  const { next, stage, sunset } = lifecycle;
  return {
    stage: next?.stage ?? stage,
    isLater: next !== undefined,
    at: next === undefined ? fieldOfTime(new Date(Date.now() + 86_400_000).toISOString()) : fieldOfTime(next.at),
    sunset: sunset === undefined ? "" : fieldOfTime(sunset),
    reason: "",
  };
}

function bodyOf({ at, isLater, reason, stage, sunset }: Values, { lifecycle }: Pick<Version, "lifecycle">) {
  const isSame = lifecycle.sunset !== undefined && fieldOfTime(lifecycle.sunset) === sunset;
  // "At once" ends what was scheduled, also where the stage stays as it is.
  const when = isLater ? timeOfField(at, lifecycle.next?.at) : lifecycle.next === undefined ? undefined : null;
  return {
    stage,
    ...(when !== undefined && { at: when }),
    ...(!isSame && { sunset: sunset === "" ? null : timeOfField(sunset) }),
    ...(reason !== "" && { reason }),
  };
}

function cliOf(values: Values, { lifecycle, service, version }: Version): string {
  const { at, reason, stage, sunset } = bodyOf(values, { lifecycle });
  const options = [
    ...(at === undefined ? [] : [`--at ${at ?? "none"}`]),
    ...(sunset === undefined || (sunset === null && lifecycle.sunset === undefined) ? [] : [`--sunset ${sunset ?? "none"}`]),
    ...(reason === undefined ? [] : [`--reason ${quote(reason)}`]),
  ];
  return ["interlock", "lifecycle", `${service}@${version}`, stage, ...options].join(" ");
}
