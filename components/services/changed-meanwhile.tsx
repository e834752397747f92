"use client";

import { GitCompareArrows } from "lucide-react";
import { useTranslations } from "use-intl";
import { ChangeDifference } from "@/components/activity/change-difference.tsx";
import { Button } from "@/components/ui/button.tsx";
import type { StaleEdit } from "./stale-edit.ts";

interface ChangedMeanwhileProps {
  readonly service: string;
  readonly stale: StaleEdit<unknown>;
  /** What the form would save. */
  readonly mine: unknown;
  /** Goes on with what was typed, on the state as it is now; null where it has no place in that state. */
  readonly onMine: (() => void) | null;
  /** Fills the form with the state as it is now; null where closing the form comes to the same. */
  readonly onTheirs: (() => void) | null;
}

/** Somebody else changed the service while a form was open: both states, and nothing is written until the operator decides. */
export function ChangedMeanwhile({ service, stale, mine, onMine, onTheirs }: ChangedMeanwhileProps) {
  const t = useTranslations("services.form.stale");
  const draft = useTranslations("splits.draft");
  return (
    <div
      role="alert"
      className="flex gap-2 rounded-2 border border-[color-mix(in_srgb,var(--warn)_45%,var(--line))] bg-warn-soft px-3 py-2"
    >
      <GitCompareArrows aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warn" />
      <div className="grid min-w-0 flex-1 gap-2">
        <div>
          <p className="strong">{draft("conflict", { service })}</p>
          <p className="text-ink-2">{stale.kind === "same-place" && onMine === null ? t("moved") : t(stale.kind)}</p>
        </div>
        {stale.kind === "same-place" && (
          <ChangeDifference change={{ before: stale.now, after: mine, services: [service] }} none={t("alike")} />
        )}
        {stale.kind !== "gone" && (onMine || onTheirs) && (
          <div className="flex gap-2">
            {onMine && (
              <Button size="small" onClick={onMine}>
                {draft("conflictKeep")}
              </Button>
            )}
            {onTheirs && stale.kind === "same-place" && (
              <Button size="small" kind="ghost" onClick={onTheirs}>
                {draft("conflictDrop")}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
