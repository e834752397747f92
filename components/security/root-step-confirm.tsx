"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { IDENTITIES_KEY, type RootStep } from "./use-identities.ts";

/** Asks before a step of the root change is taken, since none can be undone; a dry run says at once whether it can be. */
export function RootStepConfirm({ step, onClose }: { readonly step: RootStep; readonly onClose: () => void }) {
  const t = useTranslations("security.root");
  const common = useTranslations("common");
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const body = { step, ...(reason.trim() !== "" && { reason: reason.trim() }) };
  const preview = useQuery({
    queryKey: ["root-step-preview", step],
    queryFn: () => api.call("POST /api/v1/identities/rotate-root", { body: { step }, dryRun: true }),
    retry: false,
    gcTime: 0,
  });
  const take = useMutation({
    mutationFn: () => api.call("POST /api/v1/identities/rotate-root", { body }),
    onSuccess: async () => {
      toast.success(t(`step.${step}.taken`));
      onClose();
      await client.invalidateQueries({ queryKey: IDENTITIES_KEY });
    },
  });
  const error = preview.error ?? (take.error && !isGivenUp(take.error) ? take.error : null);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`step.${step}.ask`)}
      description={t(`step.${step}.does`)}
      footer={
        <>
          <DialogActions>
            <Button
              kind={step === "drop-old" ? "danger-solid" : "primary"}
              {...confirmState(preview, take, t("checking"))}
              onClick={() => take.mutate()}
            >
              {t(`step.${step}.take`)}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{
              cli: `interlock identities rotate-root --step ${step}${reason.trim() === "" ? "" : ` --reason ${quote(reason.trim())}`}`,
              method: "POST",
              path: "/api/v1/identities/rotate-root",
              body,
            }}
          />
        </>
      }
    >
      <div className="grid gap-3">
        <p className="text-ink-2">{t(step === "drop-old" ? "finalNote" : "safeNote")}</p>
        <TextField
          label={common("reason")}
          hint={t("reasonHint")}
          value={reason}
          maxLength={2000}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
        {error && <ProblemList error={error} />}
      </div>
    </Dialog>
  );
}
