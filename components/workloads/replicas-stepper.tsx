"use client";

import { Minus, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/shell/api.ts";
import { useWhyLocked } from "@/components/shell/use-unlocked.ts";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { type DeploymentView, useWorkloadWrite } from "./use-workloads.ts";

const REPLICAS_MAX = 500;

/** How many instances there should be: a draft by one more or fewer, then one press that scales. */
export function ReplicasStepper({ deployment }: { readonly deployment: DeploymentView }) {
  const t = useTranslations("workloads.card");
  const whyLocked = useWhyLocked();
  const { replicas, service, version } = deployment;
  const [draft, setDraft] = useState(replicas);
  const { isPending, problem, run } = useWorkloadWrite({
    write: (count: number) =>
      api.call("POST /api/v1/services/{service}/versions/{version}/deployment/scale", {
        params: { service, version },
        body: { replicas: count },
        idempotencyKey: crypto.randomUUID(),
      }),
    done: (n) => t("scaled", { subject: `${service} ${version}`, n }),
  });
  const change = (by: number) => setDraft(Math.min(REPLICAS_MAX, Math.max(0, draft + by)));
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <fieldset className="flex items-center gap-1">
        <legend className="sr-only">{t("replicas")}</legend>
        <Button size="icon-small" whyNot={whyLocked} disabled={draft === 0} aria-label={t("fewer")} onClick={() => change(-1)}>
          <Minus aria-hidden />
        </Button>
        <output aria-label={t("replicas")} className="min-w-7 text-center font-[560] tabular-nums">
          {draft}
        </output>
        <Button size="icon-small" whyNot={whyLocked} disabled={draft === REPLICAS_MAX} aria-label={t("more")} onClick={() => change(1)}>
          <Plus aria-hidden />
        </Button>
      </fieldset>
      {draft !== replicas && (
        <>
          <Button size="small" kind="primary" disabled={isPending} onClick={() => run(draft)}>
            {t("scaleTo", { n: draft })}
          </Button>
          <Button size="small" kind="ghost" onClick={() => setDraft(replicas)}>
            {t("keep", { n: replicas })}
          </Button>
        </>
      )}
      {problem && <ProblemList error={problem} />}
    </div>
  );
}
