import { type RefObject, useMemo, useRef } from "react";
import type { TopologyShape } from "@/components/live/topology-shape.ts";
import { useLiveStore } from "@/components/live/use-live.ts";
import { createEdgeLine, type EdgeLine } from "./edge-geometry.ts";
import { type PictureState, usePictureStore } from "./picture-store.ts";

type Lines = ReadonlyMap<string, EdgeLine>;

/** The lines of all edges, made anew only for edges whose ends have moved. The reference holds a function that gives those of now. */
export function useEdgeLines(): RefObject<() => Lines> {
  const live = useLiveStore();
  const picture = usePictureStore();
  const read = useMemo(() => createLineCache(), []);
  return useRef(() => read(live.getState().shape, picture.getState()));
}

function createLineCache() {
  let shape: TopologyShape | null = null;
  let boxes: PictureState["boxes"] | null = null;
  let bends: PictureState["bends"] | null = null;
  let lines: ReadonlyMap<string, EdgeLine> = new Map();
  return (nextShape: TopologyShape, picture: PictureState): Lines => {
    if (shape === nextShape && boxes === picture.boxes && bends === picture.bends) return lines;
    const next = new Map<string, EdgeLine>();
    for (const edge of nextShape.edges) {
      const source = picture.boxes.get(edge.from);
      const target = picture.boxes.get(edge.to);
      if (!source || !target) continue;
      const known = lines.get(edge.key);
      const isSame = boxes?.get(edge.from) === source && boxes.get(edge.to) === target && bends === picture.bends;
      next.set(edge.key, known && isSame ? known : createEdgeLine(source, target, picture.bends[edge.key]));
    }
    shape = nextShape;
    boxes = picture.boxes;
    bends = picture.bends;
    lines = next;
    return lines;
  };
}
