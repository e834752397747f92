"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { asksForPerson } from "@/components/governance/asks-for-person.ts";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
import { ChangedMeanwhile } from "@/components/services/changed-meanwhile.tsx";
import { FormDialog } from "@/components/services/form-dialog.tsx";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { staleEditOf } from "@/components/services/stale-edit.ts";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { DraftTester } from "@/components/simulate/request-tester.tsx";
import type { AskedQuestion } from "@/components/simulate/use-simulation.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatShare } from "@/components/ui/format.ts";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import { ApiProblem, describeCall, queryKeys, type ResponseOf, type Routes, type Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import { type RouteValues, ruleOfValues, valuesOfRule } from "./route-values.ts";
import { isAnswerCurrent, placeOf, type RuleCheck, type RuleEdit, rebaseEdit, rulesWith } from "./rule-edit.ts";
import { ruleProblems } from "./rule-problems.ts";
import { RuleSections } from "./rule-sections.tsx";

/** Parts of a rule that show their own problems. */
const PARTS = ["name", "matches", "split", "filters", "timeouts", "retry", "fault", "stickiness", "lane"] as const;

interface RouteFormProps {
  readonly service: Service;
  /** The rule to change, in the list that was read. */
  readonly edit: RuleEdit;
  readonly onClose: () => void;
  /** The question of the tester, to be asked of the draft. */
  readonly asked: AskedQuestion;
}

/** Adds or changes one rule; all rules of the service are written at once, on the state that was read. */
export function RouteForm({ service, edit: opened, onClose, asked }: RouteFormProps) {
  const t = useTranslations("routes.form");
  const [edit, setEdit] = useState(opened);
  const versions = service.versions.map((version) => version.version).sort(compareVersions);
  const form = useForm<RouteValues>({
    defaultValues: valuesOfRule(edit.index === null ? undefined : edit.routes.rules[edit.index], versions),
  });
  const { register, handleSubmit, control } = form;
  const values = useWatch({ control }) as RouteValues;
  const rules = rulesWith(edit, ruleOfValues(values));
  const { check, save, error, answer, forget } = useRouteWrite(edit.routes, onClose);
  const stale = staleEditOf(error, edit.routes.rules, (state: Routes) => state.rules);
  const rebased = stale && stale.kind !== "gone" ? rebaseEdit(edit, { service: service.name, rev: stale.rev, rules: stale.now }) : null;
  useRecheck(check, stale ? null : error, rules);
  const base = `rules.${placeOf(edit)}`;
  const problems = problemsByPath(stale ? null : error, [base]);
  const ask = (input: RouteValues) => ({ rules: rulesWith(edit, ruleOfValues(input)), reason: input.reason });
  const isKnown = answer !== null && !error && isAnswerCurrent(answer.asked, rules, service.rev);
  const risk = isKnown ? (answer.risk ?? null) : null;
  const isHeavy = asksForPerson(error) || (risk !== null && risk.level !== "click");
  const onSubmit = handleSubmit((input) => {
    // Enter is a press: what asks for more is confirmed by its button, and what nothing is known of is asked first.
    if (isKnown && !isHeavy) save.mutate(ask(input));
    else if (!isHeavy)
      check.mutate(ask(input), { onSuccess: (said) => (said.risk?.level ?? "click") === "click" && save.mutate(ask(input)) });
  });
  return (
    <FormDialog
      wide
      title={edit.index === null ? t("new") : t("edit")}
      description={t("detail")}
      onClose={onClose}
      onSubmit={onSubmit}
      submit={t("save")}
      confirm={
        isHeavy && (
          <ConfirmByRisk
            kind="primary"
            risk={risk}
            refused={error}
            subject={service.name}
            disabled={save.isPending}
            whyNot={null}
            onConfirm={handleSubmit((input) => save.mutate(ask(input)))}
            request={() => routesRequest(edit.routes, ask(values))}
            reason={values.reason}
          >
            {t("save")}
          </ConfirmByRisk>
        )
      }
      isPending={save.isPending || check.isPending}
      problem={problems.rest}
      extra={
        <Button
          disabled={check.isPending}
          onClick={handleSubmit((input) => check.mutate({ rules: rulesWith(edit, ruleOfValues(input)), reason: "" }))}
        >
          {t("check")}
        </Button>
      }
      beneath={<DraftTester service={service.name} asked={asked} rules={rules} />}
      command={{
        cli: `interlock routes ${service.name} -f rules.yaml`,
        method: "PUT",
        path: `/api/v1/services/${service.name}/routes`,
        body: { rules },
        rev: edit.routes.rev,
      }}
    >
      <TextField {...register("name")} label={t("name")} autoComplete="off" problem={problems.at(`${base}.name`)} />
      <RuleSections form={form} service={service.name} problems={ruleProblems(problems, base)} isNew={edit.index === null} />
      <FieldNote
        problem={problems.besides(
          base,
          PARTS.map((part) => `${base}.${part}`),
        )}
      />
      <TextField {...register("reason")} label={t("reason")} autoComplete="off" />
      {isKnown && <Accepted answer={answer} />}
      <RiskReasons risk={risk} />
      {stale && (
        <ChangedMeanwhile
          service={service.name}
          stale={stale}
          mine={rebased && stale.kind !== "gone" ? rulesWith(rebased, ruleOfValues(values)) : rules}
          onMine={
            rebased &&
            (() => {
              setEdit(rebased);
              forget();
            })
          }
          onTheirs={null}
        />
      )}
    </FormDialog>
  );
}

function routesRequest({ rev, service }: Routes, { reason, rules }: { readonly rules: Routes["rules"]; readonly reason: string }) {
  const body = { rules, ...(reason !== "" && { reason }) };
  return describeCall("PUT /api/v1/services/{service}/routes", { params: { service }, rev, body });
}

/** As long as somebody types nothing is asked. */
const PAUSE_MS = 500;

/** Once something was refused, asks again of what it has become, so that a problem goes when it is mended. */
function useRecheck(check: ReturnType<typeof useRouteWrite>["check"], error: Error | null, rules: Routes["rules"]): void {
  const { isPending, mutate, variables } = check;
  const isRefused = error instanceof ApiProblem && error.errors.length > 0;
  const asked = canonicalJson(variables?.rules ?? null);
  const text = canonicalJson(rules);
  useEffect(() => {
    if (!isRefused || isPending || asked === text) return undefined;
    const timer = setTimeout(() => mutate({ rules: JSON.parse(text) as Routes["rules"], reason: "" }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isRefused, isPending, asked, text, mutate]);
}

type Answer = ResponseOf<"PUT /api/v1/services/{service}/routes">;

/** Writes all rules of a service; `check` asks what would happen without writing. */
function useRouteWrite(routes: Routes, onDone: () => void) {
  const t = useTranslations("routes.form");
  const client = useQueryClient();
  // What was refused last stands until the next answer, so that problems do not flicker while it is on its way.
  const [refusal, setRefusal] = useState<Error | null>(null);
  const call = (input: { readonly rules: Routes["rules"]; readonly reason: string }, dryRun: boolean) =>
    api.call("PUT /api/v1/services/{service}/routes", {
      params: { service: routes.service },
      body: { rules: input.rules, ...(input.reason !== "" && { reason: input.reason }) },
      rev: routes.rev,
      dryRun,
    });
  const check = useMutation({
    mutationFn: async (input: Parameters<typeof call>[0]) => {
      const asked: RuleCheck = { rules: input.rules, rev: routes.rev };
      return { ...(await call(input, true)), asked };
    },
    onSuccess: () => setRefusal(null),
    onError: setRefusal,
  });
  const save = useMutation({
    mutationFn: (input: Parameters<typeof call>[0]) => call(input, false),
    onSuccess: async () => {
      toast.success(t("saved", { service: routes.service }));
      onDone();
      await client.invalidateQueries({ queryKey: queryKeys.service(routes.service) });
    },
    onError: setRefusal,
  });
  const forget = () => {
    check.reset();
    save.reset();
    setRefusal(null);
  };
  return { check, save, error: refusal && !isGivenUp(refusal) ? refusal : null, answer: check.data ?? null, forget };
}

function Accepted({ answer }: { readonly answer: Answer }) {
  const t = useTranslations("routes.form");
  const after = answer.exposure?.after;
  return (
    <p role="status" className="flex items-center gap-2 rounded-2 bg-ok-soft px-3 py-2 text-ok">
      <CircleCheck aria-hidden className="size-4 shrink-0" />
      {after ? t("checked", { broken: formatShare(after.broken), unproven: formatShare(after.unproven) }) : t("checkedPlain")}
    </p>
  );
}
