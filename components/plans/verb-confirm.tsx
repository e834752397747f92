"use client";

import { OctagonMinus, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ConfirmByRisk } from "@/components/governance/confirm-by-risk.tsx";
import { RiskReasons } from "@/components/governance/risk-reasons.tsx";
import { useLive } from "@/components/live/use-live.ts";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import { confirmState } from "@/components/ui/confirm-state.ts";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { formatRate, formatShare } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { quote } from "@/components/ui/quote.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { describeCall } from "@/lib/client/index.ts";
import { closingStep, type PlanView, type PlanWaveView, servicesOf } from "./plan-view.ts";
import { usePlanVerb, useVerbPreview } from "./use-plans.ts";
import { isTurn } from "./verb-state.ts";
import { WayList } from "./way-list.tsx";

interface ConfirmProps {
  readonly plan: PlanView;
  readonly verb: "execute" | "reverse";
  readonly onClose: () => void;
}

/** What is about to happen, as the engine says on a dry run; where there is no way back, that has to be said yes to. */
export function VerbConfirm({ onClose, plan, verb }: ConfirmProps) {
  const t = useTranslations("plans.confirm");
  const common = useTranslations("common");
  const confirm = useRef<HTMLButtonElement>(null);
  const [reason, setReason] = useState("");
  const [isKnown, setIsKnown] = useState(false);
  const preview = useVerbPreview(plan.id, verb);
  const act = usePlanVerb(plan.id, onClose);
  const waves = wavesAhead(plan, verb);
  const services = servicesOf(waves);
  const needed = useRates(services);
  const closing = verb === "execute" && waves.some((wave) => closingStep(wave) !== undefined);
  const can = confirmState(preview, act, t("asking"));
  const rate = [...needed.values()].reduce((sum, each) => sum + each, 0);
  const detail = { waves: waves.length, services: services.join(", "), rate: formatRate(rate) };
  return (
    <Dialog
      open
      onClose={onClose}
      initialFocus={confirm}
      width={560}
      title={t(verb === "execute" && isTurn(plan) ? "forward" : verb, { id: plan.id })}
      description={t(`${verb}Detail`, detail)}
      footer={
        <>
          <DialogActions>
            <ConfirmByRisk
              button={confirm}
              kind={verb === "reverse" || closing ? "danger-solid" : "primary"}
              risk={preview.data?.risk}
              refused={act.error}
              subject={plan.id}
              disabled={can.disabled}
              whyNot={can.whyNot ?? (closing && !isKnown ? t("ackNeeded") : null)}
              onConfirm={() => act.mutate({ verb, reason })}
              request={() =>
                describeCall(`POST /api/v1/plans/{id}/${verb}`, { params: { id: plan.id }, body: reason === "" ? {} : { reason } })
              }
              reason={reason}
            >
              {act.isPending ? t(`${verb}Pending`) : t(`${verb}Go`)}
            </ConfirmByRisk>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={commandOf(plan.id, verb, reason)} />
        </>
      }
    >
      <div className="grid gap-3">
        <WhatHappens verb={verb} waves={waves} needed={needed} preview={preview} failure={act.error} />
        {preview.data && <RiskReasons risk={preview.data.risk} />}
        <TextField label={t("reason")} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        {closing && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={isKnown} onChange={(event) => setIsKnown(event.target.checked)} />
            {t("ack")}
          </label>
        )}
      </div>
    </Dialog>
  );
}

function commandOf(id: string, verb: ConfirmProps["verb"], reason: string): Command {
  const why = reason === "" ? "" : ` --reason ${quote(reason)}`;
  const body = reason === "" ? {} : { reason };
  return { cli: `interlock plan ${verb} ${id}${why} --watch`, method: "POST", path: `/api/v1/plans/${id}/${verb}`, body };
}

interface WhatHappensProps {
  readonly verb: ConfirmProps["verb"];
  readonly waves: readonly PlanWaveView[];
  readonly needed: ReadonlyMap<string, number>;
  readonly preview: ReturnType<typeof useVerbPreview>;
  readonly failure: Error | null;
}

/** The waves ahead with what speaks against them, or why the engine would refuse. */
function WhatHappens({ failure, needed, preview, verb, waves }: WhatHappensProps) {
  const error = preview.error ?? (failure && !isGivenUp(failure) ? failure : null);
  if (error) return <ProblemList error={error} />;
  if (preview.isPending) return <Skeleton className="h-16" />;
  return (
    <>
      <WayList waves={waves} />
      {verb === "execute" && <Shortages waves={waves} needed={needed} />}
      {preview.data?.notes?.map((note) => (
        <p key={note} className="flex items-start gap-2 text-warn">
          <OctagonMinus aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          {note}
        </p>
      ))}
      <Exposure />
    </>
  );
}

/** The waves that a verb goes through, in its order, each step as it will move. */
function wavesAhead({ laneStage, waves, wavesDone }: PlanView, verb: "execute" | "reverse"): readonly PlanWaveView[] {
  if (verb === "execute") return waves.slice(wavesDone);
  const moved = waves.slice(0, wavesDone + (laneStage > 0 ? 1 : 0));
  return moved.toReversed().map((wave) => ({ ...wave, steps: wave.steps.map((step) => ({ ...step, from: step.to, to: step.from })) }));
}

function Exposure() {
  const t = useTranslations("plans.confirm");
  const exposure = useLive((state) => state.mesh?.exposure ?? null);
  if (exposure === null) return null;
  return (
    <p className="text-sm text-ink-2">
      {t("exposure", { broken: formatShare(exposure.broken), unproven: formatShare(exposure.unproven) })}
    </p>
  );
}

/** Steps to a version that cannot carry what its service takes now. */
function Shortages({ needed, waves }: { readonly waves: readonly PlanWaveView[]; readonly needed: ReadonlyMap<string, number> }) {
  const t = useTranslations("plans.confirm");
  return waves
    .flatMap(({ steps }) => steps)
    .flatMap(({ capacityRps, service, to }) => {
      const rate = needed.get(service) ?? 0;
      if (capacityRps === null || capacityRps >= rate) return [];
      const values = { service, version: to, capacity: formatRate(capacityRps), needed: formatRate(rate) };
      return [
        <p key={`${service} ${to}`} className="flex items-start gap-2 text-bad">
          <TriangleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          {t("short", values)}
        </p>,
      ];
    });
}

/** Requests/s of each service at present. */
function useRates(services: readonly string[]): ReadonlyMap<string, number> {
  const live = useLive((state) => state.services);
  return new Map(services.map((service) => [service, (live.get(service)?.versions ?? []).reduce((sum, lane) => sum + lane.rps, 0)]));
}
