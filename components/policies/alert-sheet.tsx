"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { formatShare } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Select } from "@/components/ui/select.tsx";
import { ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { ApiProblem } from "@/lib/client/index.ts";
import { isSilenced } from "@/lib/policy/index.ts";
import { ReverseButton } from "./reverse-button.tsx";
import { SeverityTag } from "./severity-tag.tsx";
import { type AlertView, type Cause, useAlert, useDiagnosis, usePolicyWrite } from "./use-policies.ts";
import { usePolicyWords } from "./use-policy-words.ts";

const HOUR_MS = 3_600_000;
const SILENCES = { "1": HOUR_MS, "4": 4 * HOUR_MS, "24": 24 * HOUR_MS } as const;

/** One alert: what it says, where it most likely comes from, what takes that back, and who is on it. */
export function AlertSheet({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useTranslations("policies.alert");
  const { nameOf } = usePolicyWords();
  const { data: alert, error } = useAlert(id);
  return (
    <Sheet
      open
      onClose={onClose}
      width={600}
      title={alert ? nameOf(alert.policy, alert.policyName) : id}
      description={alert ? alert.summary : undefined}
      footer={<CopyCommand command={{ cli: `interlock alerts why ${id}`, method: "GET", path: `/api/v1/alerts/${id}/diagnosis` }} />}
    >
      {error instanceof ApiProblem && error.code === "alert.unknown" ? (
        <p className="text-ink-2">{t("gone", { id })}</p>
      ) : (
        <div className="grid gap-5">
          {alert && <Facts alert={alert} />}
          <Diagnosis id={id} />
          {alert?.state === "firing" && <Treat alert={alert} />}
        </div>
      )}
    </Sheet>
  );
}

function Facts({ alert }: { readonly alert: AlertView }) {
  const t = useTranslations("policies.alert");
  const nowMs = useNow();
  const { acknowledged, resolvedAt, severity, silencedUntil, since, state, subject } = alert;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-2">
      <SeverityTag severity={severity} state={state} />
      {subject !== "" && <span className="mono text-ink">{subject}</span>}
      <span>
        {t("since")} <RelativeTime at={since} />
      </span>
      {resolvedAt !== null && (
        <span>
          {t("overSince")} <RelativeTime at={resolvedAt} />
        </span>
      )}
      {acknowledged && <span>{t("acknowledged", { name: acknowledged.by, reason: acknowledged.reason })}</span>}
      {silencedUntil !== null && state === "firing" && isSilenced(alert, nowMs) && (
        <span>{t("silencedUntil", { time: silencedUntil.slice(0, 16).replace("T", " ") })}</span>
      )}
    </p>
  );
}

function Diagnosis({ id }: { readonly id: string }) {
  const t = useTranslations("policies.alert");
  const { data, error, refetch } = useDiagnosis(id);
  if (data === undefined)
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} className="px-0" />
    ) : (
      <SkeletonRows count={3} className="p-0" />
    );
  return (
    <section aria-label={t("diagnosis")} className="grid gap-2.5">
      <h3 className="text-sm font-[560]">{t("diagnosis")}</h3>
      <p lang="en" className="text-ink-2">
        {data.sentence}
      </p>
      <ol className="grid gap-2.5">
        {data.causes.map((cause, index) => (
          <CauseItem key={cause.change} cause={cause} isFirst={index === 0} />
        ))}
      </ol>
    </section>
  );
}

function CauseItem({ cause, isFirst }: { readonly cause: Cause; readonly isFirst: boolean }) {
  const t = useTranslations("policies.alert");
  const { at, author, change, kind, likelihood, parts, reason, reverse, subject } = cause;
  return (
    <li className="grid gap-1.5 rounded-2 border border-line bg-raised px-3.5 py-3">
      <div className="flex flex-wrap items-center gap-x-2">
        <span className="font-[560] tabular-nums">{formatShare(likelihood)}</span>
        <span className="strong max-w-full truncate" title={subject}>
          {subject}
        </span>
        <span className="mono text-xs text-ink-2">{kind}</span>
        <span className="text-xs text-ink-3">
          {author}, <RelativeTime at={at} />
        </span>
        <span className="flex-1" />
        {reverse && <ReverseButton reverse={reverse} isFirst={isFirst} />}
      </div>
      {reason !== "" && <p className="text-sm text-ink-2">“{reason}”</p>}
      <ul className="grid gap-0.5 text-sm text-ink-2">
        {parts.map(({ name, score, sentence }) => (
          <li key={name} className="grid grid-cols-[7ch_3.5rem_1fr] items-center gap-2">
            <span className="text-xs text-ink-3">{t(`part.${name}`)}</span>
            <span aria-hidden className="h-1 overflow-hidden rounded-full bg-sunken">
              <span className="block h-full bg-accent" style={{ width: `${Math.max(3, score * 100)}%` }} />
            </span>
            <span lang="en">{sentence}</span>
          </li>
        ))}
      </ul>
      {reverse === null && <p className="text-xs text-ink-3">{t("noWayBack", { change })}</p>}
    </li>
  );
}

function Treat({ alert }: { readonly alert: AlertView }) {
  const t = useTranslations("policies.alert");
  const nowMs = useNow();
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState<keyof typeof SILENCES>("1");
  const params = { id: alert.id };
  const ack = usePolicyWrite(
    () => api.call("POST /api/v1/alerts/{id}/ack", { params, body: { reason } }),
    () => toast.success(t("acked")),
  );
  const silence = usePolicyWrite(
    (until: string | null) =>
      api.call("POST /api/v1/alerts/{id}/silence", { params, body: { until, ...(reason === "" ? {} : { reason }) } }),
    (_, until) => toast.success(until === null ? t("unsilenced") : t("silencedToast")),
  );
  const failed = ack.error ?? silence.error;
  const isBusy = ack.isPending || silence.isPending;
  return (
    <section aria-label={t("treat")} className="grid gap-2.5 border-t border-line pt-4">
      {failed && !isGivenUp(failed) && <ProblemList error={failed} />}
      <TextField
        label={t("reason")}
        hint={t("reasonHint")}
        value={reason}
        maxLength={2000}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="-mx-5 -mb-3">
        <DialogActions>
          <Button
            kind="primary"
            disabled={isBusy}
            whyNot={reason.trim() === "" ? t("reasonNeeded") : null}
            onClick={() => ack.mutate(undefined)}
          >
            {t("ack")}
          </Button>
          {!isSilenced(alert, nowMs) ? (
            <>
              <Button disabled={isBusy} onClick={() => silence.mutate(new Date(Date.now() + SILENCES[hours]).toISOString())}>
                {t("silence")}
              </Button>
              <Select
                label={t("silenceFor")}
                value={hours}
                onChange={(next) => setHours(next as keyof typeof SILENCES)}
                options={Object.keys(SILENCES).map((value) => ({ value, label: t("hours", { n: Number(value) }) }))}
              />
            </>
          ) : (
            <Button disabled={isBusy} onClick={() => silence.mutate(null)}>
              {t("unsilence")}
            </Button>
          )}
        </DialogActions>
      </div>
    </section>
  );
}
