"use client";

import { TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { type NodeView, useWorkloadWrite } from "./use-workloads.ts";

interface NodeConfirmProps {
  readonly node: NodeView;
  readonly others: readonly NodeView[];
  readonly onClose: () => void;
}

/** Says what draining a node, or giving it back, does before it is done. */
export function NodeConfirm({ node, others, onClose }: NodeConfirmProps) {
  const t = useTranslations("workloads.nodes");
  const common = useTranslations("common");
  const confirm = useRef<HTMLButtonElement>(null);
  const [reason, setReason] = useState("");
  const verb = node.drained === null ? "drain" : "undrain";
  const moves = node.instances.filter(({ assignment }) => assignment !== null).length;
  const stays = node.instances.length - moves;
  const body = reason === "" ? {} : { reason };
  const { isPending, problem, run } = useWorkloadWrite({
    write: () => api.call(`POST /api/v1/nodes/{node}/${verb}`, { params: { node: node.node }, body, idempotencyKey: crypto.randomUUID() }),
    done: () => t(`${verb}Done`, { node: node.node }),
    onDone: onClose,
  });
  const why = reason === "" ? "" : ` --reason ${quote(reason)}`;
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      title={t(`${verb}Title`, { node: node.node })}
      description={t(`${verb}Detail`)}
      footer={
        <>
          <DialogActions>
            <Button ref={confirm} kind={verb === "drain" ? "danger-solid" : "primary"} disabled={isPending} onClick={() => run(undefined)}>
              {t(`${verb}Go`)}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand
            command={{
              cli: `interlock nodes ${verb} ${node.node}${why}`,
              method: "POST",
              path: `/api/v1/nodes/${node.node}/${verb}`,
              body,
            }}
          />
        </>
      }
    >
      <div className="grid gap-3">
        {verb === "drain" && (
          <div className="grid gap-1.5">
            <p>{t("drainMoves", { n: moves })}</p>
            {stays > 0 && <p className="text-ink-2">{t("drainStays", { n: stays })}</p>}
            {moves > 0 && !others.some(({ schedulable }) => schedulable) && (
              <p className="flex items-start gap-2 text-warn">
                <TriangleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
                {t("drainNowhere")}
              </p>
            )}
          </div>
        )}
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        {problem && <ProblemList error={problem} />}
      </div>
    </Dialog>
  );
}
