"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, Plus } from "lucide-react";
import { useFieldArray, useForm, useWatch } from "react-hook-form";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatShare } from "@/components/ui/format.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { queryKeys, type ResponseOf, type Routes, type Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { FormDialog } from "./form-dialog.tsx";
import { problemsByPath } from "./problems-by-path.ts";
import { RouteMatchFields } from "./route-match-fields.tsx";
import { ANY_MATCH, type RouteValues, ruleOfValues, valuesOfRule } from "./route-values.ts";
import { RouteWeightFields } from "./route-weight-fields.tsx";

interface RouteFormProps {
  readonly service: Service;
  readonly routes: Routes;
  /** The rule to change; null for a new one. */
  readonly index: number | null;
  readonly onClose: () => void;
}

/** Adds or changes one rule; all rules of the service are written at once, on the state that was read. */
export function RouteForm({ service, routes, index, onClose }: RouteFormProps) {
  const t = useTranslations("services.routes");
  const versions = service.versions.map((version) => version.version).sort(compareVersions);
  const place = index ?? routes.rules.length;
  const { register, handleSubmit, control } = useForm<RouteValues>({
    defaultValues: valuesOfRule(index === null ? undefined : routes.rules[index], versions),
  });
  const { fields, append, remove } = useFieldArray({ control, name: "matches" });
  const values = useWatch({ control }) as RouteValues;
  const { check, save, error, checked } = useRouteWrite(routes, onClose);
  const base = `rules.${place}`;
  const problems = problemsByPath(error, [base]);
  const rulesWith = (input: RouteValues) => routes.rules.toSpliced(place, index === null ? 0 : 1, ruleOfValues(input));
  return (
    <FormDialog
      wide
      title={index === null ? t("sheetNew") : t("sheetEdit")}
      description={t("sheetDetail")}
      onClose={onClose}
      onSubmit={handleSubmit((input) => save.mutate({ rules: rulesWith(input), reason: input.reason }))}
      submit={t("save")}
      isPending={save.isPending}
      problem={problems.rest}
      extra={
        <Button disabled={check.isPending} onClick={handleSubmit((input) => check.mutate({ rules: rulesWith(input), reason: "" }))}>
          {t("check")}
        </Button>
      }
      command={{
        cli: `interlock routes ${service.name}`,
        method: "PUT",
        path: `/api/v1/services/${service.name}/routes`,
        body: { rules: rulesWith(values) },
        rev: routes.rev,
      }}
    >
      <TextField {...register("name")} label={t("name")} autoComplete="off" problem={problems.at(`${base}.name`)} />
      {fields.map((field, each) => (
        <RouteMatchFields
          key={field.id}
          control={control}
          register={register}
          index={each}
          problemAt={(path) => problems.at(`${base}.matches.${each}${path === "" ? "" : `.${path}`}`)}
          {...(fields.length > 1 && { onRemove: () => remove(each) })}
        />
      ))}
      <Button size="small" className="justify-self-start" onClick={() => append({ ...ANY_MATCH })}>
        <Plus aria-hidden />
        {t("addMatch")}
      </Button>
      <RouteWeightFields control={control} register={register} problem={problems.at(`${base}.split`)} />
      <TextField {...register("reason")} label={t("reason")} autoComplete="off" />
      {checked && !error && <Accepted answer={checked} />}
    </FormDialog>
  );
}

type Answer = ResponseOf<"PUT /api/v1/services/{service}/routes">;

/** Writes all rules of a service; `check` asks what would happen without writing. */
function useRouteWrite(routes: Routes, onDone: () => void) {
  const t = useTranslations("services.routes");
  const client = useQueryClient();
  const call = (input: { readonly rules: Routes["rules"]; readonly reason: string }, dryRun: boolean) =>
    api.call("PUT /api/v1/services/{service}/routes", {
      params: { service: routes.service },
      body: { rules: input.rules, ...(input.reason !== "" && { reason: input.reason }) },
      rev: routes.rev,
      dryRun,
    });
  const check = useMutation({ mutationFn: (input: Parameters<typeof call>[0]) => call(input, true) });
  const save = useMutation({
    mutationFn: (input: Parameters<typeof call>[0]) => call(input, false),
    onSuccess: async () => {
      toast.success(t("saved", { service: routes.service }));
      onDone();
      await client.invalidateQueries({ queryKey: queryKeys.service(routes.service) });
    },
  });
  const failed = save.submittedAt > check.submittedAt ? save.error : check.error;
  return { check, save, error: failed && !isGivenUp(failed) ? failed : null, checked: check.data ?? null };
}

function Accepted({ answer }: { readonly answer: Answer }) {
  const t = useTranslations("services.routes");
  const after = answer.exposure?.after;
  return (
    <p role="status" className="flex items-center gap-2 rounded-2 bg-ok-soft px-3 py-2 text-ok">
      <CircleCheck aria-hidden className="size-4 shrink-0" />
      {after ? t("checked", { broken: formatShare(after.broken), unproven: formatShare(after.unproven) }) : t("checkedPlain")}
    </p>
  );
}
