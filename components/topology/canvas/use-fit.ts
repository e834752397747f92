import { useStore as useFlow, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { useLiveStore } from "@/components/live/use-live.ts";
import { INSPECTOR_OVER, INSPECTOR_WIDTH } from "../inspector/inspector-size.ts";
import { fitAll, fitToRead, type Room } from "./fit-viewport.ts";
import { type PictureState, usePictureStore } from "./picture-store.ts";
import { nearOf } from "./use-pointing.ts";

/** The width of the canvas that the inspector does not lie over. */
export function freeWidth(width: number, { selected }: Pick<PictureState, "selected">): number {
  const isCovered = selected !== null && window.matchMedia(INSPECTOR_OVER).matches;
  return isCovered ? Math.max(0, width - INSPECTOR_WIDTH) : width;
}

/** Shows the mesh once, when the first layout arrives; from then on the viewport is the operator's. */
export function useFitOnce(isPlaced: boolean): void {
  const { setViewport } = useReactFlow();
  const picture = usePictureStore();
  const live = useLiveStore();
  const width = useFlow((state) => state.width);
  const height = useFlow((state) => state.height);
  const done = useRef(false);
  useEffect(() => {
    if (!isPlaced || width === 0 || height === 0 || done.current) return;
    done.current = true;
    const state = picture.getState();
    const room: Room = { width: freeWidth(width, state), height };
    const { selected } = state;
    const near = selected === null ? new Set<string>() : nearOf(selected, live.getState().shape.edges);
    const chosen = selected === null ? [] : selected.kind === "service" ? [selected.id] : selected.id.split(">");
    void setViewport(fitToRead(state.boxes, room, chosen, near));
  }, [isPlaced, width, height, setViewport, picture, live]);
}

/** Shows everything, however small. */
export function useFitAll(): (duration: number) => void {
  const { setViewport } = useReactFlow();
  const picture = usePictureStore();
  const flow = useStoreApi();
  return useCallback(
    (duration) => {
      const { height, width } = flow.getState();
      const state = picture.getState();
      void setViewport(fitAll(state.boxes, { width: freeWidth(width, state), height }), { duration });
    },
    [flow, picture, setViewport],
  );
}
