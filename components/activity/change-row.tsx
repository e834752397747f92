"use client";

import { CornerUpLeft } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { Change } from "@/lib/client/index.ts";
import { ChangeDigest } from "./change-digest.tsx";
import { useChangeText } from "./change-text.ts";
import { ClockStepTag } from "./clock-step.tsx";
import { UndoConfirm } from "./undo-confirm.tsx";

interface ChangeRowProps {
  readonly change: Change;
  /** The change that took this one back. */
  readonly undoneBy: string | null;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** One change in the list: when, what, by whom, why, and the way back. */
export function ChangeRow({ change, undoneBy, isChosen, onChoose }: ChangeRowProps) {
  const t = useTranslations("activity");
  const { sentenceOf } = useChangeText();
  const [isUndoing, setUndoing] = useState(false);
  return (
    <li
      data-change={change.id}
      className={classNames(
        "group relative grid grid-cols-[92px_minmax(0,1fr)_auto] items-start gap-x-3 border-t border-line px-4 py-2.5 first:border-t-0",
        isChosen ? "bg-accent-soft" : "hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]",
      )}
    >
      <RelativeTime at={change.at} className="pt-px tabular-nums text-ink-3" />
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <button type="button" aria-pressed={isChosen} onClick={onChoose} className="text-left font-[540] after:absolute after:inset-0">
            {sentenceOf(change)}
          </button>
          <ChangeDigest change={change} />
          <ClockStepTag change={change} />
        </div>
        <p className="truncate text-ink-2">
          <span className="text-ink">{change.author}</span>
          <span className="text-ink-3"> · {t(`via.${change.via}`)} · </span>
          {change.reason === "" ? <span className="text-ink-3">{t("noReason")}</span> : change.reason}
        </p>
      </div>
      <div className="relative z-10 flex items-center gap-2">
        {undoneBy !== null ? (
          <Tag tone="unknown">{t("undone", { id: undoneBy })}</Tag>
        ) : (
          change.undoable && (
            <Button size="small" onClick={() => setUndoing(true)}>
              <CornerUpLeft aria-hidden />
              {t("undo")}
            </Button>
          )
        )}
      </div>
      {isUndoing && <UndoConfirm change={change} onClose={() => setUndoing(false)} />}
    </li>
  );
}
