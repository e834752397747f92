"use client";

import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
import { isGivenUp } from "@/components/shell/api.ts";
import { WeightInput } from "@/components/splits/weight-input.tsx";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { useSpan } from "@/components/ui/use-span.ts";
import { describeCall } from "@/lib/client/index.ts";
import { FULL_WEIGHT_BP } from "@/lib/model/index.ts";
import type { ReleaseVerb, ReleaseView } from "./release-view.ts";
import { useReleaseVerb, useReleaseVerbPreview, type VerbRequest } from "./use-releases.ts";

const BACK: ReadonlySet<ReleaseVerb> = new Set(["rollback", "rollback-gradually", "abort"]);

interface ConfirmProps {
  readonly release: ReleaseView;
  readonly verb: ReleaseVerb;
  readonly onClose: () => void;
}

/** What is about to happen, as the engine says on a dry run; a way back has its button under the finger at once. */
export function VerbConfirm({ onClose, release, verb }: ConfirmProps) {
  const t = useTranslations("releases.confirm");
  const names = useTranslations("releases.verb.name");
  const common = useTranslations("common");
  const confirm = useRef<HTMLButtonElement>(null);
  const [reason, setReason] = useState("");
  const [weightBp, setWeightBp] = useState(() => nextWeight(release));
  const body: VerbRequest = { ...(reason !== "" && { reason }), ...(verb === "jump" && { weightBp }) };
  const preview = useReleaseVerbPreview(release.id, verb, verb === "promote" || verb === "jump" ? body : {});
  const act = useReleaseVerb(release.id, onClose);
  // A way back waits for no preview: whoever wants it wants it now, and the engine refuses it all the same where it must.
  const can = BACK.has(verb) ? { disabled: act.isPending, whyNot: null } : confirmState(preview, act, t("asking"));
  const error = act.error && !isGivenUp(act.error) ? act.error : preview.error;
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      width={500}
      title={t(`title.${verb}`, { service: release.service, version: release.version })}
      description={t(`detail.${verb}`, {
        version: release.version,
        weight: formatWeight(release.weightBp),
        baseline: release.baseline ?? "–",
      })}
      footer={
        <>
          <DialogActions>
            <ConfirmByRisk
              button={confirm}
              kind={BACK.has(verb) ? "danger-solid" : "primary"}
              risk={BACK.has(verb) ? null : preview.data?.risk}
              refused={act.error}
              subject={release.service}
              disabled={can.disabled}
              whyNot={can.whyNot}
              onConfirm={() => act.mutate({ verb, ...body })}
              request={() => describeCall("POST /api/v1/releases/{id}/{verb}", { params: { id: release.id, verb }, body })}
              reason={reason}
            >
              {act.isPending ? t("pending") : names(verb)}
            </ConfirmByRisk>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={commandOf(release.id, verb, body)} />
        </>
      }
    >
      <div className="grid gap-3.5">
        {verb === "jump" && <JumpWeight release={release} weightBp={weightBp} onWeight={setWeightBp} />}
        {error ? (
          <ProblemList error={error} />
        ) : preview.data ? (
          <Effect release={release} next={preview.data} verb={verb} />
        ) : (
          <Skeleton className="h-5 w-2/3" />
        )}
        {!BACK.has(verb) && !error && <RiskReasons risk={preview.data?.risk} />}
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}

/** The next planned weight, where a jump most likely goes. */
function nextWeight({ steps, weightBp }: ReleaseView): number {
  return steps.find((step) => step.weightBp > weightBp)?.weightBp ?? FULL_WEIGHT_BP;
}

function commandOf(id: string, verb: ReleaseVerb, { reason, weightBp }: VerbRequest): Command {
  const words = [
    verb,
    id,
    ...(weightBp === undefined ? [] : ["--weight", String(weightBp / 100)]),
    ...(reason === undefined ? [] : ["--reason", quote(reason)]),
  ];
  const body = { ...(reason !== undefined && { reason }), ...(weightBp !== undefined && { weightBp }) };
  return { cli: `interlock release ${words.join(" ")}`, method: "POST", path: `/api/v1/releases/${id}/${verb}`, body };
}

interface JumpProps {
  readonly release: ReleaseView;
  readonly weightBp: number;
  readonly onWeight: (weightBp: number) => void;
}

/** The planned weights to choose from, and a field for any other. */
function JumpWeight({ onWeight, release, weightBp }: JumpProps) {
  const t = useTranslations("releases.confirm");
  const planned = [...new Set(release.steps.map((step) => step.weightBp))]
    .filter((each) => each > 0 && each !== release.weightBp)
    .slice(0, 6);
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="mb-1.5 text-sm font-[540] text-ink-2">{t("jumpTo")}</legend>
      {planned.map((each) => (
        <Button
          key={each}
          size="small"
          aria-pressed={each === weightBp}
          kind={each === weightBp ? "primary" : "default"}
          onClick={() => onWeight(each)}
        >
          {formatWeight(each)}
        </Button>
      ))}
      <WeightInput version={release.version} weightBp={weightBp} drafted={!planned.includes(weightBp)} onWeight={onWeight} />
    </fieldset>
  );
}

/** The weights before and after, what else it means, and how long it takes as last measured. */
function Effect({
  next,
  release,
  verb,
}: {
  readonly release: ReleaseView;
  readonly next: ReleaseView & { readonly notes?: readonly string[] | undefined };
  readonly verb: ReleaseVerb;
}) {
  const t = useTranslations("releases.confirm");
  const span = useSpan();
  const said = next.history.at(-1)?.sentence;
  return (
    <div className="grid gap-1">
      <p className="tabular-nums">
        {t("weights", { version: release.version, from: formatWeight(release.weightBp), to: formatWeight(next.weightBp) })}
        {BACK.has(verb) && release.rollbackMs !== null && (
          <span className="text-ink-2"> {t("takes", { span: span(release.rollbackMs) })}</span>
        )}
      </p>
      {said !== undefined && said !== release.history.at(-1)?.sentence && <p className="text-sm text-ink-2">{said}</p>}
      {next.notes?.map((note) => (
        <p key={note} className="text-sm text-warn">
          {note}
        </p>
      ))}
    </div>
  );
}
