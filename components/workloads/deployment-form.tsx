"use client";

import { type ReactNode, useId } from "react";
import { type Control, Controller, type UseFormRegister, useForm, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { FormDialog } from "@/components/services/form-dialog.tsx";
import { problemsByPath, type SortedProblems } from "@/components/services/problems-by-path.ts";
import { api } from "@/components/shell/api.ts";
import { UnlockNote } from "@/components/shell/unlock-note.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { deployCommand } from "./deploy-command.ts";
import { bodyOfValues, type DeploymentBody, type DeploymentValues, valuesOfDeployment } from "./deployment-values.ts";
import { type DeploymentView, useWorkloadWrite } from "./use-workloads.ts";

interface DeploymentFormProps {
  readonly service: string;
  readonly version: string;
  /** The deployment to change; a new one without it. */
  readonly deployment: DeploymentView | null;
  readonly onClose: () => void;
}

const FIELDS = [
  "command",
  "env",
  "replicas",
  "autoscale",
  "health",
  "nodes",
  "maxSurge",
  "maxUnavailable",
  "alpha",
  "gamma",
  "capacityRps",
];

/** Deploys a version, or changes how it is deployed. */
export function DeploymentForm({ service, version, deployment, onClose }: DeploymentFormProps) {
  const t = useTranslations("workloads.form");
  const subject = `${service} ${version}`;
  const { control, handleSubmit, register } = useForm<DeploymentValues>({ defaultValues: valuesOfDeployment(deployment) });
  const values = useWatch({ control }) as DeploymentValues;
  const { isPending, problem, run } = useWorkloadWrite({
    write: (body: DeploymentBody) =>
      api.call("PUT /api/v1/services/{service}/versions/{version}/deployment", {
        params: { service, version },
        body,
        idempotencyKey: crypto.randomUUID(),
      }),
    done: () => t("deployed", { subject }),
    onDone: onClose,
  });
  const problems = problemsByPath(problem, FIELDS);
  const form = { control, problems, register, values };
  const body = bodyOfValues(values);
  return (
    <FormDialog
      wide
      title={t(deployment === null ? "title" : "editTitle", { subject })}
      description={t(deployment === null ? "detail" : "rolls")}
      onClose={onClose}
      onSubmit={handleSubmit((input) => run(bodyOfValues(input)))}
      submit={isPending ? t("deploying") : t("deploy")}
      isPending={isPending}
      problem={problems.rest}
      command={{
        cli: deployCommand(service, version, body),
        method: "PUT",
        path: `/api/v1/services/${service}/versions/${version}/deployment`,
        body,
      }}
    >
      <UnlockNote />
      <TextField
        {...register("command")}
        mono
        label={t("command")}
        hint={t("commandHint")}
        placeholder="node server.js"
        problem={problems.at("command")}
      />
      <TextArea {...register("env")} mono rows={3} label={t("env")} hint={t("envHint")} problem={problems.at("env")} />
      <Scaling {...form} />
      <Health {...form} />
      <TextField
        {...register("nodes")}
        mono
        label={t("nodes")}
        hint={t("nodesHint")}
        placeholder="node-a node-b"
        problem={problems.at("nodes")}
      />
      <Replacing {...form} />
      <TextField
        {...register("capacity")}
        inputMode="decimal"
        label={t("capacity")}
        hint={t("capacityHint")}
        problem={problems.at("capacityRps")}
      />
      <TextField {...register("reason")} maxLength={2000} label={t("reason")} />
    </FormDialog>
  );
}

interface Form {
  readonly control: Control<DeploymentValues>;
  readonly problems: SortedProblems;
  readonly register: UseFormRegister<DeploymentValues>;
  readonly values: DeploymentValues;
}

/** A fixed number of instances, or as many as the load asks for. */
function Scaling({ control, problems, register, values }: Form) {
  const t = useTranslations("workloads.form");
  return (
    <Group title={t("scaling")}>
      <Choice
        control={control}
        name="scaling"
        label={t("scaling")}
        options={[
          { value: "fixed", label: t("fixed") },
          { value: "auto", label: t("auto") },
        ]}
      />
      {values.scaling === "fixed" ? (
        <TextField {...register("replicas")} inputMode="numeric" label={t("replicas")} problem={problems.at("replicas")} />
      ) : (
        <div className="grid grid-cols-2 items-start gap-3">
          <TextField {...register("min")} inputMode="numeric" label={t("min")} problem={problems.at("autoscale.min")} />
          <TextField {...register("max")} inputMode="numeric" label={t("max")} problem={problems.at("autoscale.max")} />
          <TextField {...register("targetRps")} inputMode="decimal" label={t("targetRps")} problem={problems.at("autoscale.targetRps")} />
          <TextField
            {...register("stabilisation")}
            label={t("stabilisation")}
            hint={t("stabilisationHint")}
            problem={problems.at("autoscale.stabilisationMs")}
          />
        </div>
      )}
    </Group>
  );
}

/** How it is found out that a process serves. */
function Health({ control, problems, register, values }: Form) {
  const t = useTranslations("workloads.form");
  return (
    <Group title={t("health")}>
      <Choice
        control={control}
        name="health"
        label={t("health")}
        options={[
          { value: "tcp", label: t("tcp") },
          { value: "http", label: t("http") },
        ]}
      />
      <div className="grid grid-cols-2 items-start gap-3">
        {values.health === "http" && <TextField {...register("path")} mono label={t("path")} problem={problems.at("health.path")} />}
        <TextField {...register("within")} label={t("within")} placeholder="60 s" problem={problems.at("health.startWithinMs")} />
      </div>
    </Group>
  );
}

/** Limits and pace of a roll. */
function Replacing({ problems, register }: Form) {
  const t = useTranslations("workloads.form");
  return (
    <Group title={t("replacing")}>
      <div className="grid grid-cols-2 items-start gap-3">
        <TextField {...register("maxSurge")} inputMode="numeric" label={t("maxSurge")} problem={problems.at("maxSurge")} />
        <TextField
          {...register("maxUnavailable")}
          inputMode="numeric"
          label={t("maxUnavailable")}
          problem={problems.at("maxUnavailable")}
        />
        <TextField {...register("gamma")} inputMode="decimal" label={t("gamma")} hint={t("shareHint")} problem={problems.at("gamma")} />
        <TextField {...register("alpha")} inputMode="decimal" label={t("alpha")} problem={problems.at("alpha")} />
      </div>
    </Group>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="grid gap-2.5 rounded-2 border border-line px-3.5 pb-3.5 pt-2">
      <legend className="px-1 text-sm font-[540] text-ink-2">{title}</legend>
      {children}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly control: Control<DeploymentValues>;
  readonly name: "scaling" | "health";
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function Choice({ control, name, label, options }: ChoiceProps) {
  const id = useId();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field }) => <Select id={id} label={label} value={field.value} onChange={field.onChange} options={options} />}
    />
  );
}
