"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import type { Simulation } from "./use-simulation.ts";

type Step = Simulation["steps"][number];

const STAGES = [
  "host",
  "lane",
  "rule",
  "filters",
  "fault",
  "range",
  "compatibility",
  "split",
  "stickiness",
  "balancer",
  "authorization",
] as const;

type Stage = (typeof STAGES)[number];

/** What an engine says of a stage that did nothing to the request. */
const IDLE: ReadonlySet<string> = new Set(["none", "any version", "nothing taken out"]);

/** The steps of a decision from top to bottom; those that changed nothing are quieter. */
export function SimulateTrace({ steps, isRefused }: { readonly steps: readonly Step[]; readonly isRefused: boolean }) {
  const t = useTranslations("simulate");
  return (
    <ol aria-label={t("trace")} className="grid">
      {steps.map((step, index) => {
        const isLast = index === steps.length - 1;
        const isIdle = IDLE.has(step.decision);
        const isBad = isLast && isRefused;
        return (
          <li key={`${step.stage} ${step.decision}`} className="relative grid grid-cols-[14px_minmax(0,1fr)] gap-x-2 pb-2.5 last:pb-0">
            {!isLast && <span aria-hidden className="absolute bottom-[-5px] left-[5.5px] top-[15px] w-px bg-line-2" />}
            <span
              aria-hidden
              className={classNames(
                "mx-auto mt-[6px] size-[7px] rounded-full",
                isBad ? "bg-bad" : isIdle ? "border border-line-2 bg-panel" : "bg-accent",
              )}
            />
            <div className="min-w-0">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="text-xs text-ink-3">{isStage(step.stage) ? t(`stage.${step.stage}`) : step.stage}</span>
                <span className={classNames("min-w-0 break-words", isBad ? "strong text-bad" : isIdle ? "text-ink-3" : "strong text-ink")}>
                  {step.decision}
                </span>
              </p>
              <p className={classNames("break-words text-sm", isIdle ? "text-ink-3" : "text-ink-2")}>{step.why}</p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function isStage(stage: string): stage is Stage {
  return (STAGES as readonly string[]).includes(stage);
}
