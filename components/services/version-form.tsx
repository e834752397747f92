"use client";

import { Plus, X } from "lucide-react";
import { useState } from "react";
import { type Control, type UseFormRegister, useFieldArray, useForm, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { api } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { ProblemItem, Version } from "@/lib/client/index.ts";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { problemsByPath } from "./problems-by-path.ts";
import { staleEditOf } from "./stale-edit.ts";
import { useRegistryWrite } from "./use-registry-write.ts";
import {
  detailsOfValues,
  detailsOfVersion,
  registrationOfValues,
  serviceNamedTwice,
  type VersionValues,
  valuesOfVersion,
} from "./version-values.ts";

interface VersionFormProps {
  readonly service: string;
  /** The version to change; a new one is registered without it. */
  readonly version: Version | null;
  readonly onClose: () => void;
}

/** Registers a version, or changes what one requires and carries, on the state that it was opened with. */
export function VersionForm({ service, version: live, onClose }: VersionFormProps) {
  const t = useTranslations("services.form");
  const common = useTranslations("common");
  const [version, setOpened] = useState(live);
  const { register, handleSubmit, control, reset } = useForm<VersionValues>({ defaultValues: valuesOfVersion(version) });
  const values = useWatch({ control }) as VersionValues;
  const { run, isPending, problem, forget } = useRegistryWrite({
    write: (input: VersionValues) => writeVersion(service, version, input),
    done: (input) => (version ? t("saved") : t("registered", { subject: `${service} ${input.version}` })),
    onDone: onClose,
  });
  const stale = version && staleEditOf(problem, detailsOfVersion(version), (state: Version) => detailsOfVersion(state));
  const twice = serviceNamedTwice(values.requirements);
  const problems = problemsByPath(stale ? null : problem, ["version", "capacityRps", "requirements"]);
  const reopen = (now: Exclude<NonNullable<typeof stale>, { readonly kind: "gone" }>) => {
    const { capacityRps: _, ...rest } = version as Version;
    const { requirements, capacityRps } = now.now;
    setOpened({ ...rest, requirements, ...(capacityRps !== null && { capacityRps }), rev: now.rev });
    forget();
  };
  return (
    <FormDialog
      title={version ? t("editVersion", { subject: `${service} ${version.version}` }) : t("versionTitle", { service })}
      {...(!version && { description: t("versionDetail") })}
      onClose={onClose}
      onSubmit={handleSubmit((input) => serviceNamedTwice(input.requirements) === null && run(input))}
      submit={version ? common("save") : t("submit")}
      isPending={isPending}
      problem={problems.rest}
      command={{
        cli: "interlock apply -f mesh.yaml",
        method: version ? "PATCH" : "POST",
        path: `/api/v1/services/${service}/versions${version ? `/${version.version}` : ""}`,
        body: version ? detailsOfValues(values) : registrationOfValues(values),
        rev: version?.rev,
      }}
    >
      {!version && (
        <TextField
          {...register("version")}
          mono
          label={t("version")}
          hint={t("versionHint")}
          placeholder="1.4.0"
          autoComplete="off"
          problem={problems.at("version")}
        />
      )}
      <Requirements
        control={control}
        register={register}
        problem={
          twice === null
            ? problems.at("requirements")
            : { detail: t("requirementTwice", { service: twice }), fix: t("requirementTwiceFix") }
        }
      />
      <TextField
        {...register("capacity")}
        label={t("capacity")}
        hint={t("capacityHint")}
        inputMode="decimal"
        autoComplete="off"
        problem={problems.at("capacityRps")}
      />
      {stale && (
        <ChangedMeanwhile
          service={service}
          stale={stale}
          mine={detailsOfValues(values)}
          onMine={stale.kind === "gone" ? null : () => reopen(stale)}
          onTheirs={
            stale.kind === "gone"
              ? null
              : () => {
                  reset(valuesOfVersion({ version: values.version, ...stale.now }));
                  reopen(stale);
                }
          }
        />
      )}
    </FormDialog>
  );
}

function writeVersion(service: string, version: Version | null, values: VersionValues) {
  return version
    ? api.call("PATCH /api/v1/services/{service}/versions/{version}", {
        params: { service, version: version.version },
        body: detailsOfValues(values),
        rev: version.rev,
      })
    : api.call("POST /api/v1/services/{service}/versions", {
        params: { service },
        body: registrationOfValues(values),
        idempotencyKey: crypto.randomUUID(),
      });
}

interface RequirementsProps {
  readonly control: Control<VersionValues>;
  readonly register: UseFormRegister<VersionValues>;
  readonly problem: Pick<ProblemItem, "detail" | "fix"> | null;
}

function Requirements({ control, register, problem }: RequirementsProps) {
  const t = useTranslations("services.form");
  const { fields, append, remove } = useFieldArray({ control, name: "requirements" });
  const { services } = useTopologyShape();
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-[540] text-ink-2">{t("requirements")}</legend>
      <datalist id="known-services">
        {services.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {fields.map((field, index) => (
        <div key={field.id} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-end gap-2">
          <TextField
            {...register(`requirements.${index}.service`)}
            mono
            label={t("requirementService")}
            list="known-services"
            autoComplete="off"
          />
          <TextField
            {...register(`requirements.${index}.range`)}
            mono
            label={t("requirementRange")}
            placeholder="^2.1.0"
            autoComplete="off"
          />
          <Button kind="ghost" size="icon" aria-label={t("removeRequirement", { n: index + 1 })} onClick={() => remove(index)}>
            <X aria-hidden />
          </Button>
        </div>
      ))}
      <FieldNote hint={t("requirementsHint")} problem={problem} />
      <Button size="small" className="justify-self-start" onClick={() => append({ service: "", range: "" })}>
        <Plus aria-hidden />
        {t("addRequirement")}
      </Button>
    </fieldset>
  );
}
