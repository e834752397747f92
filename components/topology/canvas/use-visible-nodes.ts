import { type Node, useStore as useFlow } from "@xyflow/react";
import { useMemo } from "react";

const CELL = 800;
const MARGIN = 400;

/** The nodes whose grid cell is in view, so that panning a large mesh mounts few elements; all of them where `enabled` is false. */
export function useVisibleNodes(nodes: Node[], enabled: boolean): Node[] {
  const area = useFlow((state) => (enabled ? cellsInView(state.transform, state.width, state.height) : ""));
  const grid = useMemo(() => (enabled ? groupByCell(nodes) : null), [nodes, enabled]);
  return useMemo(() => {
    if (grid === null) return nodes;
    const [left = 0, top = 0, right = 0, bottom = 0] = area.split(",").map(Number);
    const visible: Node[] = [];
    for (let column = left; column <= right; column++) {
      for (let row = top; row <= bottom; row++) visible.push(...(grid.get(`${column},${row}`) ?? []));
    }
    return visible;
  }, [grid, nodes, area]);
}

/** `left,top,right,bottom` in cells: changes only when a cell comes into view or leaves it. */
function cellsInView([x, y, zoom]: readonly [number, number, number], width: number, height: number): string {
  const cell = (value: number) => Math.floor(value / CELL);
  return [cell(-x / zoom - MARGIN), cell(-y / zoom - MARGIN), cell((width - x) / zoom + MARGIN), cell((height - y) / zoom + MARGIN)].join(
    ",",
  );
}

function groupByCell(nodes: readonly Node[]): ReadonlyMap<string, Node[]> {
  return Map.groupBy(nodes, (node) => `${Math.floor(node.position.x / CELL)},${Math.floor(node.position.y / CELL)}`);
}
