"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
import { useLive } from "@/components/live/use-live.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { describeCall } from "@/lib/client/index.ts";
import { ChangeSetOutcome } from "./change-set-outcome.tsx";
import { discardDrafts, type SplitDraft } from "./draft-store.ts";
import { splitChange, splitCommand } from "./split-change.ts";
import { useChangeSet } from "./use-change-set.ts";

/** What some drafts would do, according to the engine, with the reason and the button that does it. */
export function DraftPanel({
  drafts,
  onDone,
  command = true,
}: {
  readonly drafts: readonly SplitDraft[];
  readonly onDone?: () => void;
  readonly command?: boolean;
}) {
  const t = useTranslations("splits.draft");
  const [reason, setReason] = useState("");
  const changeSet = useChangeSet(drafts);
  const overtaken = useLive(
    (state) => drafts.find((draft) => (state.splits.get(draft.service)?.rev ?? draft.rev) !== draft.rev)?.service ?? null,
  );
  const risk = changeSet.dryRun?.risk ?? (changeSet.dryRun ? ({ level: "click", reasons: [] } as const) : null);
  const refusal = changeSet.dryRunError ? t("refused") : changeSet.dryRun ? null : t("waitDryRun");
  const blocked = overtaken === null ? refusal : t("conflict", { service: overtaken });
  return (
    <form
      className="grid gap-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        // Enter is a press: a change that asks for more is confirmed by its button.
        if (risk?.level === "click" && blocked === null && !changeSet.isApplying) changeSet.apply(reason.trim());
      }}
    >
      <ChangeSetOutcome drafts={drafts} changeSet={changeSet} />
      <RiskReasons risk={risk} />
      <TextField
        label={t("reason")}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={2000}
        autoComplete="off"
      />
      <div className="flex gap-2">
        <ConfirmByRisk
          kind="primary"
          risk={risk}
          refused={changeSet.applyError}
          subject={drafts[0]?.service ?? ""}
          whyNot={blocked}
          disabled={changeSet.isApplying}
          onConfirm={() => changeSet.apply(reason.trim())}
          request={() => describeCall("POST /api/v1/changes", { body: { changes: drafts.map(splitChange), reason: reason.trim() } })}
          reason={reason.trim()}
        >
          {changeSet.isApplying ? t("applying") : t("apply")}
        </ConfirmByRisk>
        <Button
          onClick={() => {
            discardDrafts(drafts.map((draft) => draft.service));
            onDone?.();
          }}
        >
          {t("discard")}
        </Button>
      </div>
      {command && <DraftCommand drafts={drafts} reason={reason.trim()} />}
    </form>
  );
}

/** The same change for a terminal. */
function DraftCommand({ drafts, reason }: { readonly drafts: readonly SplitDraft[]; readonly reason: string }) {
  const cli = drafts.map((draft) => splitCommand(draft, reason)).join(" && ");
  const changes = drafts.map(splitChange);
  return <CopyCommand command={{ cli, method: "POST", path: "/api/v1/changes", body: { changes, reason } }} className="rounded-2 border" />;
}
