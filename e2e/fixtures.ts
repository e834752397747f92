import { test as base, type ConsoleMessage, expect, type Page } from "@playwright/test";
import { type Stack, startStack } from "./stack.ts";

/** What the browser itself prints while the engine is down on purpose. */
const EXPECTED_WHILE_DOWN = /503|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION|ERR_NETWORK/;

export interface Operator extends Page {
  /** From here on errors that a dead engine causes in the browser are no flaw. */
  allowOutage(): void;
}

interface Fixtures {
  /** The console in a browser, as Olga uses it; the test fails when the browser reports an error. */
  readonly operator: Operator;
}

/** One stack with the demo mesh for all stories of a worker; each story leaves the splits as it found them. */
export const test = base.extend<Fixtures, { stack: Stack }>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted off a destructured first argument.
    async ({}, use) => {
      const stack = await startStack({ demo: true });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  async operator({ page, stack }, use) {
    const errors: string[] = [];
    let hasOutage = false;
    page.on("console", (message: ConsoleMessage) => {
      if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.addInitScript(() => {
      localStorage.setItem("interlock-author", "olga");
      localStorage.setItem("interlock-tour", "seen");
    });
    await page.goto(`${stack.consoleUrl}/topology`);
    const allowOutage = () => {
      hasOutage = true;
    };
    await use(Object.assign(page, { allowOutage }));
    expect(errors.filter((text) => !(hasOutage && EXPECTED_WHILE_DOWN.test(text)))).toEqual([]);
  },
});

export { expect };
