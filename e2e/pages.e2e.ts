import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

/** A quiet mesh shows the same pages, and leaves the machine to the browser. */
const QUIET_RPS = 6;
const USUAL_RPS = 60;

test.beforeAll(async ({ stack }) => {
  await stack.client.call("PUT /api/v1/load", { body: { targetRps: QUIET_RPS } });
});

test.afterAll(async ({ stack }) => {
  await stack.client.call("PUT /api/v1/load", { body: { targetRps: USUAL_RPS } });
});

const PAGES = [
  "/topology",
  "/topology?selected=recommendations",
  "/services",
  "/services/payments",
  "/services/payments?tab=routes",
  "/services/payments?tab=resilience",
  "/versions",
  "/versions?pin=payments@3.0.0",
  "/versions?pin=payments@3.0.0&pin=checkout@1.4.0",
  "/compatibility",
  "/compatibility?consumer=checkout&provider=payments",
  "/compatibility?consumer=checkout&provider=payments&pair=1.4.0~3.0.0",
  "/compatibility?consumer=payments&provider=payments",
  "/topology?selected=checkout%3Epayments",
  "/services/payments?tab=requests",
  "/releases",
  "/releases?new=recommendations@1.3.0&strategy=quick",
  "/releases/strategies",
  "/plans",
  "/plans?new=checkout@2.0.0,payments@3.0.0",
  "/policies",
  "/policies?tab=policies",
  "/policies?tab=policies&policy=new",
  "/tap",
  "/security",
  "/security?tab=authorization",
  "/security?tab=authorization&service=payments",
  "/policies?tab=channels",
  "/activity",
  "/settings",
] as const;

type Theme = "dark" | "light";

/** What is wrong and stays wrong: a button that is enabled while it is judged has two colours for a moment. */
async function violationsOf(page: Page, theme: Theme): Promise<readonly string[]> {
  const first = await lookOnce(page, theme);
  if (first.length === 0) return first;
  const second = await lookOnce(page, theme);
  return first.filter((violation) => second.includes(violation));
}

async function lookOnce(page: Page, theme: Theme): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page });
  // Names, roles and sizes are the same in both themes; colours are not.
  const rules = theme === "dark" ? axe.withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]) : axe.withRules(["color-contrast"]);
  const { violations } = await rules.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${theme}, ${id}: ${target.join(" ")}`));
}

async function open(operator: Page, stack: Stack, path: string, theme: Theme): Promise<void> {
  await operator.context().addCookies([{ name: "interlock-theme", value: theme, url: stack.consoleUrl }]);
  // Colours are judged as they stay, not half-way through a fade.
  await operator.emulateMedia({ reducedMotion: "reduce" });
  await operator.goto(`${stack.consoleUrl}${path}`);
  await expect(operator.locator("html")).toHaveAttribute("data-theme", theme);
  await expect(operator.getByText(/^Live$/).first()).toBeVisible();
  await expect(operator.locator("main")).not.toBeEmpty();
}

for (const path of PAGES) {
  test(`${path} passes axe in both themes`, async ({ operator, stack }) => {
    await open(operator, stack, path, "dark");
    const inTheDark = await violationsOf(operator, "dark");
    // What the console's own switch does to the page; it may lie behind a sheet here.
    await operator.evaluate(() => {
      document.documentElement.dataset["theme"] = "light";
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    });
    expect([...inTheDark, ...(await violationsOf(operator, "light"))]).toEqual([]);
  });
}

test("the console's own switch leads from one theme to the other, and the next page has the theme that was chosen", async ({
  operator,
  stack,
}) => {
  await open(operator, stack, "/settings", "dark");
  await operator.getByText("Light", { exact: true }).click();
  await expect(operator.locator("html")).toHaveAttribute("data-theme", "light");
  expect(await violationsOf(operator, "light")).toEqual([]);
  await operator.goto(`${stack.consoleUrl}/services`);
  await expect(operator.locator("html")).toHaveAttribute("data-theme", "light");
});
