"use client";

import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { FormDialog } from "@/components/services/form-dialog.tsx";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { quote } from "@/components/ui/quote.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { fieldOfTime, freezeId, timeOfField } from "./freeze-weeks.ts";
import { type Freeze, useFreezes, useGovernanceWrite } from "./use-governance.ts";

interface Values {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly weekly: boolean;
  readonly services: string;
  readonly reason: string;
}

const HOUR_MS = 3_600_000;

/** Adds a freeze, or changes one on the state that it was opened with. */
export function FreezeForm({ freeze, onClose }: { readonly freeze: Freeze | null; readonly onClose: () => void }) {
  const t = useTranslations("governance.freeze");
  const [values, setValues] = useState<Values>(() => valuesOf(freeze));
  const ids = (useFreezes().data?.items ?? []).map((other) => other.id);
  const id = freeze?.id ?? freezeId(values.name, ids);
  const body = bodyOf(values, freeze);
  const save = useGovernanceWrite(
    () => api.call("PUT /api/v1/freezes/{id}", { params: { id }, rev: freeze?.rev ?? 0, body }),
    () => {
      toast.success(t("saved", { name: values.name }));
      onClose();
    },
  );
  const problem = save.error && !isGivenUp(save.error) ? save.error : null;
  const problems = problemsByPath(problem, ["name", "from", "until", "services"]);
  const set = (part: Partial<Values>) => setValues({ ...values, ...part });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const services = body.services.map((service) => ` --service ${quote(service)}`).join("");
  const weekly = body.weekly ? " --weekly" : freeze?.weekly ? " --no-weekly" : "";
  const cli = `interlock freeze set ${id} --name ${quote(body.name)} --from ${body.from} --until ${body.until}${weekly}${services}`;
  return (
    <FormDialog
      title={freeze ? t("change", { name: freeze.name }) : t("new")}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t("save")}
      isPending={save.isPending}
      problem={problems.rest}
      command={{ cli, method: "PUT", path: `/api/v1/freezes/${id}`, body, rev: freeze?.rev ?? 0 }}
    >
      <TextField
        label={t("name")}
        hint={t("nameHint")}
        value={values.name}
        maxLength={100}
        autoComplete="off"
        problem={problems.at("name")}
        onChange={(event) => set({ name: event.target.value })}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          type="datetime-local"
          label={t("from")}
          value={values.from}
          problem={problems.at("from")}
          onChange={(event) => set({ from: event.target.value })}
        />
        <TextField
          type="datetime-local"
          label={t("until")}
          value={values.until}
          problem={problems.at("until")}
          onChange={(event) => set({ until: event.target.value })}
        />
      </div>
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={values.weekly} onChange={(event) => set({ weekly: event.target.checked })} />
        {t("weekly")}
      </label>
      <TextField
        mono
        label={t("services")}
        hint={t("servicesHint")}
        value={values.services}
        autoComplete="off"
        problem={problems.at("services")}
        onChange={(event) => set({ services: event.target.value })}
      />
      <TextField label={t("reason")} value={values.reason} maxLength={2000} onChange={(event) => set({ reason: event.target.value })} />
    </FormDialog>
  );
}

function valuesOf(freeze: Freeze | null): Values {
  if (freeze !== null) {
    const { from, name, services, until, weekly } = freeze;
    return { name, from: fieldOfTime(from), until: fieldOfTime(until), weekly, services: services.join(", "), reason: "" };
  }
  const nowMs = Date.now();
  const at = (ms: number) => fieldOfTime(new Date(ms).toISOString());
  return { name: "", from: at(nowMs), until: at(nowMs + 24 * HOUR_MS), weekly: false, services: "", reason: "" };
}

function bodyOf({ from, name, reason, services, until, weekly }: Values, freeze: Freeze | null) {
  const named = services.split(",").map((each) => each.trim());
  return {
    name,
    from: timeOfField(from, freeze?.from),
    until: timeOfField(until, freeze?.until),
    weekly,
    services: named.filter((each) => each !== ""),
    ...(reason !== "" && { reason }),
  };
}
