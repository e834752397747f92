"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { type Freeze, useGovernanceWrite } from "./use-governance.ts";

/** Asks before a freeze is ended; the reason stands in the log. */
export function FreezeEnd({ freeze, onClose }: { readonly freeze: Freeze; readonly onClose: () => void }) {
  const t = useTranslations("governance.freeze");
  const common = useTranslations("common");
  const [reason, setReason] = useState("");
  const { active, id, name, rev } = freeze;
  const end = useGovernanceWrite(
    () => api.call("DELETE /api/v1/freezes/{id}", { params: { id }, rev, query: reason === "" ? {} : { reason } }),
    () => {
      toast.success(t("ended", { name }));
      onClose();
    },
  );
  const why = reason === "" ? "" : ` --reason ${quote(reason)}`;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("endTitle", { name })}
      description={t("endDetail")}
      footer={
        <>
          <DialogActions>
            <Button
              kind="danger-solid"
              disabled={end.isPending}
              whyNot={active !== null && reason.trim() === "" ? t("reasonNeeded") : null}
              onClick={() => end.mutate(undefined)}
            >
              {t("end")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={{ cli: `interlock freeze remove ${id}${why}`, method: "DELETE", path: `/api/v1/freezes/${id}`, rev }} />
        </>
      }
    >
      <div className="grid gap-3">
        {end.error && !isGivenUp(end.error) && <ProblemList error={end.error} />}
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}
