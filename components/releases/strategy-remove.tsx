"use client";

import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import type { NamedStrategy } from "./release-view.ts";
import { useRemoveStrategy } from "./use-strategies.ts";

interface RemoveProps {
  readonly strategy: NamedStrategy;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Asks before a strategy goes; one that is there from the start is as it was at first again. */
export function StrategyRemove({ onClose, onRemoved, strategy: { builtIn, name, rev } }: RemoveProps) {
  const t = useTranslations("strategies");
  const common = useTranslations("common");
  const remove = useRemoveStrategy(() => {
    toast.success(t(builtIn ? "reset.done" : "remove.done", { name }));
    onRemoved();
  });
  const command = {
    cli: `interlock strategy remove ${quote(name)}`,
    method: "DELETE",
    path: `/api/v1/strategies/${encodeURIComponent(name)}`,
    rev,
  } as const;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(builtIn ? "reset.title" : "remove.title", { name })}
      description={t(builtIn ? "reset.detail" : "remove.detail")}
      footer={
        <>
          <DialogActions>
            <Button kind="danger-solid" disabled={remove.isPending} onClick={() => remove.mutate({ name, rev })}>
              {t(builtIn ? "reset.action" : "remove.action")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={command} />
        </>
      }
    >
      {remove.error && <ProblemList error={remove.error} />}
    </Dialog>
  );
}
