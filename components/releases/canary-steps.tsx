"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/select.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import { addStep, STEP_GATES, type StepDraft, type StepGate } from "./strategy-draft.ts";
import type { FieldProblem } from "./strategy-fields.tsx";

interface StepsProps {
  readonly steps: readonly StepDraft[];
  readonly problem: FieldProblem;
  readonly problemAt: (path: string) => FieldProblem;
  readonly onSteps: (steps: readonly StepDraft[]) => void;
  readonly onActive: (step: number | null) => void;
}

const COLUMNS = "grid grid-cols-[22px_90px_110px_minmax(150px,200px)_30px_minmax(0,1fr)] items-start gap-2";

/** The steps of a canary, one in a row: weight, pause, gate. */
export function CanarySteps({ onActive, onSteps, problem, problemAt, steps }: StepsProps) {
  const t = useTranslations("strategies.steps");
  const change = (key: number, parts: Partial<StepDraft>) =>
    onSteps(steps.map((step) => (step.key === key ? { ...step, ...parts } : step)));
  return (
    <div className="grid gap-2">
      <div aria-hidden className={`${COLUMNS} text-sm font-[540] text-ink-2`}>
        <span />
        <span>{t("weight")}</span>
        <span>{t("pause")}</span>
        <span>{t("gate")}</span>
      </div>
      <ol className="grid gap-2">
        {steps.map((step, place) => (
          <li key={step.key} className={COLUMNS} onFocus={() => onActive(place)} onBlur={() => onActive(null)}>
            <span className="pt-1.5 text-right text-sm text-ink-3 tabular-nums">{place + 1}</span>
            <TextField
              label={null}
              aria-label={t("weightOf", { n: place + 1 })}
              inputMode="decimal"
              value={step.weight}
              problem={shortOf(problemAt(`steps.${place}.weightBp`))}
              onChange={(event) => change(step.key, { weight: event.target.value })}
            />
            <TextField
              label={null}
              aria-label={t("pauseOf", { n: place + 1 })}
              placeholder={t("noPause")}
              value={step.pause}
              problem={shortOf(problemAt(`steps.${place}.pauseMs`))}
              onChange={(event) => change(step.key, { pause: event.target.value })}
            />
            <Select
              label={t("gateOf", { n: place + 1 })}
              value={step.gate}
              onChange={(gate) => change(step.key, { gate: gate as StepGate })}
              options={STEP_GATES.map((value) => ({
                value,
                label: t(value === "none" && place === steps.length - 1 ? "gates.end" : `gates.${value}`),
              }))}
            />
            <Button
              kind="ghost"
              size="icon"
              aria-label={t("remove", { n: place + 1 })}
              whyNot={steps.length === 1 ? t("last") : null}
              onClick={() => onSteps(steps.filter(({ key }) => key !== step.key))}
            >
              <X aria-hidden />
            </Button>
            <div className="min-w-0">
              {step.gate === "event" && (
                <TextField
                  label={null}
                  mono
                  aria-label={t("eventOf", { n: place + 1 })}
                  placeholder="verification.publish"
                  value={step.event}
                  onChange={(event) => change(step.key, { event: event.target.value })}
                />
              )}
              {["weightBp", "pauseMs", "event"].map((field) => (
                <FieldNote key={field} problem={problemAt(`steps.${place}.${field}`)} />
              ))}
            </div>
          </li>
        ))}
      </ol>
      <Button size="small" className="justify-self-start" onClick={() => onSteps(addStep(steps))}>
        <Plus aria-hidden />
        {t("add")}
      </Button>
      <FieldNote problem={problem} />
    </div>
  );
}

/** The field is marked; its text stands at the end of the row, where it has room. */
function shortOf(problem: FieldProblem): FieldProblem {
  return problem ? { detail: "", fix: "" } : null;
}
