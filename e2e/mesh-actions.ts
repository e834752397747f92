import { expect, type Locator, type Page } from "@playwright/test";
import type { Split } from "../lib/client/index.ts";
import type { Stack } from "./stack.ts";

/** Sets a split through the API, to prepare a story or to clean up after it. */
export async function setSplit(stack: Stack, service: string, weights: Record<string, number>): Promise<void> {
  const { rev } = await readSplit(stack, service);
  await stack.client.call("PUT /api/v1/services/{service}/split", { params: { service }, rev, body: { weights, reason: "story" } });
}

export function readSplit(stack: Stack, service: string): Promise<Split> {
  return stack.client.call("GET /api/v1/services/{service}/split", { params: { service } });
}

/** Waits until the proxies have measured traffic on every lane that has weight. */
export async function waitForTraffic(stack: Stack, service: string): Promise<void> {
  await expect
    .poll(async () => {
      const { observed, weights } = await readSplit(stack, service);
      return Object.keys(weights).every((version) => (observed.versions[version]?.requests ?? 0) > 0);
    })
    .toBe(true);
}

/** Drags a boundary of a split bar with the mouse so that the version on its right gets `share` (0 to 1) of the bar. */
export async function dragBoundary(page: Page, bar: Locator, boundary: Locator, share: number): Promise<void> {
  const area = await bar.boundingBox();
  const knob = await boundary.boundingBox();
  if (area === null || knob === null) throw new Error("the split bar is not on the screen");
  const y = knob.y + knob.height / 2;
  await page.mouse.move(knob.x + knob.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * (1 - share / 2), y, { steps: 4 });
  await page.mouse.move(area.x + area.width * (1 - share), y, { steps: 8 });
  await page.mouse.up();
}
