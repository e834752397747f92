"use client";

import { Check, Circle, LoaderCircle, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSplit } from "@/components/live/use-split.ts";
import { classNames } from "@/components/ui/class-names.ts";
import type { Split } from "@/lib/client/index.ts";

type Phase = Split["phases"][number];

const LOOKS = {
  done: { Icon: Check, tone: "text-ok" },
  running: { Icon: LoaderCircle, tone: "text-accent" },
  failed: { Icon: X, tone: "text-bad" },
  waiting: { Icon: Circle, tone: "text-ink-3" },
} as const;

/** The phases of the last change of weights in their order, each with what proves it; nothing before the first change. */
export function PhaseSteps({ service, size }: { readonly service: string; readonly size: "inspector" | "large" }) {
  const t = useTranslations("splits.converge");
  const phases = useSplit(service)?.phases ?? [];
  if (phases.length === 0) return null;
  // What is past and proven needs no room beside the topology; it stays on the service's page.
  const isDone = phases.every(({ state }) => state === "done");
  return (
    <ol
      aria-label={t("phases")}
      className={classNames(
        "mt-3 gap-x-4 gap-y-2 border-t border-line pt-2.5",
        size === "large" ? "grid grid-cols-2 min-[900px]:grid-cols-4" : isDone ? "flex flex-wrap" : "grid grid-cols-2",
      )}
    >
      {phases.map((phase) => (
        <Step key={phase.phase} phase={phase} isShort={size === "inspector" && isDone} />
      ))}
    </ol>
  );
}

function Step({ phase: { phase, proof, state }, isShort }: { readonly phase: Phase; readonly isShort: boolean }) {
  const t = useTranslations("splits.converge");
  const { Icon, tone } = LOOKS[state];
  return (
    <li className="grid min-w-0 grid-cols-[14px_minmax(0,1fr)] gap-x-1.5" title={isShort ? proof : undefined}>
      <Icon aria-hidden className={classNames("mt-[3px] size-3.5", tone)} strokeWidth={2.4} />
      <div className="min-w-0">
        <p className="text-sm font-[560]">
          {t(`phase.${phase}`)} <span className={classNames("font-normal", tone, isShort && "sr-only")}>{t(`state.${state}`)}</span>
        </p>
        <p lang="en" className={isShort ? "sr-only" : "break-words text-xs text-ink-2"}>
          {proof}
        </p>
      </div>
    </li>
  );
}
