import { edgeLock } from "@/components/live/edge-lock.ts";
import { type Scene, type View, visibleEdges } from "./draw-picture.ts";
import { pointAt } from "./edge-geometry.ts";
import { hasEdgeLabel } from "./edge-label-text.ts";

/** From here on a lock of nine pixels can be told from an open one. */
const READING_ZOOM = 0.62;

/** Below this length a lock would sit on its services. */
const LENGTH_MIN = 56;

/** A small lock in the middle of each edge that carries requests: closed and quiet over mTLS, open and amber where some go in plain text. Edges with a label have it there. */
export function drawEncryption(context: CanvasRenderingContext2D, scene: Scene, view: View): void {
  if (view.zoom < READING_ZOOM) return;
  const { hovered } = scene.picture;
  for (const { edge, line, dim } of visibleEdges(scene, view)) {
    const figures = scene.live.serviceEdges.get(edge.key);
    const lock = edgeLock(figures?.encrypted ?? null);
    if (!figures || lock === null || line.length < LENGTH_MIN) continue;
    if (hasEdgeLabel(figures) || (hovered?.kind === "edge" && hovered.id === edge.key)) continue;
    const { x, y } = pointAt(line, line.length / 2);
    context.globalAlpha = dim ? 0.25 : 1;
    drawLock(context, x, y, { isOpen: lock !== "closed", color: lock === "closed" ? scene.palette.strongLine : scene.palette.warn, scene });
  }
  context.globalAlpha = 1;
}

interface LockLooks {
  readonly isOpen: boolean;
  readonly color: string;
  readonly scene: Scene;
}

function drawLock(context: CanvasRenderingContext2D, x: number, y: number, { isOpen, color, scene }: LockLooks): void {
  context.fillStyle = scene.palette.canvas;
  context.beginPath();
  context.arc(x, y, 8, 0, Math.PI * 2);
  context.fill();
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 1.3;
  context.lineCap = "round";
  context.beginPath();
  context.roundRect(x - 3.6, y - 0.8, 7.2, 5.2, 1.2);
  context.fill();
  // The shackle; an open one has swung to the right, so that it differs by shape and not by colour alone.
  const left = isOpen ? x + 0.9 : x - 2.2;
  context.beginPath();
  context.moveTo(left, y - 1);
  context.lineTo(left, y - 2.4);
  context.arc(left + 2.2, y - 2.4, 2.2, Math.PI, 0);
  if (!isOpen) context.lineTo(left + 4.4, y - 1);
  context.stroke();
}
