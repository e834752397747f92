import { compareVersions } from "@/lib/model/index.ts";
import { lanesOf } from "../node/lanes-of.ts";
import { laneMiddle } from "../node/node-size.ts";
import type { Scene } from "./draw-picture.ts";
import { emphasisOf } from "./picture-store.ts";

/**
 * The locked routes: a dashed stub with a bar before the lane of each version that may not have traffic, on the left where its callers are the reason,
 * on the right where what it calls is.
 */
export function drawLocks(context: CanvasRenderingContext2D, scene: Scene): void {
  context.lineCap = "round";
  context.strokeStyle = scene.palette.bad;
  for (const [name, locks] of scene.picture.locks) {
    const box = scene.picture.boxes.get(name);
    const versions = scene.live.services.get(name)?.versions;
    if (!box || !versions || emphasisOf(scene.picture, name) === "hidden") continue;
    const { shown } = lanesOf(versions);
    context.globalAlpha = emphasisOf(scene.picture, name) === "dim" ? 0.25 : 1;
    for (const lock of locks) {
      const lane = shown.findIndex((entry) => compareVersions(entry.version, lock.version) === 0);
      if (lock.kind !== "incompatible" || lane < 0) continue;
      const y = box.y + laneMiddle(lane);
      const byCaller = lock.reasons.some((reason) => reason.provider.service === name);
      const byCallee = lock.reasons.some((reason) => reason.consumer.service === name);
      if (byCaller) drawStub(context, box.x - 10, y, -1);
      if (byCallee) drawStub(context, box.x + box.width + 10, y, 1);
    }
  }
  context.globalAlpha = 1;
}

/** `side`: −1 for a stub that comes from the left, 1 from the right. */
function drawStub(context: CanvasRenderingContext2D, x: number, y: number, side: number): void {
  context.lineWidth = 1.4;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x + side * 20, y - 4);
  context.bezierCurveTo(x + side * 11, y - 2, x + side * 7, y, x - side * 8, y);
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(x, y - 6.5);
  context.lineTo(x, y + 6.5);
  context.stroke();
}
