import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { dragTo, readSplit, setSplit, splitBar } from "./mesh-actions.ts";
import type { Stack } from "./stack.ts";

const TARGET = { checkout: "2.0.0", payments: "3.0.0" };
const START = { checkout: "1.4.0", payments: "2.3.0" };
const WHOLE = 10_000;

/** Where the plan leads, and where it comes back to, somebody has to be ready to answer. */
test.beforeEach(async ({ stack }) => {
  const unready = async () => {
    const { items } = await stack.client.call("GET /api/v1/services", { query: { limit: 500 } });
    const versions = items.flatMap(({ name, versions: all }) => (name in TARGET ? all.map((each) => ({ name, ...each })) : []));
    return versions.filter(({ ready }) => ready === 0).map(({ name, version }) => `${name} ${version}`);
  };
  await expect.poll(unready, { timeout: 60_000 }).toEqual([]);
});

/** Whatever a story left behind: payments first, since checkout 1.4.0 cannot work with payments 3.0.0. */
test.afterEach(async ({ stack }) => {
  const { items } = await stack.client.call("GET /api/v1/plans", {});
  for (const { id, state } of items) {
    if (state === "running" || state === "reversing") await stack.client.call("POST /api/v1/plans/{id}/pause", { params: { id } });
  }
  for (const service of ["payments", "checkout"] as const) {
    // Instances behind a proxy that was held are ready again only after a while.
    await expect(() => setSplit(stack, service, { [START[service]]: WHOLE })).toPass({ timeout: 40_000 });
  }
});

test("M2: checkout to 2.0.0 and payments to 3.0.0 in two proven waves, on live traffic, without a failed request, and back", async ({
  operator,
  stack,
}) => {
  const began = new Date().toISOString();
  await operator.goto(`${stack.consoleUrl}/plans?new=checkout@2.0.0,payments@3.0.0`);
  const form = operator.getByRole("dialog", { name: "New plan" });
  await expect(form.getByText("2 steps in 2 waves")).toBeVisible();
  await expect(form.getByText("every pair on the way is proven")).toBeVisible();
  await form.getByRole("button", { name: "Make plan" }).click();
  await expect(operator).toHaveURL(/\/plans\/plan_\d+$/);
  const [first, second] = [wave(operator, 1), wave(operator, 2)];
  await expect(first).toContainText(/checkout.*1\.4\.0.*2\.0\.0/);
  await expect(second).toContainText(/payments.*2\.3\.0.*3\.0\.0/);
  await second.getByText(/new pairs?, (all )?proven/).click();
  await expect(second.getByText("checkout 2.0.0 requires payments >=2.3.0 <4.0.0, which includes 3.0.0.")).toBeVisible();
  await expect(operator.getByText("holds", { exact: true })).toBeVisible();
  expect((await readSplit(stack, "checkout")).weights).toEqual({ "1.4.0": WHOLE });
  const { violations } = await new AxeBuilder({ page: operator }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);

  await operator.getByRole("button", { name: "Execute" }).click();
  const confirm = operator.getByRole("dialog", { name: /^Execute plan_/ });
  await expect(confirm).toContainText("2 waves, each after the last has drained. checkout, payments take");
  // All requests of two services move: it is pressed and held.
  await confirm.getByRole("button", { name: "Execute" }).click({ delay: 1_000 });
  await expect(operator.getByText(/^Done in/)).toBeVisible({ timeout: 40_000 });
  for (const [service, version] of Object.entries(TARGET)) expect((await readSplit(stack, service)).weights).toEqual({ [version]: WHOLE });
  await expect(operator.getByText(/requests to checkout, payments from its start until 10 s after its end, 0 failed/)).toBeVisible({
    timeout: 30_000,
  });
  // The way back is open, and says on hover why the way forward is not.
  await expect(operator.getByRole("button", { name: "Execute" })).toHaveAttribute("title", "It is done.");

  await operator.getByRole("button", { name: "Reverse" }).click();
  const back = operator.getByRole("dialog", { name: /^Take plan_.* back$/ });
  await back.getByRole("button", { name: "Take it back" }).click();
  await expect(operator.getByText(/^Taken back in/)).toBeVisible({ timeout: 40_000 });
  for (const [service, version] of Object.entries(START)) expect((await readSplit(stack, service)).weights).toEqual({ [version]: WHOLE });
  expect(await failedSince(stack, began)).toBe(0);
});

test("M4: a change of weights by hand in between pauses the plan, and it says whose", async ({ operator, stack }) => {
  const { id } = await stack.client.call("POST /api/v1/plans", { body: { target: TARGET } });
  await operator.goto(`${stack.consoleUrl}/plans/${id}`);
  await expect(operator.getByRole("button", { name: "Execute" })).toBeVisible();
  // A proxy that does not answer holds the first wave, so that a hand can reach in between; before its instances count as lost.
  const proxy = stack.childPid("proxy node-c");
  process.kill(proxy, "SIGSTOP");
  try {
    await stack.client.call("POST /api/v1/plans/{id}/execute", { params: { id } });
    await setSplit(stack, "checkout", { "1.4.0": 5000, "2.0.0": 5000 });
    const { pausedBecause, state } = await stack.client.call("GET /api/v1/plans/{id}", { params: { id } });
    expect(state).toBe("paused");
    await expect(operator.getByText(pausedBecause ?? "").first()).toBeVisible();
    await expect(operator.getByText("Nothing moves until you resume it or take it back.")).toBeVisible();
    await expect(operator.getByRole("img", { name: "A plan is paused" })).toBeVisible();
  } finally {
    process.kill(proxy, "SIGCONT");
  }
});

test("a target that cannot be says why, and what would make it possible", async ({ operator, stack }) => {
  operator.allowRefusals();
  await operator.goto(`${stack.consoleUrl}/plans?new=checkout@1.4.0,payments@3.0.0`);
  const form = operator.getByRole("dialog", { name: "New plan" });
  await expect(form.getByText("This cannot be")).toBeVisible();
  await expect(form.getByText("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.")).toBeVisible();
  await expect(form.getByText("What would make it possible")).toBeVisible();
  await expect(form.getByText("Prove or allow checkout 1.4.0 with payments 3.0.0.")).toBeVisible();
  await expect(form.getByRole("button", { name: "Make plan" })).toHaveAttribute("aria-disabled", "true");
});

test("a refused shift offers the way, and goes there", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/services/payments`);
  await expect(splitBar(operator, "payments").boundary("2.3.0", "3.0.0")).toBeVisible();
  await dragTo(operator, "payments", ["2.3.0", "3.0.0"], 0.14);
  await operator.getByRole("button", { name: "Plan: checkout to 2.0.0 first, then 3.0.0" }).click();
  await expect(operator).toHaveURL(/\/plans\/plan_\d+$/);
  await expect(wave(operator, 1)).toContainText("checkout");
  await expect(wave(operator, 2)).toContainText("payments");
});

test("M3: a rollback that takes another service along says which and in which order, and goes as a plan", async ({ operator, stack }) => {
  operator.allowRefusals();
  await setSplit(stack, "checkout", { "2.0.0": WHOLE });
  await setSplit(stack, "payments", { "3.0.0": WHOLE });
  await operator.goto(`${stack.consoleUrl}/services/checkout`);
  await operator
    .locator("main")
    .getByRole("button", { name: /Roll back/ })
    .click();
  const sheet = operator.getByRole("dialog", { name: "Roll back checkout" });
  await expect(sheet.getByText("checkout cannot go back alone")).toBeVisible();
  const moves = sheet.getByRole("listitem");
  await expect(moves.nth(0)).toContainText(/payments.*3\.0\.0.*2\.3\.0/);
  await expect(moves.nth(1)).toContainText(/checkout.*2\.0\.0.*1\.4\.0/);
  await sheet.getByRole("button", { name: "Roll back everything as a plan" }).click();
  await expect(operator).toHaveURL(/\/plans\/plan_\d+$/);
  await expect(operator.getByText(/^Done in/)).toBeVisible({ timeout: 40_000 });
  for (const [service, version] of Object.entries(START)) expect((await readSplit(stack, service)).weights).toEqual({ [version]: WHOLE });
});

function wave(page: Page, number: number) {
  return page.getByRole("region", { name: `Wave ${number}`, exact: true });
}

/** Requests to checkout and payments that failed since a moment, as the proxies counted them. */
async function failedSince(stack: Stack, from: string): Promise<number> {
  const versions = [...Object.entries(START), ...Object.entries(TARGET)];
  const series = await Promise.all(
    versions.map(([service, version]) =>
      stack.client.call("GET /api/v1/series", { query: { service, version, metric: "errorRate", from } }),
    ),
  );
  return series.flatMap(({ points }) => points).reduce((sum, [, rate, requests]) => sum + (rate ?? 0) * requests, 0);
}
