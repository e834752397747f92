import { readdirSync, readFileSync } from "node:fs";
import { test as base, expect } from "@playwright/test";
import { type Stack, startStack } from "./stack.ts";

/** Starts stacks of its own, and stops whatever a failed story left running. */
const test = base.extend<{ readonly start: (options: { readonly demo: boolean }) => Promise<Stack> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted off a destructured first argument.
  async start({}, use) {
    const started: Stack[] = [];
    await use(async (options) => {
      const stack = await startStack(options);
      started.push(stack);
      return stack;
    });
    for (const stack of started) await stack.stop();
  },
});

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

test("S1: the stack starts, carries traffic, and leaves nothing running after it was stopped", async ({ start }) => {
  const stack = await start({ demo: true });
  await expect.poll(async () => (await stack.client.call("GET /api/v1/mesh", {})).rps).toBeGreaterThan(10);
  expect(processesOf(stack.dataDir).length).toBeGreaterThan(5);
  await stack.stop();
  await expect.poll(() => processesOf(stack.dataDir)).toEqual([]);
});

test("an empty mesh says how to add the first service", async ({ page, start }) => {
  const stack = await start({ demo: false });
  await page.goto(`${stack.consoleUrl}/topology`);
  await expect(page.getByText("No service yet")).toBeVisible();
  await expect(page.getByText(/interlock apply -f mesh.yaml/).first()).toBeVisible();
  await page.goto(`${stack.consoleUrl}/services`);
  await expect(page.getByText(/interlock apply -f mesh.yaml/).first()).toBeVisible();
  const proxies = (await stack.client.call("GET /api/v1/mesh", {})).proxies;
  expect(proxies.map(({ id }) => id)).toEqual(["node-a"]);
});
