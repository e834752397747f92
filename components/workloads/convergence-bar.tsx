"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import type { DeploymentView } from "./use-workloads.ts";

/** Wanted, actual and ready in one line: a place for each instance that is wanted, filled when it is ready, striped while it is not. */
export function ConvergenceBar({ deployment, colour }: { readonly deployment: DeploymentView; readonly colour: string }) {
  const t = useTranslations("workloads.card");
  const { actual, crashed, ready, starting, target } = deployment;
  const places = Math.max(target, actual, 1);
  const label = t("progress", { ready, starting, crashed, target });
  return (
    <span className="flex items-center gap-2.5">
      <span className={classNames("w-[42px] shrink-0 tabular-nums", ready >= target ? "text-ink" : "text-warn")}>
        {ready}
        <span className="text-ink-3"> / {target}</span>
      </span>
      <span
        role="img"
        aria-label={label}
        title={label}
        className="relative flex h-2 min-w-16 flex-1 overflow-hidden rounded-full bg-sunken"
      >
        <Part share={ready / places} style={{ background: colour }} />
        <Part
          share={starting / places}
          className="animate-pulse"
          style={{ background: `color-mix(in srgb, ${colour} 45%, transparent)` }}
        />
        <Part share={crashed / places} style={{ background: "var(--bad)" }} />
        {actual > target && (
          <span aria-hidden className="absolute inset-y-0 w-[2px] bg-ink" style={{ left: `${(target / places) * 100}%` }} />
        )}
      </span>
    </span>
  );
}

function Part({ share, className, style }: { readonly share: number; readonly className?: string; readonly style: React.CSSProperties }) {
  return (
    <span
      aria-hidden
      className={classNames("h-full transition-[width] duration-180 ease-settle", className)}
      style={{ ...style, width: `${share * 100}%` }}
    />
  );
}
