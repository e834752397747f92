"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import type { Pins } from "./pins.ts";
import type { SpaceCell } from "./space-cells.ts";
import { CELL_HEIGHT, type PlacedCell, type SpaceLayout } from "./space-layout.ts";

const TIP_WIDTH = 296;
const SENTENCES_MAX = 4;

interface TipProps {
  readonly cell: SpaceCell;
  readonly place: PlacedCell;
  readonly layout: SpaceLayout;
  readonly pins: Pins;
}

/** Beside the version that is pointed at: why it cannot be. The button itself says the same to screen readers. */
export function SpaceTip({ cell, layout, pins, place }: TipProps) {
  const t = useTranslations("versions");
  const sentences = useSentences(cell, pins);
  const isRight = place.x + TIP_WIDTH > layout.width;
  const isLow = place.y > layout.height / 2 && place.y > 200;
  return (
    <div
      aria-hidden
      className={classNames("pointer-events-none absolute z-30 animate-rise", isLow && "-translate-y-full")}
      style={{
        width: TIP_WIDTH,
        left: Math.max(4, isRight ? place.x + layout.cellWidth / 2 - TIP_WIDTH : place.x - layout.cellWidth / 2),
        top: isLow ? place.y - CELL_HEIGHT / 2 - 7 : place.y + CELL_HEIGHT / 2 + 7,
      }}
    >
      <div className="grid gap-1 rounded-2 border border-line-2 bg-raised px-3 py-2 text-sm text-ink shadow-raised">
        <p className={classNames("strong", (cell.state === "by-pin" || cell.state === "conflict") && "text-bad")}>
          {t(`state.${cell.state}`)}
        </p>
        {sentences.slice(0, SENTENCES_MAX).map((sentence) => (
          <p key={sentence} className="text-ink-2">
            {sentence}
          </p>
        ))}
        {sentences.length > SENTENCES_MAX && <p className="text-ink-3">…</p>}
      </div>
    </div>
  );
}

/** The proof in sentences, or what stands for it. */
function useSentences(cell: SpaceCell, pins: Pins): readonly string[] {
  const t = useTranslations("versions");
  if (cell.reasons.length > 0) return cell.reasons;
  const pinned = pins.get(cell.service);
  if (cell.state === "set-aside") {
    return pinned === undefined ? [t("setAsideConflict")] : [t("setAsideBy", { service: cell.service, version: pinned })];
  }
  if (cell.state === "conflict") return [t("setAsideConflict")];
  if (cell.state === "by-pin" || cell.state === "anyway") return [t("waiting")];
  return cell.share === null ? [] : [t("inShare", { share: `${Math.round(cell.share * 100)}\u00a0%` })];
}
