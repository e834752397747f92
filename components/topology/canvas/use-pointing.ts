import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type MouseEvent, useMemo } from "react";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useLiveStore } from "@/components/live/use-live.ts";
import type { Point } from "../layout/layout-graph.ts";
import { findLineAt } from "./edge-geometry.ts";
import { type PictureItem, type PictureState, usePictureStore } from "./picture-store.ts";
import { useEdgeLines } from "./use-edge-lines.ts";

/** Pixels within which the pointer is on an edge. */
const REACH = 7;

/** What the pointer is on. Edges have no elements, so the canvas finds them itself; `drawsNodes`: services neither. */
export function usePointing(drawsNodes: boolean, onOpen: (item: PictureItem | null) => void) {
  const picture = usePictureStore();
  const live = useLiveStore();
  const edgeLines = useEdgeLines();
  const flow = useStoreApi();
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(() => {
    const find = (event: MouseEvent): PictureItem | null => {
      const point = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const service = drawsNodes ? findBoxAt(picture.getState().boxes, point) : null;
      if (service !== null) return { kind: "service", id: service };
      const edge = findLineAt(edgeLines.current(), point, REACH / flow.getState().transform[2]);
      return edge === null ? null : { kind: "edge", id: edge };
    };
    const hover = (item: PictureItem | null): void => {
      const { hovered } = picture.getState();
      if (hovered?.id === item?.id) return;
      picture.setState({ hovered: item, near: item === null ? null : nearOf(item, live.getState().shape.edges) });
    };
    return {
      hover,
      onMove(event: MouseEvent): void {
        const item = find(event);
        (event.currentTarget as HTMLElement).style.cursor = item === null ? "" : "pointer";
        hover(item);
      },
      onClick(event: MouseEvent): void {
        const item = find(event);
        onOpen(item?.id === INGRESS ? null : item);
      },
    };
  }, [drawsNodes, edgeLines, flow, live, onOpen, picture, screenToFlowPosition]);
}

/** What is next to something, itself included. */
export function nearOf(
  item: PictureItem,
  edges: readonly { readonly key: string; readonly from: string; readonly to: string }[],
): ReadonlySet<string> {
  const touching = edges.filter((edge) => (item.kind === "edge" ? edge.key === item.id : edge.from === item.id || edge.to === item.id));
  return new Set([...(item.kind === "service" ? [item.id] : []), ...touching.flatMap((edge) => [edge.from, edge.to])]);
}

function findBoxAt(boxes: PictureState["boxes"], point: Point): string | null {
  for (const [name, box] of boxes) {
    if (point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height) return name;
  }
  return null;
}
