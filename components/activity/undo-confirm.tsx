"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { formatShare } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { type Change, describeCall } from "@/lib/client/index.ts";
import { ChangeDifference } from "./change-difference.tsx";
import { useChangeText } from "./change-text.ts";

/** Shows what an undo would do, as the engine says, before it is done. */
export function UndoConfirm({ change, onClose }: { readonly change: Change; readonly onClose: () => void }) {
  const t = useTranslations("activity");
  const common = useTranslations("common");
  const { subjectOf } = useChangeText();
  const confirm = useRef<HTMLButtonElement>(null);
  const params = { id: change.id };
  const preview = useQuery({
    queryKey: ["undo-preview", change.id],
    queryFn: ({ signal }) => api.call("POST /api/v1/changes/{id}/undo", { params, body: {}, dryRun: true, signal }),
    retry: false,
    gcTime: 0,
  });
  const undo = useMutation({
    mutationFn: () => api.call("POST /api/v1/changes/{id}/undo", { params, body: {}, idempotencyKey: crypto.randomUUID() }),
    onSuccess: () => {
      toast.success(t("undoDone", { subject: subjectOf(change) }));
      onClose();
    },
  });
  const error = preview.error ?? (undo.error && !isGivenUp(undo.error) ? undo.error : null);
  const effect = preview.data?.change ?? null;
  const after = preview.data?.exposure?.after;
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      title={t("undoTitle", { id: change.id })}
      description={t("undoDetail", { subject: subjectOf(change) })}
      width={560}
      footer={
        <>
          <DialogActions>
            <ConfirmByRisk
              button={confirm}
              kind="primary"
              risk={preview.data?.risk}
              refused={undo.error}
              subject={change.id}
              {...confirmState(preview, undo)}
              onConfirm={() => undo.mutate()}
              request={() => describeCall("POST /api/v1/changes/{id}/undo", { params, body: {} })}
              reason=""
            >
              {t("undoConfirm")}
            </ConfirmByRisk>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{ cli: `interlock undo ${change.id}`, method: "POST", path: `/api/v1/changes/${change.id}/undo`, body: {} }}
          />
        </>
      }
    >
      <div className="grid gap-3">
        {error ? <ProblemList error={error} /> : effect ? <ChangeDifference change={effect} /> : <Skeleton className="h-16" />}
        {!error && <RiskReasons risk={preview.data?.risk} />}
        {!error && after && (
          <p className="text-sm text-ink-2">
            {t("exposureAfter", { broken: formatShare(after.broken), unproven: formatShare(after.unproven) })}
          </p>
        )}
      </div>
    </Dialog>
  );
}
