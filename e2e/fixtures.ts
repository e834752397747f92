import { test as base, type ConsoleMessage, expect, type Page } from "@playwright/test";
import { type Stack, startStack } from "./stack.ts";

/** What the browser itself prints while the engine is down on purpose. */
const EXPECTED_WHILE_DOWN = /503|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION|ERR_NETWORK/;

/** What the browser prints of an answer that refuses. */
const EXPECTED_OF_REFUSALS = /the server responded with a status of 4(04|09|12|22|23)/;

export interface Operator extends Page {
  /** From here on the engine is asked for what it must refuse, and the browser's note of that is no flaw. */
  allowRefusals(): void;
  /** From here on errors that a dead engine causes in the browser are no flaw. */
  allowOutage(): void;
}

interface Fixtures {
  /** Where the operator is when a story begins; null: nowhere yet, for stories that go somewhere first of all. */
  readonly openedAt: string | null;
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
  openedAt: [null, { option: true }],
  async operator({ openedAt, page, stack }, use) {
    const errors: string[] = [];
    let hasOutage = false;
    let hasRefusals = false;
    page.on("console", (message: ConsoleMessage) => {
      if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.addInitScript(() => {
      localStorage.setItem("interlock-author", "olga");
      localStorage.setItem("interlock-tour", "seen");
    });
    if (openedAt !== null) await page.goto(`${stack.consoleUrl}${openedAt}`);
    const allowOutage = () => {
      hasOutage = true;
    };
    const allowRefusals = () => {
      hasRefusals = true;
    };
    await use(Object.assign(page, { allowOutage, allowRefusals }));
    const isExpected = (text: string) => (hasOutage && EXPECTED_WHILE_DOWN.test(text)) || (hasRefusals && EXPECTED_OF_REFUSALS.test(text));
    expect(errors.filter((text) => !isExpected(text))).toEqual([]);
  },
});

export { expect };
