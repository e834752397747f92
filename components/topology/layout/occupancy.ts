import type { LayoutNode, LayoutSpacing, Point } from "./layout-graph.ts";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which parts of the plane boxes cover. */
export interface Occupancy {
  take(node: LayoutNode, at: Point): void;
  /** `wanted` itself where it is free, else the nearest spot above or below it that keeps its distance. */
  nearestFree(node: LayoutNode, wanted: Point): Point;
  bounds(): { readonly left: number; readonly bottom: number };
}

const CELL = 256;

/** An empty plane; boxes are found by a grid of cells, so that a thousand of them stay cheap. */
export function createOccupancy(spacing: LayoutSpacing): Occupancy {
  const cells = new Map<string, Box[]>();
  let left = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;

  const eachCell = (box: Box, visit: (key: string) => void): void => {
    for (let column = Math.floor(box.left / CELL); column <= Math.floor(box.right / CELL); column++) {
      for (let row = Math.floor(box.top / CELL); row <= Math.floor(box.bottom / CELL); row++) visit(`${column},${row}`);
    }
  };
  const firstOverlap = (box: Box): Box | null => {
    let found: Box | null = null;
    eachCell(box, (key) => {
      found ??= cells.get(key)?.find((other) => overlaps(box, other)) ?? null;
    });
    return found;
  };
  /** Slides from box to box in one direction until nothing is in the way. */
  const slide = (node: LayoutNode, wanted: Point, downwards: boolean): Point => {
    let y = wanted.y;
    for (;;) {
      const blocking = firstOverlap(boxAt(node, { x: wanted.x, y }));
      if (blocking === null) return { x: wanted.x, y };
      y = downwards ? blocking.bottom + spacing.rowGap : blocking.top - spacing.rowGap - node.height;
    }
  };
  return {
    take(node, at) {
      const box = boxAt(node, at);
      left = Math.min(left, box.left);
      bottom = Math.max(bottom, box.bottom);
      eachCell(box, (key) => {
        const cell = cells.get(key);
        if (cell) cell.push(box);
        else cells.set(key, [box]);
      });
    },
    nearestFree(node, wanted) {
      const below = slide(node, wanted, true);
      const above = slide(node, wanted, false);
      return below.y - wanted.y <= wanted.y - above.y ? below : above;
    },
    bounds: () => ({ left: Number.isFinite(left) ? left : 0, bottom: Number.isFinite(bottom) ? bottom : 0 }),
  };
}

function boxAt(node: LayoutNode, at: Point): Box {
  return { left: at.x, top: at.y, right: at.x + node.width, bottom: at.y + node.height };
}

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
