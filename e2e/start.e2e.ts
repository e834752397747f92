import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { startStack } from "./stack.ts";

/** Processes whose environment names a data folder: everything that a stack has started. */
function processesOf(dataDir: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(dataDir);
      } catch {
        return false;
      }
    });
}

test("S1: the stack starts, carries traffic, and leaves nothing running after it was stopped", async () => {
  const stack = await startStack({ demo: true });
  await expect.poll(async () => (await stack.client.call("GET /api/v1/mesh", {})).rps).toBeGreaterThan(10);
  expect(processesOf(stack.dataDir).length).toBeGreaterThan(5);
  await stack.stop();
  await expect.poll(() => processesOf(stack.dataDir)).toEqual([]);
});

test("an empty mesh says how to add the first service", async ({ page }) => {
  const stack = await startStack({ demo: false });
  await page.goto(`${stack.consoleUrl}/topology`);
  await expect(page.getByText("No service yet")).toBeVisible();
  await expect(page.getByText(/interlock apply -f mesh.yaml/).first()).toBeVisible();
  await page.goto(`${stack.consoleUrl}/services`);
  await expect(page.getByText(/interlock apply -f mesh.yaml/).first()).toBeVisible();
  const proxies = (await stack.client.call("GET /api/v1/mesh", {})).proxies;
  expect(proxies.map(({ id }) => id)).toEqual(["node-a"]);
  await stack.stop();
});
