import { edgeLock } from "@/components/live/edge-lock.ts";
import { type Scene, type View, visibleEdges } from "./draw-picture.ts";
import { pointAt } from "./edge-geometry.ts";
import { hasEdgeLabel } from "./edge-label-text.ts";
import type { Palette } from "./palette.ts";

/** From here on a lock of nine pixels can be told from a dot. */
const SIGN_ZOOM = 0.62;

/** Below this length a lock would sit on its services. */
const LENGTH_MIN = 56;

/**
 * A small open lock, amber, in the middle of each edge where some requests go in plain text. Encryption is what is expected and says nothing; an edge
 * with a label has its lock there.
 */
export function drawEncryption(context: CanvasRenderingContext2D, scene: Scene, view: View): void {
  if (view.zoom < SIGN_ZOOM) return;
  const { hovered } = scene.picture;
  for (const { edge, line, dim } of visibleEdges(scene, view)) {
    const figures = scene.live.serviceEdges.get(edge.key);
    const lock = edgeLock(figures?.encrypted ?? null);
    if (!figures || lock === null || lock === "closed" || line.length < LENGTH_MIN) continue;
    if (hasEdgeLabel(figures) || (hovered?.kind === "edge" && hovered.id === edge.key)) continue;
    const { x, y } = pointAt(line, line.length / 2);
    context.globalAlpha = dim ? 0.25 : 1;
    drawOpenLock(context, x, y, scene.palette);
  }
  context.globalAlpha = 1;
}

function drawOpenLock(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  context.fillStyle = palette.canvas;
  context.beginPath();
  context.arc(x, y, 8, 0, Math.PI * 2);
  context.fill();
  context.strokeStyle = palette.warn;
  context.fillStyle = palette.warn;
  context.lineWidth = 1.3;
  context.lineCap = "round";
  context.beginPath();
  context.roundRect(x - 3.6, y - 0.8, 7.2, 5.2, 1.2);
  context.fill();
  // The shackle has swung to the right and holds nothing.
  const left = x + 0.9;
  context.beginPath();
  context.moveTo(left, y - 1);
  context.lineTo(left, y - 2.4);
  context.arc(left + 2.2, y - 2.4, 2.2, Math.PI, 0);
  context.stroke();
}
