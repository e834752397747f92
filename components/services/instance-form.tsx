"use client";

import { Controller, useForm, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { api } from "@/components/shell/api.ts";
import { Select } from "@/components/ui/select.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import type { Service } from "@/lib/client/index.ts";
import { FormDialog } from "./form-dialog.tsx";
import { problemsByPath } from "./problems-by-path.ts";
import { typedNumber } from "./typed-number.ts";
import { useRegistryWrite } from "./use-registry-write.ts";

const NO_NODE = "";

/** Registers a static instance of a version. */
export function InstanceForm({ service, onClose }: { readonly service: Service; readonly onClose: () => void }) {
  const t = useTranslations("services.form");
  const common = useTranslations("common");
  const instances = useTranslations("services.instances");
  const mesh = useMesh();
  const newest = service.versions[0]?.version ?? "";
  const { register, handleSubmit, control } = useForm({
    defaultValues: { version: newest, address: "127.0.0.1", port: "", node: NO_NODE },
  });
  const values = useWatch({ control });
  const body = bodyOf({ version: values.version ?? "", address: values.address ?? "", port: values.port ?? "", node: values.node ?? "" });
  const { run, isPending, problem } = useRegistryWrite({
    write: (input: Parameters<typeof bodyOf>[0]) =>
      api.call("POST /api/v1/services/{service}/instances", {
        params: { service: service.name },
        body: bodyOf(input),
        idempotencyKey: crypto.randomUUID(),
      }),
    done: (input) => t("registered", { subject: `${input.address}:${input.port}` }),
    onDone: onClose,
  });
  const problems = problemsByPath(problem, ["version", "address", "port", "node"]);
  const nodes = [...new Set((mesh?.proxies ?? []).map((proxy) => proxy.node))];
  return (
    <FormDialog
      title={t("instanceTitle", { service: service.name })}
      description={t("instanceDetail")}
      onClose={onClose}
      onSubmit={handleSubmit((input) => run(input))}
      submit={t("submit")}
      isPending={isPending}
      problem={problems.rest}
      command={{ cli: "interlock apply -f mesh.yaml", method: "POST", path: `/api/v1/services/${service.name}/instances`, body }}
    >
      <div className="grid gap-1">
        <span className="text-sm font-[540] text-ink-2">{common("version")}</span>
        <Controller
          control={control}
          name="version"
          render={({ field }) => (
            <Select
              mono
              label={common("version")}
              value={field.value}
              onChange={field.onChange}
              options={service.versions.map(({ version }) => ({ value: version, label: version }))}
            />
          )}
        />
        <FieldNote problem={problems.at("version")} />
      </div>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-3">
        <TextField {...register("address")} mono label={t("address")} autoComplete="off" problem={problems.at("address")} />
        <TextField {...register("port")} mono label={t("port")} inputMode="numeric" autoComplete="off" problem={problems.at("port")} />
      </div>
      <div className="grid gap-1">
        <span className="text-sm font-[540] text-ink-2">{t("node")}</span>
        <Controller
          control={control}
          name="node"
          render={({ field }) => (
            <Select
              label={t("node")}
              value={field.value}
              onChange={field.onChange}
              options={[{ value: NO_NODE, label: instances("noNode") }, ...nodes.map((node) => ({ value: node, label: node }))]}
            />
          )}
        />
        <FieldNote hint={t("nodeHint")} problem={problems.at("node")} />
      </div>
    </FormDialog>
  );
}

function bodyOf(input: { readonly version: string; readonly address: string; readonly port: string; readonly node: string }) {
  return {
    version: input.version,
    address: input.address.trim(),
    port: typedNumber(input.port) ?? 0,
    ...(input.node !== NO_NODE && { node: input.node }),
  };
}
