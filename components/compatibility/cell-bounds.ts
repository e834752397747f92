/**
 * Where the two boundaries of an edge run through its matrix: S around what is proven, G around what is not disproven, inferred pairs included
 * on either side. Each cell is told on which of its sides a line runs, so that a grid draws them without measuring anything.
 *
 * In: the matrix as the API gives it, versions lowest first. Out: per pair the sides with a line; "top" is towards the newer consumer version,
 * as rows stand with the newest on top.
 * Invariants: S lies within G; where both would run along one side, only S does; a single broken release between working ones (an exception)
 * cuts no hole into a region that holds it.
 */
import type { CompatibilityCell, CompatibilityMatrix } from "@/lib/client/index.ts";
import { pairParam } from "./matrix-link.ts";

/** Sides of a cell with a line. */
export interface Sides {
  readonly top: boolean;
  readonly right: boolean;
  readonly bottom: boolean;
  readonly left: boolean;
}

export interface CellBounds {
  readonly proven: Sides;
  readonly possible: Sides;
}

type MatrixParts = Pick<CompatibilityMatrix, "cells" | "consumerVersions" | "exceptions" | "providerVersions" | "regions">;

/** The lines of every cell that has some, by `consumerVersion~providerVersion`. Versions of one service among themselves have no such order, hence no lines. */
export function boundsOf(matrix: MatrixParts): ReadonlyMap<string, CellBounds> {
  const { consumerVersions, providerVersions } = matrix;
  const proven = regionOf(matrix, isProven, "lowestProven", "highestProven");
  const possible = regionOf(matrix, isPossible, "lowestPossible", "highestPossible");
  const keyAt = (row: number, column: number) => pairParam(consumerVersions[row] ?? "", providerVersions[column] ?? "");
  const bounds = new Map<string, CellBounds>();
  for (let row = 0; row < consumerVersions.length; row++) {
    for (let column = 0; column < providerVersions.length; column++) {
      const solid = sidesOf(proven, keyAt, row, column);
      const outer = sidesOf(possible, keyAt, row, column);
      const dashed = {
        top: outer.top && !solid.top,
        right: outer.right && !solid.right,
        bottom: outer.bottom && !solid.bottom,
        left: outer.left && !solid.left,
      };
      if (hasAny(solid) || hasAny(dashed)) bounds.set(keyAt(row, column), { proven: solid, possible: dashed });
    }
  }
  return bounds;
}

function isProven({ inferred, verdict }: CompatibilityCell): boolean {
  return verdict === "compatible" || inferred === "compatible";
}

function isPossible({ inferred, verdict }: CompatibilityCell): boolean {
  return verdict !== "incompatible" && inferred !== "incompatible";
}

function regionOf(
  { cells, exceptions, providerVersions, regions }: MatrixParts,
  isInside: (cell: CompatibilityCell) => boolean,
  lowest: "lowestProven" | "lowestPossible",
  highest: "highestProven" | "highestPossible",
): ReadonlySet<string> {
  const inside = new Set(cells.filter(isInside).map(({ consumerVersion, providerVersion }) => pairParam(consumerVersion, providerVersion)));
  for (const { consumerVersion, providerVersion } of exceptions) {
    const region = regions.find((each) => each.consumerVersion === consumerVersion);
    const [from, to] = [region?.[lowest] ?? null, region?.[highest] ?? null];
    if (from === null || to === null) continue;
    const position = providerVersions.indexOf(providerVersion);
    if (providerVersions.indexOf(from) <= position && position <= providerVersions.indexOf(to))
      inside.add(pairParam(consumerVersion, providerVersion));
  }
  return inside;
}

function sidesOf(region: ReadonlySet<string>, keyAt: (row: number, column: number) => string, row: number, column: number): Sides {
  if (!region.has(keyAt(row, column))) return { top: false, right: false, bottom: false, left: false };
  return {
    top: !region.has(keyAt(row + 1, column)),
    right: !region.has(keyAt(row, column + 1)),
    bottom: !region.has(keyAt(row - 1, column)),
    left: !region.has(keyAt(row, column - 1)),
  };
}

function hasAny({ bottom, left, right, top }: Sides): boolean {
  return top || right || bottom || left;
}
