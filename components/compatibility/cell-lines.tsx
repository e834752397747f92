import { classNames } from "@/components/ui/class-names.ts";
import type { CellBounds, Sides } from "./cell-bounds.ts";

/** Half the space between two cells plus half the line, so that lines of neighbours meet. */
const PLACES: Readonly<Record<keyof Sides, string>> = {
  top: "-top-1 -left-1 -right-1 border-t-2",
  right: "-right-1 -top-1 -bottom-1 border-r-2",
  bottom: "-bottom-1 -left-1 -right-1 border-b-2",
  left: "-left-1 -top-1 -bottom-1 border-l-2",
};
const SIDES = ["top", "right", "bottom", "left"] as const;

/** The boundaries along the sides of one cell, in the gap between cells: S solid, G dashed. */
export function CellLines({ bounds }: { readonly bounds: CellBounds }) {
  return (
    <>
      {SIDES.filter((side) => bounds.proven[side]).map((side) => (
        <span key={side} aria-hidden className={classNames("pointer-events-none absolute border-ok", PLACES[side])} />
      ))}
      {SIDES.filter((side) => bounds.possible[side]).map((side) => (
        <span key={side} aria-hidden className={classNames("pointer-events-none absolute border-dashed border-unknown", PLACES[side])} />
      ))}
    </>
  );
}
