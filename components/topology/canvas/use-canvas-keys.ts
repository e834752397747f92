import type { KeyboardEvent } from "react";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useLiveStore } from "@/components/live/use-live.ts";
import { type Direction, walkGraph } from "../walk-graph.ts";
import { type PictureItem, usePictureStore } from "./picture-store.ts";

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** Arrow keys walk from service to service; on a canvas that draws the services itself they select instead of focusing. */
export function useCanvasKeys(onOpen: (item: PictureItem | null) => void): (event: KeyboardEvent) => void {
  const picture = usePictureStore();
  const live = useLiveStore();
  return (event) => {
    const direction = ARROWS[event.key];
    const from = event.target instanceof HTMLElement ? event.target.dataset["service"] : undefined;
    if (!direction || from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { boxes, cursor } = picture.getState();
    const services = new Map([...boxes].filter(([name]) => name !== INGRESS));
    const next = walkGraph(services, live.getState().shape.edges, cursor ?? from, direction);
    if (next === null) return;
    picture.setState({ cursor: next });
    const target = document.querySelector<HTMLElement>(`[data-service="${CSS.escape(next)}"]`);
    if (target) target.focus({ preventScroll: true });
    else onOpen({ kind: "service", id: next });
  };
}
