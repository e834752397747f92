import { test as base, type ConsoleMessage, expect, type Page } from "@playwright/test";
import { type Stack, startStack } from "./stack.ts";

/** What the browser may print while the engine is killed on purpose. */
const EXPECTED_WHILE_DOWN = /503|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION|Failed to fetch|network error/i;

interface Fixtures {
  /** A page of the console that fails its test when the browser reports an error. `allowOutage()` lets through what a dead engine causes. */
  readonly console: Page & { allowOutage(): void };
}

/** One stack with the demo mesh for all stories; each story leaves it as it found it. */
export const test = base.extend<Fixtures, { stack: Stack }>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the first argument to be a pattern.
    async ({}, use) => {
      const stack = await startStack({ demo: true });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  async console({ page, stack }, use) {
    const errors: string[] = [];
    let outage = false;
    page.on("console", (message: ConsoleMessage) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.addInitScript(() => {
      localStorage.setItem("interlock.author", "olga");
      localStorage.setItem("interlock.tour", "done");
    });
    await page.goto(stack.consoleUrl);
    await use(Object.assign(page, { allowOutage: () => void (outage = true) }));
    expect(errors.filter((text) => !(outage && EXPECTED_WHILE_DOWN.test(text)))).toEqual([]);
  },
});

export { expect };
