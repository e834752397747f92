"use client";

import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { ApiProblem } from "@/lib/client/index.ts";
import { type DeploymentView, useWorkloadWrite } from "./use-workloads.ts";

export type DeploymentAct = "restart" | "undeploy";

interface DeploymentConfirmProps {
  readonly act: DeploymentAct;
  readonly deployment: DeploymentView;
  readonly onClose: () => void;
}

const ONE = "/api/v1/services/{service}/versions/{version}/deployment";

/** Says what restarting or undeploying does before it is done; where requests still go to the version that has to be said yes to. */
export function DeploymentConfirm({ act, deployment, onClose }: DeploymentConfirmProps) {
  const t = useTranslations("workloads.card");
  const common = useTranslations("common");
  const confirm = useRef<HTMLButtonElement>(null);
  const [reason, setReason] = useState("");
  const [anyway, setAnyway] = useState(false);
  const { service, version } = deployment;
  const subject = `${service} ${version}`;
  const params = { service, version };
  const { isPending, problem, run } = useWorkloadWrite({
    write: () => {
      const idempotencyKey = crypto.randomUUID();
      if (act === "restart") return api.call(`POST ${ONE}/restart`, { params, body: reason === "" ? {} : { reason }, idempotencyKey });
      const query = { ...(anyway && { anyway: "true" as const }), ...(reason !== "" && { reason }) };
      return api.call(`DELETE ${ONE}`, { params, query, idempotencyKey });
    },
    done: () => t(act === "restart" ? "restarted" : "undeployed", { subject }),
    onDone: onClose,
  });
  const isUsed = problem instanceof ApiProblem && problem.code === "deployment.in-use";
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      title={t(`${act}Title`, { subject })}
      description={t(`${act}Detail`)}
      footer={
        <>
          <DialogActions>
            <Button
              ref={confirm}
              kind={act === "undeploy" ? "danger-solid" : "primary"}
              disabled={isPending}
              onClick={() => run(undefined)}
            >
              {t(`${act}Go`)}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={commandOf(act, deployment, reason, anyway)} />
        </>
      }
    >
      <div className="grid gap-3">
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        {problem && <ProblemList error={problem} />}
        {(isUsed || anyway) && (
          <label className="flex items-start gap-2">
            <input type="checkbox" className="mt-[3px]" checked={anyway} onChange={(event) => setAnyway(event.target.checked)} />
            {t("undeployAnyway")}
          </label>
        )}
      </div>
    </Dialog>
  );
}

function commandOf(act: DeploymentAct, { service, version }: DeploymentView, reason: string, anyway: boolean): Command {
  const why = `${anyway ? " --anyway" : ""}${reason === "" ? "" : ` --reason ${quote(reason)}`}`;
  const path = `/api/v1/services/${service}/versions/${version}/deployment`;
  if (act === "restart") return { cli: `interlock restart ${service}@${version}${why}`, method: "POST", path: `${path}/restart` };
  return { cli: `interlock undeploy ${service}@${version}${why}`, method: "DELETE", path: `${path}${anyway ? "?anyway=true" : ""}` };
}
