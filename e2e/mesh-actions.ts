import type { Locator, Page } from "@playwright/test";
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

/** The control of one service's split. */
export function splitBar(page: Page, service: string): { readonly bar: Locator; boundary(left: string, right: string): Locator } {
  const bar = page.getByRole("group", { name: `Split of ${service}`, exact: true });
  return { bar, boundary: (left, right) => bar.getByRole("slider", { name: `Boundary between ${left} and ${right}` }) };
}

/** Drags a boundary with the mouse until the version on its right has `share` (0 to 1) of the bar; the button is released at the end. */
export async function dragTo(page: Page, service: string, versions: readonly [string, string], share: number): Promise<void> {
  const { bar, boundary } = splitBar(page, service);
  const knob = await boundary(...versions).boundingBox();
  const track = await bar.locator("> div > div").first().boundingBox();
  if (knob === null || track === null) throw new Error("the split bar is not on the screen");
  const y = knob.y + knob.height / 2;
  await page.mouse.move(knob.x + Math.min(8, knob.width / 2), y);
  await page.mouse.down();
  await page.mouse.move(track.x + track.width * (1 - share / 2), y, { steps: 6 });
  await page.mouse.move(track.x + track.width * (1 - share), y, { steps: 6 });
  await page.mouse.up();
}
