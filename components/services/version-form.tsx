"use client";

import { Plus, X } from "lucide-react";
import { type Control, type UseFormRegister, useFieldArray, useForm, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { api } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { ProblemItem, Version } from "@/lib/client/index.ts";
import { FormDialog } from "./form-dialog.tsx";
import { problemsByPath } from "./problems-by-path.ts";
import { typedNumber } from "./typed-number.ts";
import { useRegistryWrite } from "./use-registry-write.ts";

interface VersionValues {
  version: string;
  capacity: string;
  requirements: { service: string; range: string }[];
}

interface VersionFormProps {
  readonly service: string;
  /** The version to change; a new one is registered without it. */
  readonly version: Version | null;
  readonly rev: number;
  readonly onClose: () => void;
}

/** Registers a version, or changes what one requires and carries. */
export function VersionForm({ service, version, rev, onClose }: VersionFormProps) {
  const t = useTranslations("services.form");
  const common = useTranslations("common");
  const { register, handleSubmit, control } = useForm<VersionValues>({ defaultValues: valuesOf(version) });
  const values = useWatch({ control });
  const subject = `${service} ${values.version || ""}`.trim();
  const requirements = requirementsOf(values.requirements ?? []);
  const capacityRps = typedNumber(values.capacity);
  const params = { service, version: version?.version ?? "" };
  const { run, isPending, problem } = useRegistryWrite({
    write: (input: VersionValues) => {
      const wanted = { requirements: requirementsOf(input.requirements) };
      const capacity = typedNumber(input.capacity);
      return version
        ? api.call("PATCH /api/v1/services/{service}/versions/{version}", {
            params,
            body: { ...wanted, capacityRps: capacity ?? null },
            rev,
          })
        : api.call("POST /api/v1/services/{service}/versions", {
            params: { service },
            body: { version: input.version, ...wanted, ...(capacity !== undefined && { capacityRps: capacity }) },
            idempotencyKey: crypto.randomUUID(),
          });
    },
    done: () => (version ? t("saved") : t("registered", { subject })),
    onDone: onClose,
  });
  const problems = problemsByPath(problem, ["version", "capacityRps", "requirements"]);
  return (
    <FormDialog
      title={version ? t("editVersion", { subject: `${service} ${version.version}` }) : t("versionTitle", { service })}
      {...(!version && { description: t("versionDetail") })}
      onClose={onClose}
      onSubmit={handleSubmit((input) => run(input))}
      submit={version ? common("save") : t("submit")}
      isPending={isPending}
      problem={problems.rest}
      command={{
        cli: "interlock apply -f mesh.yaml",
        method: version ? "PATCH" : "POST",
        path: `/api/v1/services/${service}/versions${version ? `/${version.version}` : ""}`,
        body: { ...(!version && { version: values.version ?? "" }), requirements, ...(capacityRps !== undefined && { capacityRps }) },
        rev: version ? rev : undefined,
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
      <Requirements control={control} register={register} problem={problems.at("requirements")} />
      <TextField
        {...register("capacity")}
        label={t("capacity")}
        hint={t("capacityHint")}
        inputMode="decimal"
        autoComplete="off"
        problem={problems.at("capacityRps")}
      />
    </FormDialog>
  );
}

interface RequirementsProps {
  readonly control: Control<VersionValues>;
  readonly register: UseFormRegister<VersionValues>;
  readonly problem: ProblemItem | null;
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

function valuesOf(version: Version | null): VersionValues {
  return {
    version: version?.version ?? "",
    capacity: version?.capacityRps === undefined ? "" : String(version.capacityRps),
    requirements: Object.entries(version?.requirements ?? {}).map(([service, range]) => ({ service, range })),
  };
}

function requirementsOf(rows: readonly { readonly service?: string; readonly range?: string }[]): Record<string, string> {
  return Object.fromEntries(
    rows.filter((row) => row.service || row.range).map((row) => [(row.service ?? "").trim(), (row.range ?? "").trim()]),
  );
}
