"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type RefObject, useId, useRef, useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { LabelledSelect } from "@/components/services/routes/labelled-select.tsx";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { type CompatibilityCell, type CompatibilityMatrix, queryKeys } from "@/lib/client/index.ts";
import { EXPIRIES, type Expiry, type FactDraft, factBody, factCommand } from "./fact-draft.ts";
import { FactEffect } from "./fact-effect.tsx";

interface FactDialogProps {
  readonly matrix: CompatibilityMatrix;
  readonly cell: CompatibilityCell;
  /** `incompatible`: a veto; `compatible`: an allowance. */
  readonly verdict: FactDraft["verdict"];
  readonly onClose: () => void;
}

/** An operator's word on a pair: what about, why, and until when. What it would do is asked of the engine before it is recorded. */
export function FactDialog({ matrix, cell, verdict, onClose }: FactDialogProps) {
  const t = useTranslations("evidence.fact");
  const common = useTranslations("common");
  const form = useId();
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState<FactDraft>({
    consumer: { service: matrix.consumer, version: cell.consumerVersion },
    provider: { service: matrix.provider, version: cell.providerVersion },
    verdict,
    constraint: matrix.consumer === matrix.provider ? "self" : "api",
    reason: "",
    expiry: "none",
  });
  const { preview, recording } = useFact(draft, onClose);
  const reason = draft.reason.trim();
  const { disabled, whyNot } = confirmState(preview, recording, t("checking"));
  const error = preview.error ?? (recording.error && !isGivenUp(recording.error) ? recording.error : null);
  const isVeto = verdict === "incompatible";
  const submit = (event: FormEvent) => {
    // A dialog lies in a portal, yet its events bubble to what opened it.
    event.stopPropagation();
    event.preventDefault();
    if (reason !== "" && !disabled && whyNot === null) recording.mutate();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width={600}
      initialFocus={reasonField}
      title={isVeto ? t("vetoTitle") : t("allowTitle")}
      description={isVeto ? t("vetoDetail") : t("allowDetail")}
      footer={
        <>
          <DialogActions>
            <Button
              kind={isVeto ? "danger-solid" : "primary"}
              type="submit"
              form={form}
              disabled={disabled}
              whyNot={reason === "" ? t("reasonNeeded") : whyNot}
            >
              {isVeto ? t("veto") : t("allow")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={factCommand(draft)} />
        </>
      }
    >
      <form id={form} noValidate className="grid gap-4" onSubmit={submit}>
        <p className="mono break-words">
          {matrix.consumer} {cell.consumerVersion} <span className="text-ink-3">×</span> {matrix.provider} {cell.providerVersion}
        </p>
        <FactFields draft={draft} onDraft={setDraft} isAmongItself={matrix.consumer === matrix.provider} reasonField={reasonField} />
        {error ? <ProblemList error={error} /> : <FactEffect matrix={matrix} cell={cell} verdict={verdict} answer={preview.data ?? null} />}
      </form>
    </Dialog>
  );
}

/** What the fact would do, and recording it. */
function useFact(draft: FactDraft, onClose: () => void) {
  const t = useTranslations("evidence.fact");
  const client = useQueryClient();
  const { reason: _, ...asked } = draft;
  const preview = useQuery({
    queryKey: ["fact-preview", asked],
    // A reason is needed to record, not to see what a fact would do.
    queryFn: ({ signal }) =>
      api.call("POST /api/v1/evidence", { body: factBody({ ...draft, reason: "…" }, Date.now()), dryRun: true, signal }),
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });
  const recording = useMutation({
    mutationFn: () => api.call("POST /api/v1/evidence", { body: factBody(draft, Date.now()), idempotencyKey: crypto.randomUUID() }),
    onSuccess: async () => {
      const { consumer, provider, verdict } = draft;
      const pair = `${consumer.service} ${consumer.version} × ${provider.service} ${provider.version}`;
      toast.success(verdict === "incompatible" ? t("vetoed", { pair }) : t("allowed", { pair }));
      onClose();
      await client.invalidateQueries({ queryKey: queryKeys.compatibility() });
    },
  });
  return { preview, recording };
}

interface FieldsProps {
  readonly draft: FactDraft;
  readonly onDraft: (draft: FactDraft) => void;
  readonly isAmongItself: boolean;
  readonly reasonField: RefObject<HTMLTextAreaElement | null>;
}

function FactFields({ draft, onDraft, isAmongItself, reasonField }: FieldsProps) {
  const t = useTranslations("evidence.fact");
  const names = {
    consumer: `${draft.consumer.service} ${draft.consumer.version}`,
    provider: `${draft.provider.service} ${draft.provider.version}`,
  };
  const kinds = isAmongItself ? (["self", "state"] as const) : (["api", "event", "state", "config"] as const);
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_200px]">
        <LabelledSelect
          label={t("about")}
          value={draft.constraint}
          onChange={(value) => onDraft({ ...draft, constraint: kinds.find((kind) => kind === value) ?? draft.constraint })}
          options={kinds.map((kind) => ({ value: kind, label: t(`constraint.${kind}`, names) }))}
        />
        <LabelledSelect
          label={t("expiry")}
          value={draft.expiry}
          onChange={(value) => onDraft({ ...draft, expiry: EXPIRIES.find((each) => each === value) ?? draft.expiry })}
          options={EXPIRIES.map((expiry) => ({ value: expiry, label: expiryText(t, expiry) }))}
        />
      </div>
      <TextArea
        ref={reasonField}
        label={t("reason")}
        hint={t("reasonHint")}
        value={draft.reason}
        maxLength={2000}
        onChange={(event) => onDraft({ ...draft, reason: event.target.value })}
      />
    </>
  );
}

function expiryText(t: ReturnType<typeof useTranslations<"evidence.fact">>, expiry: Expiry): string {
  switch (expiry) {
    case "none":
      return t("noEnd");
    case "1h":
      return t("hours", { n: 1 });
    case "24h":
      return t("hours", { n: 24 });
    case "7d":
      return t("days", { n: 7 });
  }
}
