"use client";

import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import type { LiveService } from "@/components/live/live-service.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { formatMs, formatShare, formatWeight } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { Select } from "@/components/ui/select.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import type { Split } from "@/lib/client/index.ts";
import { RollbackFacts } from "./rollback-facts.tsx";
import { RollbackSteps } from "./rollback-steps.tsx";
import { closeRollback, rollbackStore } from "./rollback-store.ts";
import { useRollback, useRollbackPreview } from "./use-rollback.ts";
import { type WeightMove, weightMoves } from "./weight-moves.ts";

/** Value of the target list that stands for "what it was before". */
const BEFORE = "";

/** From anywhere: what a rollback moves, where to, since when, whom it touches; then one press. */
export function RollbackSheet() {
  const service = useStore(rollbackStore, (state) => state.open);
  const suggested = useStore(rollbackStore, (state) => state.suggested);
  const split = useSplit(service ?? "");
  const measured = useTopologyService(service ?? "");
  const t = useTranslations("rollback");
  if (service === null) return null;
  if (!split || !measured) {
    return (
      <Sheet open onClose={closeRollback} title={t("title", { service })} description={t("checking")}>
        <Skeleton className="h-40" />
      </Sheet>
    );
  }
  return <OpenSheet key={`${service} ${suggested ?? ""}`} service={service} suggested={suggested} split={split} measured={measured} />;
}

interface OpenSheetProps {
  readonly service: string;
  readonly suggested: string | null;
  readonly split: Split;
  readonly measured: LiveService;
}

function OpenSheet({ service, suggested, split, measured }: OpenSheetProps) {
  const t = useTranslations("rollback");
  const common = useTranslations("common");
  const [target, setTarget] = useState(suggested ?? BEFORE);
  const to = target === BEFORE ? undefined : target;
  const rollback = useRollback();
  // The service's rev moves before the answer comes: once pressed, the sheet stays with what was confirmed.
  const isSent = rollback.isPending || rollback.isSuccess;
  const preview = useRollbackPreview({ service, to, rev: isSent ? rollback.variables.rev : split.rev });
  const confirm = useRef<HTMLButtonElement>(null);
  const moves = preview.data ? weightMoves(preview.data.from, preview.data.to) : [];
  const [reason, setReason] = useState<string | null>(null);
  const said = reason ?? suggestReason(measured, moves[0]?.version, t);
  const can = confirmState(preview, rollback, t("checking"));
  const error = preview.error ?? (rollback.error && !isGivenUp(rollback.error) ? rollback.error : null);

  return (
    <Sheet
      open
      onClose={closeRollback}
      initialFocus={confirm}
      title={t("title", { service })}
      description={<Moves moves={moves} state={preview.data ? "nothing" : preview.error ? "cannot" : "checking"} />}
      footer={
        <>
          <DialogActions>
            <Button
              ref={confirm}
              kind="danger-solid"
              size="large"
              className="flex-1"
              disabled={can.disabled}
              whyNot={can.whyNot ?? (moves.length === 0 ? t("nothing") : null)}
              onClick={() => rollback.mutate({ service, to, rev: split.rev, reason: said })}
            >
              {rollback.isPending ? t("confirming") : t("confirm")}
            </Button>
            <Button kind="ghost" size="large" onClick={closeRollback}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={commandOf(service, to, said, split.rev)} />
        </>
      }
    >
      <div className="grid gap-5">
        <div className="flex items-center gap-3">
          <span className="w-[150px] shrink-0 text-ink-2">{t("target")}</span>
          <Select
            label={t("target")}
            className="min-w-0 flex-1"
            value={target}
            onChange={setTarget}
            options={[
              { value: BEFORE, label: t("targetBefore") },
              ...measured.versions.map((lane) => ({ value: lane.version, label: t("targetVersion", { version: lane.version }) })),
            ]}
          />
        </div>
        {error && <ProblemList error={error} title={t("cannot")} />}
        {preview.error === null && (
          <>
            <RollbackFacts service={service} split={split} measured={measured} answer={preview.data ?? null} />
            <RollbackSteps answer={preview.data ?? null} proxies={split.accepted.proxies} />
            <TextArea label={t("reason")} value={said} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
          </>
        )}
      </div>
    </Sheet>
  );
}

function Moves({ moves, state }: { readonly moves: readonly WeightMove[]; readonly state: "nothing" | "cannot" | "checking" }) {
  const t = useTranslations("rollback");
  if (moves.length === 0) return t(state);
  return `${moves.map((move) => t("moves", { version: move.version, from: formatWeight(move.fromBp), to: formatWeight(move.toBp) })).join(", ")}.`;
}

function commandOf(service: string, to: string | undefined, reason: string, rev: number): Command {
  const target = to === undefined ? "" : ` --to ${to}`;
  return {
    cli: `interlock rollback ${quote(service)}${target}${reason === "" ? "" : ` --reason ${quote(reason)}`}`,
    method: "POST",
    path: `/api/v1/services/${service}/rollback`,
    body: { ...(to !== undefined && { to }), reason },
    rev,
  };
}

/** What is measured on the version that leaves makes a reason that stands in the log; the operator may say better. */
function suggestReason(measured: LiveService, version: string | undefined, t: ReturnType<typeof useTranslations<"rollback">>): string {
  const lane = measured.versions.find((each) => each.version === version);
  if (!lane || lane.errorRate === null || lane.p99Ms === null) return "";
  return t("reasonSuggestion", { version: lane.version, errors: formatShare(lane.errorRate), p99: formatMs(lane.p99Ms) });
}
