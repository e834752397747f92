"use client";

import { useId } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { SECOND_PERSON_FROM } from "@/lib/model/index.ts";
import { asksForPerson } from "./asks-for-person.ts";
import { type Governance, useAskApproval, useGovernanceWrite, useSecondPerson } from "./use-governance.ts";

type Level = Governance["secondPersonFrom"];

/** From which risk on a change needs a second person. */
export function SecondPersonCard() {
  const t = useTranslations("governance.person");
  const risk = useTranslations("governance.risk");
  const id = useId();
  const { data } = useSecondPerson();
  const ask = useAskApproval();
  const save = useGovernanceWrite(
    ({ level, rev }: { readonly level: Level; readonly rev: number }) =>
      api.call("PUT /api/v1/governance", { rev, body: { secondPersonFrom: level } }),
    () => toast.success(t("saved")),
  );
  const error = save.error && !isGivenUp(save.error) ? save.error : null;
  const wanted = save.variables;
  const needsPerson = asksForPerson(error) && wanted !== undefined;
  return (
    <Card title={t("title")}>
      {data ? (
        <div className="grid gap-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <label htmlFor={id} className="text-ink-2">
              {t("from")}
            </label>
            <Select
              id={id}
              value={data.secondPersonFrom}
              onChange={(level) => save.mutate({ level: level as Level, rev: data.rev })}
              options={SECOND_PERSON_FROM.map((level) => ({ value: level, label: t(level) }))}
            />
          </div>
          <p className="text-xs text-ink-3">{t("hint")}</p>
          {error && <ProblemList error={error} />}
          {needsPerson && (
            <Button
              className="justify-self-start"
              disabled={ask.isPending}
              onClick={() =>
                ask.mutate({
                  reason: "",
                  request: { method: "PUT", path: "/api/v1/governance", ifMatch: wanted.rev, body: { secondPersonFrom: wanted.level } },
                })
              }
            >
              {risk("ask")}
            </Button>
          )}
        </div>
      ) : (
        <Skeleton className="h-12" />
      )}
    </Card>
  );
}
