"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { queryKeys } from "@/lib/client/index.ts";
import { ExposureChange } from "./exposure-change.tsx";
import type { WithdrawableFact } from "./withdraw-button.tsx";

/** Asks before a fact is taken back; a dry run says what follows. */
export function WithdrawDialog({ fact, onClose }: { readonly fact: WithdrawableFact; readonly onClose: () => void }) {
  const t = useTranslations("evidence.fact");
  const common = useTranslations("common");
  const client = useQueryClient();
  const confirm = useRef<HTMLButtonElement>(null);
  const params = { id: fact.id };
  const preview = useQuery({
    queryKey: ["withdraw-preview", fact.id],
    queryFn: ({ signal }) => api.call("DELETE /api/v1/evidence/{id}", { params, dryRun: true, signal }),
    retry: false,
    gcTime: 0,
  });
  const withdrawing = useMutation({
    mutationFn: () => api.call("DELETE /api/v1/evidence/{id}", { params }),
    onSuccess: async () => {
      toast.success(t("withdrawn", { id: fact.id }));
      onClose();
      await client.invalidateQueries({ queryKey: queryKeys.compatibility() });
    },
  });
  const error = preview.error ?? (withdrawing.error && !isGivenUp(withdrawing.error) ? withdrawing.error : null);
  const answer = preview.data;
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      title={t("withdrawTitle")}
      description={t("withdrawDetail")}
      footer={
        <>
          <DialogActions>
            <Button ref={confirm} kind="primary" {...confirmState(preview, withdrawing)} onClick={() => withdrawing.mutate()}>
              {t("withdraw")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={{ cli: `interlock evidence withdraw ${fact.id}`, method: "DELETE", path: `/api/v1/evidence/${fact.id}` }} />
        </>
      }
    >
      <div className="grid gap-3">
        <p className="break-words text-ink-2">{fact.sentence}</p>
        {error ? <ProblemList error={error} /> : answer === undefined ? <Skeleton className="h-16" /> : null}
        {answer?.notes?.map((note) => (
          <p key={note} className="text-warn">
            {note}
          </p>
        ))}
        {answer?.exposure !== undefined && <ExposureChange exposure={answer.exposure} />}
      </div>
    </Dialog>
  );
}
