"use client";

import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { useLiveStore } from "@/components/live/use-live.ts";
import { drawEncryption } from "./draw-encryption.ts";
import { drawLocks } from "./draw-locks.ts";
import { clearCanvas, drawFlow, drawPicture, FAR_ZOOM, type Scene, type View } from "./draw-picture.ts";
import { flowMode } from "./flow-mode.ts";
import { readPalette, watchTheme } from "./palette.ts";
import { usePictureStore } from "./picture-store.ts";
import { useEdgeLines } from "./use-edge-lines.ts";

const FRAME_MS = 33;

/** The canvases beneath the nodes. `drawsNodes`: from afar it draws the services too. */
export function EdgeLayer({ drawsNodes }: { readonly drawsNodes: boolean }) {
  const lines = useRef<HTMLCanvasElement>(null);
  const flow = useRef<HTMLCanvasElement>(null);
  const flowView = useStoreApi();
  const live = useLiveStore();
  const picture = usePictureStore();
  const edgeLines = useEdgeLines();

  useEffect(() => {
    const lineContext = lines.current?.getContext("2d");
    const flowContext = flow.current?.getContext("2d");
    if (!lineContext || !flowContext) return undefined;
    let palette = readPalette();
    let requested = 0;
    let last = performance.now();
    const phases = new Map<string, number>();
    const scene = (): Scene => ({ live: live.getState(), picture: picture.getState(), lines: edgeLines.current(), palette });
    const view = (): View => {
      const { transform, width, height } = flowView.getState();
      return { x: transform[0], y: transform[1], zoom: transform[2], width, height };
    };
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    const modeOf = ({ zoom }: View) => {
      const { status, shape } = live.getState();
      return flowMode({
        zoom,
        edges: shape.edges.length,
        isStale: status.state === "stale",
        isStill: still.matches || document.hidden,
      });
    };
    const draw = (): void => {
      const now = view();
      drawPicture(lineContext, scene(), now, drawsNodes && now.zoom < FAR_ZOOM);
      if (now.zoom >= FAR_ZOOM) drawLocks(lineContext, scene());
      drawEncryption(lineContext, scene(), now);
      if (modeOf(now) === "none") clearCanvas(flowContext, now);
      else drawFlow(flowContext, scene(), now, phases, 0);
    };
    const request = (): void => {
      if (requested === 0)
        requested = requestAnimationFrame(() => {
          requested = 0;
          draw();
        });
    };
    let shown = view();
    // Drawn at once with the change of the viewport, so that canvas and nodes move in the same frame.
    const stopView = flowView.subscribe(() => {
      const next = view();
      if (
        next.x === shown.x &&
        next.y === shown.y &&
        next.zoom === shown.zoom &&
        next.width === shown.width &&
        next.height === shown.height
      )
        return;
      shown = next;
      draw();
    });
    const stops = [
      stopView,
      live.subscribe(request),
      picture.subscribe(request),
      watchTheme(() => {
        palette = readPalette();
        request();
      }),
    ];
    const timer = setInterval(() => {
      const now = performance.now();
      const elapsed = Math.min(100, now - last);
      last = now;
      const present = view();
      if (modeOf(present) === "moving") drawFlow(flowContext, scene(), present, phases, elapsed);
    }, FRAME_MS);
    draw();
    return () => {
      for (const stop of stops) stop();
      cancelAnimationFrame(requested);
      clearInterval(timer);
    };
  }, [drawsNodes, edgeLines, flowView, live, picture]);

  return (
    <>
      <canvas ref={lines} aria-hidden className="pointer-events-none absolute inset-0 size-full" />
      <canvas ref={flow} aria-hidden className="pointer-events-none absolute inset-0 size-full group-data-stale/picture:opacity-40" />
    </>
  );
}
