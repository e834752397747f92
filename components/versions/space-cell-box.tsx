"use client";

import { Diamond, Pin } from "lucide-react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { refText } from "./pins.ts";
import type { CellState, Mark, SpaceCell } from "./space-cells.ts";
import { CELL_HEIGHT, type PlacedCell } from "./space-layout.ts";

const LOOKS: Readonly<Record<CellState, string>> = {
  pinned: "border-2 border-accent bg-panel text-ink",
  conflict: "border-2 border-bad bg-panel text-ink",
  possible: "border-line-2 bg-panel text-ink hover:border-ink-3",
  "set-aside": "border-line bg-sunken text-ink-2",
  "by-pin": "border-[color-mix(in_srgb,var(--bad)_45%,var(--line-2))] bg-sunken text-ink-2",
  anyway: "border-dashed border-line-2 bg-sunken text-ink-3",
};
const HATCH: Partial<Readonly<Record<CellState, string>>> = {
  conflict: "repeating-linear-gradient(135deg, color-mix(in srgb, var(--bad) 34%, transparent) 0 1px, transparent 1px 8px)",
  "by-pin": "repeating-linear-gradient(135deg, color-mix(in srgb, var(--bad) 50%, transparent) 0 1px, transparent 1px 8px)",
  anyway: "repeating-linear-gradient(135deg, color-mix(in srgb, var(--ink-3) 26%, transparent) 0 1px, transparent 1px 8px)",
};

/** Narrower cells have room for their version alone: signs move into the corners. */
const TIGHT_BELOW = 72;

export interface CellBoxProps {
  readonly cell: SpaceCell;
  readonly place: PlacedCell;
  readonly width: number;
  readonly colour: string;
  /** Of the traffic of its service. */
  readonly weightBp: number;
  readonly mark: Mark | null;
  readonly isInTabOrder: boolean;
  readonly onPin: () => void;
  readonly onPoint: (isPointed: boolean) => void;
  readonly onFocus: (isByKey: boolean) => void;
  readonly onBlur: () => void;
}

/** One version: what it is in the space that the pins leave, and how much of the traffic it has. */
export function SpaceCellBox(props: CellBoxProps) {
  const { cell, colour, isInTabOrder, mark, onBlur, onFocus, onPin, onPoint, place, weightBp, width } = props;
  const label = useCellLabel(cell, weightBp, mark);
  const isTight = width < TIGHT_BELOW;
  const isPinned = cell.state === "pinned" || cell.state === "conflict";
  const hatch = HATCH[cell.state];
  const isLiveLooking = cell.isLive && (cell.state === "possible" || cell.state === "set-aside" || cell.state === "by-pin");
  return (
    <td
      aria-colindex={place.column + 1}
      className="absolute p-0 transition-[left,top] duration-180 ease-settle"
      style={{ left: place.x - width / 2, top: place.y - CELL_HEIGHT / 2, width, height: CELL_HEIGHT }}
    >
      <button
        type="button"
        data-cell={refText(cell)}
        data-state={cell.state}
        aria-label={label}
        aria-pressed={isPinned}
        tabIndex={isInTabOrder ? 0 : -1}
        onClick={onPin}
        onPointerEnter={() => onPoint(true)}
        onPointerLeave={() => onPoint(false)}
        onFocus={(event) => onFocus(event.currentTarget.matches(":focus-visible"))}
        onBlur={onBlur}
        style={isLiveLooking ? { borderColor: colour } : undefined}
        className={classNames(
          "relative grid size-full scroll-ml-24 scroll-mt-16 place-items-center overflow-hidden rounded-[7px] border transition-colors duration-120",
          isTight ? "px-0.5" : "px-1.5",
          LOOKS[cell.state],
        )}
      >
        {weightBp > 0 && (
          <span
            aria-hidden
            className="absolute inset-y-0 left-0 transition-[width] duration-180"
            style={{ width: `max(3px, ${weightBp / 100}%)`, background: `color-mix(in srgb, ${colour} 26%, transparent)` }}
          />
        )}
        {cell.state === "pinned" && <span aria-hidden className="absolute inset-0 bg-accent-soft" />}
        {hatch !== undefined && <span aria-hidden className="absolute inset-0" style={{ backgroundImage: hatch }} />}
        <span
          className={classNames(
            "relative flex max-w-full items-center gap-1 rounded-1 font-mono text-[11.5px] leading-[18px] tracking-[-0.03em]",
            isTight ? "px-px" : "px-1",
            hatch !== undefined && "bg-[color-mix(in_srgb,var(--sunken)_86%,transparent)]",
          )}
        >
          {cell.isMarked && (
            <Diamond
              aria-hidden
              className={classNames("shrink-0 fill-current text-accent", isTight ? "absolute -top-[5px] -left-[5px] size-2.5" : "size-2.5")}
            />
          )}
          <span className="truncate" title={cell.version.length > (isTight ? 6 : 9) ? cell.version : undefined}>
            {cell.version}
          </span>
          {isPinned && (
            <Pin
              aria-hidden
              className={classNames(
                "shrink-0 fill-current",
                isTight ? "absolute -top-[5px] -right-[5px] size-2.5" : "size-2.5",
                cell.state === "pinned" ? "text-accent" : "text-bad",
              )}
            />
          )}
        </span>
      </button>
    </td>
  );
}

/** Everything that the looks of a cell say, and the proof. */
function useCellLabel(cell: SpaceCell, weightBp: number, mark: Mark | null): string {
  const t = useTranslations("versions");
  const parts = [
    t("cell", { service: cell.service, version: cell.version, state: t(`state.${cell.state}`) }),
    cell.isLive ? (weightBp > 0 ? t("cellLive", { weight: formatWeight(weightBp) }) : t("cellLiveRule")) : "",
    cell.isMarked ? t(mark === "oldest" ? "cellMarkedOldest" : "cellMarkedNewest") : "",
  ].filter(Boolean);
  return [`${parts.join(", ")}.`, ...cell.reasons].join(" ");
}
