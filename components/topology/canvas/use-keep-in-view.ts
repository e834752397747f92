import { useStore as useFlow, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import type { Box } from "./edge-geometry.ts";
import { usePicture, usePictureStore } from "./picture-store.ts";
import { freeWidth } from "./use-fit.ts";

const MARGIN = 24;

/** Moves the viewport, as little as needed, when what is selected or focused would be out of sight, such as behind the inspector that opened. */
export function useKeepInView(): void {
  const picture = usePictureStore();
  const flow = useStoreApi();
  const { setViewport } = useReactFlow();
  const width = useFlow((state) => state.width);
  const cursor = usePicture((state) => state.cursor);
  const selected = usePicture((state) => (state.selected?.kind === "service" ? state.selected.id : null));
  const isPlaced = usePicture((state) => state.boxes.size > 0);
  useEffect(() => {
    if (width === 0 || !isPlaced) return;
    const box = picture.getState().boxes.get(cursor ?? selected ?? "");
    if (box) reveal(box);

    function reveal(target: Box): void {
      const { transform, height } = flow.getState();
      const [x, y, zoom] = transform;
      const shiftX = shiftInto(target.x * zoom + x, target.width * zoom, freeWidth(width, picture.getState()));
      const shiftY = shiftInto(target.y * zoom + y, target.height * zoom, height);
      if (shiftX === 0 && shiftY === 0) return;
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      void setViewport({ x: x + shiftX, y: y + shiftY, zoom }, { duration: still ? 0 : 180 });
    }
  }, [cursor, selected, width, isPlaced, picture, flow, setViewport]);
}

/** How far to move so that `start`…`start + length` lies within 0…`room`; 0 where it does, or where the viewport is elsewhere on purpose. */
export function shiftInto(start: number, length: number, room: number): number {
  if (length + MARGIN * 2 > room) return 0;
  if (start < MARGIN) return MARGIN - start;
  const over = start + length + MARGIN - room;
  return over > 0 ? -over : 0;
}
