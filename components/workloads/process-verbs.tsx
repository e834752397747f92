"use client";

import { Play, RotateCw, ScrollText, Square, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/shell/api.ts";
import { useWhyLocked } from "@/components/shell/use-unlocked.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { ApiProblem } from "@/lib/client/index.ts";
import { LogView } from "./log-view.tsx";
import { nameOfProcess, type ProcessVerb, type ProcessView, useWorkloadWrite } from "./use-workloads.ts";

interface ProcessVerbsProps {
  readonly process: ProcessView;
  /** Requests fail while it is away. */
  readonly isLastReady: boolean;
}

/** Log, start, stop and restart of one process; what ends it is asked about first. */
export function ProcessVerbs({ process, isLastReady }: ProcessVerbsProps) {
  const t = useTranslations("workloads.processes");
  const whyLocked = useWhyLocked();
  const [asking, setAsking] = useState<"stop" | "restart" | "logs" | null>(null);
  const name = nameOfProcess(process);
  const { isPending, run } = useVerb(process);
  const whyNot = whyLocked ?? (process.desired === "drain" ? t("leaving") : null);
  const isStopped = process.desired === "stop";
  return (
    <span className="flex items-center justify-end gap-0.5">
      <Button kind="ghost" size="icon-small" aria-label={t("logsOf", { name })} title={t("logs")} onClick={() => setAsking("logs")}>
        <ScrollText aria-hidden />
      </Button>
      {isStopped ? (
        <Button
          kind="ghost"
          size="icon-small"
          aria-label={t("startOf", { name })}
          whyNot={whyNot}
          title={whyNot ?? t("start")}
          disabled={isPending}
          onClick={() => run({ verb: "start" })}
        >
          <Play aria-hidden />
        </Button>
      ) : (
        <Button
          kind="ghost"
          size="icon-small"
          aria-label={t("stopOf", { name })}
          whyNot={whyNot}
          title={whyNot ?? t("stop")}
          onClick={() => setAsking("stop")}
        >
          <Square aria-hidden />
        </Button>
      )}
      <Button
        kind="ghost"
        size="icon-small"
        aria-label={t("restartOf", { name })}
        whyNot={whyNot}
        title={whyNot ?? t("restart")}
        onClick={() => setAsking("restart")}
      >
        <RotateCw aria-hidden />
      </Button>
      {asking === "logs" && <ProcessLog process={process} onClose={() => setAsking(null)} />}
      {(asking === "stop" || asking === "restart") && (
        <ProcessConfirm process={process} verb={asking} isLastReady={isLastReady} onClose={() => setAsking(null)} />
      )}
    </span>
  );
}

function ProcessLog({ process, onClose }: { readonly process: ProcessView; readonly onClose: () => void }) {
  const t = useTranslations("workloads.processes");
  const name = nameOfProcess(process);
  return (
    <Sheet
      open
      onClose={onClose}
      width={880}
      title={t("logsOf", { name })}
      footer={
        <CopyCommand
          command={{
            cli: `interlock logs ${name} --follow`,
            method: "GET",
            path: `/api/v1/instances/${process.assignment}/logs?follow=true`,
          }}
        />
      }
    >
      <LogView id={process.assignment} className="-mx-5 -my-4 h-[calc(100%+32px)]" />
    </Sheet>
  );
}

function useVerb(process: ProcessView, onDone?: () => void) {
  const t = useTranslations("workloads.processes");
  const name = nameOfProcess(process);
  return useWorkloadWrite({
    write: ({ body = {}, verb }: { readonly verb: ProcessVerb; readonly body?: EndingBody }) => {
      const request = { params: { id: process.assignment }, idempotencyKey: crypto.randomUUID() };
      if (verb === "start") return api.call("POST /api/v1/instances/{id}/start", { ...request, body: {} });
      return api.call(`POST /api/v1/instances/{id}/${verb}`, { ...request, body });
    },
    done: ({ verb }) => t(`asked.${verb}`, { name }),
    ...(onDone && { onDone }),
  });
}

interface EndingBody {
  readonly anyway?: boolean;
  readonly reason?: string;
}

interface ProcessConfirmProps extends ProcessVerbsProps {
  readonly verb: "stop" | "restart";
  readonly onClose: () => void;
}

function ProcessConfirm({ process, verb, isLastReady, onClose }: ProcessConfirmProps) {
  const t = useTranslations("workloads.processes");
  const common = useTranslations("common");
  const confirm = useRef<HTMLButtonElement>(null);
  const name = nameOfProcess(process);
  const [anyway, setAnyway] = useState(false);
  const [reason, setReason] = useState("");
  const body = { ...(anyway && { anyway }), ...(reason !== "" && { reason }) };
  const why = reason === "" ? "" : ` --reason ${quote(reason)}`;
  const { isPending, problem, run } = useVerb(process, onClose);
  // What is ready may have changed since it was looked at: the engine has the last word.
  const isLast = isLastReady || (problem instanceof ApiProblem && problem.code === "deployment.in-use");
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      title={t(`${verb}Title`, { name })}
      description={t(`${verb}Detail`)}
      footer={
        <>
          <DialogActions>
            <Button ref={confirm} kind={isLast ? "danger-solid" : "primary"} disabled={isPending} onClick={() => run({ verb, body })}>
              {t(verb)}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{
              cli: `interlock instances ${verb} ${name}${anyway ? " --anyway" : ""}${why}`,
              method: "POST",
              path: `/api/v1/instances/${name}/${verb}`,
              body,
            }}
          />
        </>
      }
    >
      <div className="grid gap-3">
        {isLast && (
          <p className="flex items-start gap-2 text-bad">
            <TriangleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
            {t("lastReady", { version: `${process.service} ${process.version}` })}
          </p>
        )}
        {problem && <ProblemList error={problem} />}
        {(isLast || anyway) && (
          <label className="flex items-start gap-2">
            <input type="checkbox" className="mt-[3px]" checked={anyway} onChange={(event) => setAnyway(event.target.checked)} />
            {t("anyway")}
          </label>
        )}
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}
