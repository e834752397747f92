import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { readSplit } from "./mesh-actions.ts";
import { endReleases, startRelease } from "./release-actions.ts";
import type { Stack } from "./stack.ts";

const WHOLE = 10_000;
const FIRST = { recommendations: "1.2.0", users: "2.0.0" };

test.beforeEach(async ({ stack }) => {
  const unready = async () => {
    const { items } = await stack.client.call("GET /api/v1/services", { query: { limit: 500 } });
    return items.filter(({ name }) => name in FIRST).flatMap(({ versions }) => versions.filter(({ ready }) => ready === 0));
  };
  await expect.poll(unready, { timeout: 60_000 }).toEqual([]);
});

test.afterEach(async ({ stack }) => {
  await stack.client.call("PUT /api/v1/load", { body: { targetRps: 60 } });
  await expect(() => endReleases(stack, FIRST)).toPass({ timeout: 40_000 });
});

test("a release of the bad recommendations 1.3.0 is started with one click and rolls itself back, with the proof on the screen", async ({
  operator,
  stack,
}) => {
  test.setTimeout(240_000);
  // The form asks before anything is chosen.
  operator.allowRefusals();
  await operator.goto(`${stack.consoleUrl}/releases?new=recommendations@1.3.0&strategy=quick`);
  const form = operator.getByRole("dialog", { name: "New release" });
  // What it would cost if it were bad is said before it starts.
  await expect(form.getByText(/would be caught in about .* and cost about \d+ failed requests?/)).toBeVisible();
  await form.getByRole("button", { name: "Start release of recommendations 1.3.0" }).click();
  await expect(operator).toHaveURL(/\/releases\/rel-\d+$/);
  const proof = operator.getByRole("status", { name: "Rolled back by itself" });
  await expect(proof).toBeVisible({ timeout: 180_000 });
  await expect(proof).toContainText(/1\.3\.0 has .* Shown to be more than 1\.25 times the share of 1\.2\.0/);
  await expect(proof).toContainText(/Failed on 1\.3\.0\d+ ?of \d+ requests/);
  await expect(operator.getByText("Rolled back: the proxies acknowledged the weights from before.")).toBeVisible();
  expect((await readSplit(stack, "recommendations")).weights).toEqual({ "1.2.0": WHOLE });
  await expectNoViolation(operator);
});

test("a strategy is written in the console, and a good version goes to 100 % through its gates", async ({ operator, stack }) => {
  test.setTimeout(300_000);
  operator.allowRefusals();
  await operator.goto(`${stack.consoleUrl}/releases/strategies?new=1`);
  const weight = (step: number) => operator.getByRole("textbox", { name: `Weight of step ${step}, in percent` });
  const pause = (step: number) => operator.getByRole("textbox", { name: `How long step ${step} stays` });
  await weight(1).fill("60");
  await pause(1).fill("");
  // Steps that go down say so beside the field, before anything is sent.
  await expect(operator.getByText("25 % is not more than the 60 % of the step before.")).toBeVisible();
  await weight(2).fill("80");
  await pause(2).fill("");
  await expect(operator.getByText("is not more than")).toBeHidden();
  await choose(operator, "What step 1 waits for", "waits until proven safe");
  await choose(operator, "What step 2 waits for", "waits for somebody");
  await operator.getByRole("textbox", { name: "Name", exact: true }).fill("two-gates");
  await operator.getByRole("button", { name: "Save" }).click();
  await expect(operator).toHaveURL(/name=two-gates/);

  await operator.goto(`${stack.consoleUrl}/releases?new=users@2.1.0&strategy=two-gates`);
  await operator.getByRole("button", { name: "Start release of users 2.1.0" }).click();
  await expect(operator).toHaveURL(/\/releases\/rel-\d+$/);
  await expect(operator.getByText("Step 1 of 3, 60 %")).toBeVisible();
  await expect.poll(() => stageOf(stack, "users", "2.1.0")).toBe("canary");
  // That something is safe is proven by requests, some 1 700 of them: at the demo's pace that takes over three minutes.
  await stack.client.call("PUT /api/v1/load", { body: { targetRps: 150 } });
  // The first gate opens by proof, the second by hand.
  await expect(operator.getByText("Step 2 of 3, 80 %")).toBeVisible({ timeout: 200_000 });
  await operator.getByRole("button", { name: "Promote", exact: true }).click();
  const confirm = operator.getByRole("dialog", { name: "Promote users 2.1.0" });
  await expect(confirm.getByText("2.1.0: 80 % → 100 %.")).toBeVisible();
  await confirm.getByRole("button", { name: "Promote" }).click();
  await expect(operator.getByRole("status", { name: "Succeeded" })).toBeVisible({ timeout: 40_000 });
  expect((await readSplit(stack, "users")).weights).toEqual({ "2.1.0": WHOLE });
  await expect.poll(() => stageOf(stack, "users", "2.1.0")).toBe("stable");

  await operator.goto(`${stack.consoleUrl}/releases/strategies?name=two-gates`);
  await operator.getByRole("button", { name: "Remove", exact: true }).click();
  await operator.getByRole("dialog", { name: "Remove two-gates?" }).getByRole("button", { name: "Remove", exact: true }).click();
  await expect(operator.getByText("two-gates is removed")).toBeVisible();
  await expect(operator.getByRole("list", { name: "Strategies" }).getByText("two-gates")).toBeHidden();
});

test("releases that could be taken for one another say so on both lanes, are marked on the topology, and are steered by hand", async ({
  operator,
  stack,
}) => {
  test.setTimeout(150_000);
  await startRelease(stack, "users", "2.1.0", "careful");
  const id = await startRelease(stack, "recommendations", "1.3.0", "careful");
  await operator.goto(`${stack.consoleUrl}/releases`);
  const lanes = operator.getByRole("list", { name: "Releases on a time axis" }).getByRole("listitem");
  await expect(lanes.filter({ hasText: /recommendations.*1\.3\.0/ }).first()).toContainText("Could be confused withusers");
  await expect(lanes.filter({ hasText: /users.*2\.1\.0/ }).first()).toContainText("Could be confused withrecommendations");
  await expect(operator.getByRole("img", { name: "2 releases under way" })).toBeVisible();

  await operator.goto(`${stack.consoleUrl}/topology`);
  await operator.getByRole("link", { name: /^1\.3\.0 is being released: 1 %/ }).click();
  await expect(operator).toHaveURL(new RegExp(`/releases/${id}$`));
  await expect(operator.getByRole("row", { name: /users.*possible/ })).toBeVisible();
  await operator.getByRole("button", { name: "Hold here" }).click();
  await expect(operator.getByText("Held. It stays at this step, and is judged meanwhile.")).toBeVisible();
  // What cannot be done now says why.
  await expect(operator.getByRole("button", { name: "Retry" })).toHaveAttribute("title", /Abort it or roll it back first/);
  await expectNoViolation(operator);
  await operator
    .locator("main header")
    .getByRole("button", { name: /^Roll back/ })
    .click();
  const confirm = operator.getByRole("dialog", { name: "Roll back recommendations 1.3.0" });
  await confirm.getByRole("button", { name: "Roll back" }).click();
  await expect(operator.getByRole("status", { name: "Rolled back" })).toBeVisible({ timeout: 20_000 });
  expect((await readSplit(stack, "recommendations")).weights).toEqual({ "1.2.0": WHOLE });
});

test("a release that live callers cannot work with is refused, and the form says what would make it possible", async ({
  operator,
  stack,
}) => {
  operator.allowRefusals();
  await operator.goto(`${stack.consoleUrl}/releases?new=payments@3.0.0&strategy=quick`);
  const form = operator.getByRole("dialog", { name: "New release" });
  await expect(form.getByText("This release would be refused")).toBeVisible();
  await expect(form.getByText("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.").first()).toBeVisible();
  await expect(form.getByRole("button", { name: "Start release of payments 3.0.0" })).toHaveAttribute("aria-disabled", "true");
});

async function stageOf(stack: Stack, service: string, version: string): Promise<string | undefined> {
  const { versions } = await stack.client.call("GET /api/v1/services/{service}", { params: { service } });
  return versions.find((each) => each.version === version)?.lifecycle?.stage;
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: option }).click();
}

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}
