"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useTranslations } from "use-intl";
import { api } from "@/components/shell/api.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import type { Service } from "@/lib/client/index.ts";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { problemsByPath } from "./problems-by-path.ts";
import { staleEditOf } from "./stale-edit.ts";
import { useRegistryWrite } from "./use-registry-write.ts";

/** Registers a service. */
export function ServiceForm({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations("services.form");
  const router = useRouter();
  const { register, handleSubmit, control } = useForm({ defaultValues: { name: "", hosts: "" } });
  const values = useWatch({ control });
  const body = { name: values.name ?? "", hosts: listOf(values.hosts ?? "") };
  const { run, isPending, problem } = useRegistryWrite({
    write: (input: typeof body) => api.call("POST /api/v1/services", { body: input, idempotencyKey: crypto.randomUUID() }),
    done: (input) => t("registered", { subject: input.name }),
    onDone: () => {
      onClose();
      router.push(`/services/${encodeURIComponent(body.name)}`);
    },
  });
  const problems = problemsByPath(problem, ["name", "hosts"]);
  return (
    <FormDialog
      title={t("serviceTitle")}
      description={t("serviceDetail", { host: `${body.name || "payments"}.mesh` })}
      onClose={onClose}
      onSubmit={handleSubmit(({ name, hosts }) => run({ name, hosts: listOf(hosts) }))}
      submit={t("submit")}
      isPending={isPending}
      problem={problems.rest}
      command={{ cli: "interlock apply -f mesh.yaml", method: "POST", path: "/api/v1/services", body }}
    >
      <TextField
        {...register("name")}
        mono
        label={t("name")}
        hint={t("nameHint")}
        placeholder="payments"
        autoComplete="off"
        problem={problems.at("name")}
      />
      <TextField {...register("hosts")} mono label={t("hosts")} hint={t("hostsHint")} autoComplete="off" problem={problems.at("hosts")} />
    </FormDialog>
  );
}

/** Changes the hosts of a service, on the state that it was opened with. */
export function HostsForm({ service: live, onClose }: { readonly service: Service; readonly onClose: () => void }) {
  const t = useTranslations("services.form");
  const common = useTranslations("common");
  // The page reads the service again all the time: saving on a rev that nobody saw would overwrite what made it.
  const [{ name, hosts, rev }, setOpened] = useState<Pick<Service, "name" | "hosts" | "rev">>(live);
  const { register, handleSubmit, control, reset } = useForm({ defaultValues: { hosts: hosts.join(", ") } });
  const values = useWatch({ control });
  const body = { hosts: listOf(values.hosts ?? "") };
  const { run, isPending, problem, forget } = useRegistryWrite({
    write: (input: typeof body) => api.call("PATCH /api/v1/services/{service}", { params: { service: name }, body: input, rev }),
    done: () => t("saved"),
    onDone: onClose,
  });
  const stale = staleEditOf(problem, hosts, (state: Service) => state.hosts);
  const problems = problemsByPath(stale ? null : problem, ["hosts"]);
  const reopen = (now: NonNullable<typeof stale>) => {
    if (now.kind !== "gone") setOpened({ name, hosts: now.now, rev: now.rev });
    forget();
  };
  return (
    <FormDialog
      title={t("hostsTitle", { service: name })}
      onClose={onClose}
      onSubmit={handleSubmit((input) => run({ hosts: listOf(input.hosts) }))}
      submit={common("save")}
      isPending={isPending}
      problem={problems.rest}
      command={{ cli: "interlock apply -f mesh.yaml", method: "PATCH", path: `/api/v1/services/${name}`, body, rev }}
    >
      <TextField {...register("hosts")} mono label={t("hosts")} hint={t("hostsHint")} autoComplete="off" problem={problems.at("hosts")} />
      {stale && (
        <ChangedMeanwhile
          service={name}
          stale={stale}
          mine={body.hosts}
          onMine={() => reopen(stale)}
          onTheirs={() => {
            if (stale.kind !== "gone") reset({ hosts: stale.now.join(", ") });
            reopen(stale);
          }}
        />
      )}
    </FormDialog>
  );
}

function listOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter(Boolean);
}
