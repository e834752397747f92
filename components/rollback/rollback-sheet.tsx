"use client";

import { type RefObject, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
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
import { ApiProblem, type DescribedRequest, describeCall, type Split } from "@/lib/client/index.ts";
import { type Closure, needsPlan } from "./rollback-answer.ts";
import { PlanRollbackButton, RollbackClosure } from "./rollback-closure.tsx";
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
  const [isKnown, setIsKnown] = useState(false);
  const along = closureOf(preview);
  const failed = along ? null : (preview.error ?? rollback.error);

  return (
    <Sheet
      open
      onClose={closeRollback}
      initialFocus={confirm}
      title={t("title", { service })}
      description={<Moves moves={moves} state={waitingText(preview)} />}
      footer={
        <>
          <DialogActions>
            {!along?.isRefused && (
              <NowButton
                button={confirm}
                preview={preview}
                rollback={rollback}
                isEmpty={moves.length === 0}
                service={service}
                reason={said}
                request={() =>
                  describeCall("POST /api/v1/services/{service}/rollback", {
                    params: { service },
                    rev: split.rev,
                    body: { ...(to !== undefined && { to }), reason: said },
                  })
                }
                onPress={() => rollback.mutate({ service, to, rev: split.rev, reason: said })}
              />
            )}
            {along && <PlanRollbackButton {...along} button={confirm} isKnown={isKnown} to={to} reason={said} />}
            <Button kind="ghost" size="large" onClick={closeRollback}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={along?.isRefused ? planCommandOf(service, to, said) : commandOf(service, to, said, split.rev)} />
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
        {failed && !isGivenUp(failed) && <ProblemList error={failed} title={t("cannot")} />}
        {along && <RollbackClosure {...along} isKnown={isKnown} onKnown={setIsKnown} />}
        {preview.error === null && (
          <>
            <RollbackFacts service={service} split={split} measured={measured} answer={preview.data ?? null} />
            <RiskReasons risk={preview.data?.risk} />
            <RollbackSteps answer={preview.data ?? null} proxies={split.accepted.proxies} />
          </>
        )}
        {(preview.error === null || along) && (
          <TextArea label={t("reason")} value={said} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        )}
      </div>
    </Sheet>
  );
}

interface NowProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly preview: ReturnType<typeof useRollbackPreview>;
  readonly rollback: ReturnType<typeof useRollback>;
  /** Whether nothing would move. */
  readonly isEmpty: boolean;
  readonly service: string;
  readonly reason: string;
  readonly request: () => DescribedRequest;
  readonly onPress: () => void;
}

function NowButton({ button, isEmpty, onPress, preview, reason, request, rollback, service }: NowProps) {
  const t = useTranslations("rollback");
  const can = confirmState(preview, rollback, t("checking"));
  return (
    <ConfirmByRisk
      button={button}
      kind="danger-solid"
      size="large"
      risk={preview.data?.risk}
      refused={rollback.error}
      subject={service}
      disabled={can.disabled}
      whyNot={can.whyNot ?? (isEmpty ? t("nothing") : null)}
      onConfirm={onPress}
      request={request}
      reason={reason}
    >
      {rollback.isPending ? t("confirming") : t("confirm")}
    </ConfirmByRisk>
  );
}

type Waiting = "along" | "nothing" | "cannot" | "checking";

/** What the sheet says of weights while it can name none. */
function waitingText(preview: ReturnType<typeof useRollbackPreview>): Waiting {
  if (closureOf(preview)?.isRefused) return "along";
  return preview.data ? "nothing" : preview.error ? "cannot" : "checking";
}

/** What must move along; `isRefused`: the service is not let go alone. */
function closureOf({
  data,
  error,
}: ReturnType<typeof useRollbackPreview>): { readonly closure: Closure; readonly isRefused: boolean } | null {
  const closure = error instanceof ApiProblem ? error.closure : data?.closure;
  return needsPlan(closure) ? { closure, isRefused: error !== null } : null;
}

interface MovesProps {
  readonly moves: readonly WeightMove[];
  readonly state: Waiting;
}

function Moves({ moves, state }: MovesProps) {
  const t = useTranslations("rollback");
  if (moves.length === 0) return t(state);
  return `${moves.map((move) => t("moves", { version: move.version, from: formatWeight(move.fromBp), to: formatWeight(move.toBp) })).join(", ")}.`;
}

function planCommandOf(service: string, to: string | undefined, reason: string): Command {
  const target = to === undefined ? service : `${service}@${to}`;
  return {
    cli: `interlock plan --rollback ${quote(target)}${reason === "" ? "" : ` --reason ${quote(reason)}`} --execute --watch`,
    method: "POST",
    path: "/api/v1/plans",
    body: { rollback: { service, ...(to !== undefined && { to }) }, reason },
  };
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
