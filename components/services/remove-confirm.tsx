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

/** What is to be removed. */
export type Removal =
  | { readonly kind: "service"; readonly service: string; readonly rev: number }
  | { readonly kind: "version"; readonly service: string; readonly version: string; readonly rev: number }
  | { readonly kind: "instance"; readonly id: string; readonly service: string };

const TEXTS = {
  service: ["removeService", "removeServiceDetail"],
  version: ["removeVersion", "removeVersionDetail"],
  instance: ["removeInstance", "removeInstanceDetail"],
} as const;

/** Asks before something is removed; a dry run says at once whether it can be. */
export function RemoveConfirm({
  removal,
  onClose,
  onDone,
}: {
  readonly removal: Removal;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}) {
  const t = useTranslations("services.form");
  const common = useTranslations("common");
  const client = useQueryClient();
  const preview = useQuery({ queryKey: ["removal-preview", removal], queryFn: () => remove(removal, true), retry: false, gcTime: 0 });
  const removing = useMutation({
    mutationFn: () => remove(removal, false),
    onSuccess: async () => {
      toast.success(t("removed", { subject: subjectOf(removal) }));
      onClose();
      onDone?.();
      await client.invalidateQueries({ queryKey: queryKeys.services() });
    },
  });
  const error = preview.error ?? (removing.error && !isGivenUp(removing.error) ? removing.error : null);
  const [title, detail] = TEXTS[removal.kind];
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(title, { subject: subjectOf(removal) })}
      description={t(detail)}
      footer={
        <>
          <DialogActions>
            <Button kind="danger-solid" {...confirmState(preview, removing, t("checking"))} onClick={() => removing.mutate()}>
              {t("remove")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{
              cli: "interlock apply -f mesh.yaml --prune",
              method: "DELETE",
              path: pathOf(removal),
              rev: "rev" in removal ? removal.rev : undefined,
            }}
          />
        </>
      }
    >
      {error ? <ProblemList error={error} /> : null}
    </Dialog>
  );
}

function subjectOf(removal: Removal): string {
  if (removal.kind === "instance") return removal.id;
  return removal.kind === "version" ? `${removal.service} ${removal.version}` : removal.service;
}

function pathOf(removal: Removal): string {
  if (removal.kind === "instance") return `/api/v1/instances/${removal.id}`;
  return `/api/v1/services/${removal.service}${removal.kind === "version" ? `/versions/${removal.version}` : ""}`;
}

function remove(removal: Removal, dryRun: boolean) {
  switch (removal.kind) {
    case "service":
      return api.call("DELETE /api/v1/services/{service}", { params: { service: removal.service }, rev: removal.rev, dryRun });
    case "version":
      return api.call("DELETE /api/v1/services/{service}/versions/{version}", {
        params: { service: removal.service, version: removal.version },
        rev: removal.rev,
        dryRun,
      });
    case "instance":
      return api.call("DELETE /api/v1/instances/{id}", { params: { id: removal.id }, dryRun });
  }
}
