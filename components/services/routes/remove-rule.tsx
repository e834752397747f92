"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { api, isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { queryKeys } from "@/lib/client/index.ts";
import { matchText } from "./route-text.ts";
import { type RuleEdit, rulesWithout } from "./rule-edit.ts";

/** Asks before a rule is removed; a dry run says at once whether it can be. */
export function RemoveRule({ edit, onClose }: { readonly edit: RuleEdit; readonly onClose: () => void }) {
  const t = useTranslations("routes");
  const common = useTranslations("common");
  const client = useQueryClient();
  const { routes } = edit;
  const rule = routes.rules[edit.index ?? -1];
  const rules = rulesWithout(edit);
  const params = { service: routes.service };
  const preview = useQuery({
    queryKey: ["remove-rule-preview", routes.service, routes.rev, edit.index],
    queryFn: () => api.call("PUT /api/v1/services/{service}/routes", { params, body: { rules }, rev: routes.rev, dryRun: true }),
    retry: false,
    gcTime: 0,
  });
  const removing = useMutation({
    mutationFn: () => api.call("PUT /api/v1/services/{service}/routes", { params, body: { rules }, rev: routes.rev }),
    onSuccess: async () => {
      toast.success(t("form.removed"));
      onClose();
      await client.invalidateQueries({ queryKey: queryKeys.service(routes.service) });
    },
  });
  const error = preview.error ?? (removing.error && !isGivenUp(removing.error) ? removing.error : null);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("form.removeTitle")}
      description={rule?.name ?? rule?.matches.map((match) => matchText(match) ?? t("everything")).join(", ")}
      footer={
        <>
          <DialogActions>
            <Button kind="danger-solid" {...confirmState(preview, removing)} onClick={() => removing.mutate()}>
              {t("remove")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{
              cli: `interlock routes ${routes.service} -f rules.yaml`,
              method: "PUT",
              path: `/api/v1/services/${routes.service}/routes`,
              body: { rules },
              rev: routes.rev,
            }}
          />
        </>
      }
    >
      {error ? <ProblemList error={error} /> : null}
    </Dialog>
  );
}
