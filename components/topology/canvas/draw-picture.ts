/**
 * Draws edges, and from afar the services too, on one canvas: two thousand lines cost less than two thousand elements.
 *
 * Only what the viewport shows is drawn. Near: curves, wide by rate, coloured by health with significance. Far (zoom below `FAR_ZOOM`): straight
 * lines, all of one colour in one stroke, and boxes without text, while React Flow mounts no nodes at all. Dots travel along near edges, on a canvas of
 * their own, as often as requests do (faster with the logarithm of the rate).
 */

import type { Health } from "../../live/health.ts";
import type { LiveState } from "../../live/live-store.ts";
import { sumFigures } from "../../live/service-figures.ts";
import type { EdgeShape } from "../../live/topology-shape.ts";
import { type Box, type EdgeLine, pointAt } from "./edge-geometry.ts";
import type { Palette } from "./palette.ts";
import { emphasisOf, emphasisOfEdge, type PictureState } from "./picture-store.ts";

export const FAR_ZOOM = 0.45;

const DOT_SPACING = 46;

/** What React Flow shows: translation and zoom, and the size of the canvas in CSS pixels. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

/** All that a drawing needs; `lines` by edge key. */
export interface Scene {
  readonly live: LiveState;
  readonly picture: PictureState;
  readonly lines: ReadonlyMap<string, EdgeLine>;
  readonly palette: Palette;
}

/** Clears a canvas and sets it up so that drawing is in the picture's own coordinates. */
export function clearCanvas(context: CanvasRenderingContext2D, view: View): void {
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(view.width * scale);
  const height = Math.round(view.height * scale);
  if (context.canvas.width !== width || context.canvas.height !== height) {
    context.canvas.width = width;
    context.canvas.height = height;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(view.zoom * scale, 0, 0, view.zoom * scale, view.x * scale, view.y * scale);
}

/** Draws edges, and services where the zoom is far. */
export function drawPicture(context: CanvasRenderingContext2D, scene: Scene, view: View, drawsNodes: boolean): void {
  clearCanvas(context, view);
  if (view.zoom < FAR_ZOOM) drawFarEdges(context, scene, view);
  else drawNearEdges(context, scene, view);
  if (drawsNodes) drawFarNodes(context, scene, view);
}

/** The health of an edge; unknown without requests. */
export function edgeHealth(live: LiveState, key: string): Health {
  return live.serviceEdges.get(key)?.health ?? "unknown";
}

/** Width of a line in pixels: by the logarithm of its rate. */
function edgeWidth(rps: number): number {
  return rps <= 0 ? 1 : 1.2 + Math.log2(1 + rps) / 2.6;
}

/** Edges that the viewport shows and that are not hidden, dim ones first. */
export function visibleEdges(scene: Scene, view: View): { edge: EdgeShape; line: EdgeLine; dim: boolean }[] {
  const { left, top, right, bottom } = visibleArea(view);
  const visible: { edge: EdgeShape; line: EdgeLine; dim: boolean }[] = [];
  for (const edge of scene.live.shape.edges) {
    const line = scene.lines.get(edge.key);
    if (!line || line.right < left || line.left > right || line.bottom < top || line.top > bottom) continue;
    const emphasis = emphasisOfEdge(scene.picture, edge.key, edge.from, edge.to);
    if (emphasis !== "hidden") visible.push({ edge, line, dim: emphasis === "dim" });
  }
  return visible.sort((one, other) => Number(other.dim) - Number(one.dim));
}

function visibleArea(view: View) {
  return {
    left: -view.x / view.zoom,
    top: -view.y / view.zoom,
    right: (view.width - view.x) / view.zoom,
    bottom: (view.height - view.y) / view.zoom,
  };
}

function drawNearEdges(context: CanvasRenderingContext2D, scene: Scene, view: View): void {
  context.lineCap = "round";
  for (const { edge, line, dim } of visibleEdges(scene, view)) {
    const figures = scene.live.serviceEdges.get(edge.key);
    const isPointed = scene.picture.hovered?.id === edge.key || scene.picture.selected?.id === edge.key;
    context.globalAlpha = dim ? 0.22 : 1;
    context.strokeStyle = isPointed
      ? scene.palette.accent
      : lineColor(scene.palette, edgeHealth(scene.live, edge.key), (figures?.requests ?? 0) > 0);
    context.lineWidth = edgeWidth(figures?.rps ?? 0) + (isPointed ? 0.6 : 0);
    context.setLineDash(figures && figures.requests > 0 ? [] : [2, 5]);
    strokeLine(context, line);
    if (figures && figures.denied > 0) drawDenials(context, scene.palette, line);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** What authorization refuses: red dashes on the line, whatever its health, since a refusal is no failure of the callee. */
function drawDenials(context: CanvasRenderingContext2D, palette: Palette, line: EdgeLine): void {
  context.strokeStyle = palette.bad;
  context.lineWidth += 0.4;
  context.setLineDash([4, 7]);
  strokeLine(context, line);
}

function strokeLine(context: CanvasRenderingContext2D, line: EdgeLine): void {
  context.beginPath();
  const first = line.curves[0];
  if (first) context.moveTo(first.from.x, first.from.y);
  for (const { leave, arrive, to } of line.curves) context.bezierCurveTo(leave.x, leave.y, arrive.x, arrive.y, to.x, to.y);
  context.stroke();
}

function lineColor(palette: Palette, health: Health, hasRequests: boolean): string {
  if (health === "bad") return palette.bad;
  if (health === "warn") return palette.warn;
  return hasRequests ? palette.line : palette.faint;
}

function drawFarEdges(context: CanvasRenderingContext2D, scene: Scene, view: View): void {
  const visible = visibleEdges(scene, view).map((entry) => ({ ...entry, health: edgeHealth(scene.live, entry.edge.key) }));
  for (const health of ["ok", "unknown", "warn", "bad"] as const) {
    context.strokeStyle = lineColor(scene.palette, health, true);
    context.lineWidth = (health === "bad" || health === "warn" ? 2 : 1) / view.zoom;
    for (const dim of [true, false]) {
      context.globalAlpha = dim ? 0.2 : 0.8;
      strokeStraight(
        context,
        visible.filter((entry) => entry.dim === dim && entry.health === health).map((entry) => entry.line),
      );
    }
  }
  context.globalAlpha = 1;
}

/** All lines in one stroke. */
function strokeStraight(context: CanvasRenderingContext2D, lines: readonly EdgeLine[]): void {
  context.beginPath();
  for (const { points } of lines) {
    context.moveTo(points[0] ?? 0, points[1] ?? 0);
    context.lineTo(points.at(-2) ?? 0, points.at(-1) ?? 0);
  }
  context.stroke();
}

function drawFarNodes(context: CanvasRenderingContext2D, scene: Scene, view: View): void {
  const { left, top, right, bottom } = visibleArea(view);
  for (const [name, box] of scene.picture.boxes) {
    if (box.x > right || box.x + box.width < left || box.y > bottom || box.y + box.height < top) continue;
    const emphasis = emphasisOf(scene.picture, name);
    if (emphasis !== "hidden") drawFarNode(context, scene, view, name, box, emphasis === "dim");
  }
  context.globalAlpha = 1;
}

function drawFarNode(context: CanvasRenderingContext2D, scene: Scene, view: View, name: string, box: Box, dim: boolean): void {
  const service = scene.live.services.get(name);
  const health = service ? sumFigures(service).health : "unknown";
  context.globalAlpha = dim ? 0.25 : 1;
  context.fillStyle = scene.palette.panel;
  context.strokeStyle = scene.picture.selected?.id === name ? scene.palette.accent : scene.palette.line;
  context.lineWidth = 1 / view.zoom;
  context.fillRect(box.x, box.y, box.width, box.height);
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.fillStyle = scene.palette[health];
  context.fillRect(box.x, box.y, 10, box.height);
  // Two letters of a name that is five pixels high help nobody; what stands out gets its name in a readable size.
  const stands = health === "bad" || health === "warn" || scene.picture.selected?.id === name;
  if (!stands && view.zoom < 0.25) return;
  context.fillStyle = scene.palette.ink;
  context.font = `600 ${Math.min(40, 11 / view.zoom)}px Inter Variable, Inter, sans-serif`;
  context.textBaseline = "middle";
  context.fillText(name, box.x + 18, box.y + box.height / 2, box.width * (stands ? 4 : 1) - 24);
}

/** Draws the dots of all near edges; `phases` holds how far each edge's dots have come and is moved on by `elapsedMs`. */
export function drawFlow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  phases: Map<string, number>,
  elapsedMs: number,
): void {
  clearCanvas(context, view);
  for (const { edge, line, dim } of visibleEdges(scene, view)) {
    const figures = scene.live.serviceEdges.get(edge.key);
    if (!figures || figures.rps <= 0) continue;
    const speed = 14 + 13 * Math.log2(1 + figures.rps);
    const phase = ((phases.get(edge.key) ?? 0) + (speed * elapsedMs) / 1000) % DOT_SPACING;
    phases.set(edge.key, phase);
    const health = edgeHealth(scene.live, edge.key);
    context.globalAlpha = dim ? 0.25 : 1;
    context.fillStyle = health === "bad" ? scene.palette.bad : health === "warn" ? scene.palette.warn : scene.palette.strongLine;
    const radius = Math.max(1.3, edgeWidth(figures.rps) * 0.62);
    context.beginPath();
    for (let distance = phase; distance < line.length; distance += DOT_SPACING) {
      const { x, y } = pointAt(line, distance);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, Math.PI * 2);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}
