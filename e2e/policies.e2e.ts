import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { readSplit, setSplit } from "./mesh-actions.ts";
import type { Stack } from "./stack.ts";

const RESTART = "Restart what crashes";
const ERRORS = "Recommendations fail";

/** Policies of these stories go, and the alerts of theirs with them. */
test.afterEach(async ({ stack }) => {
  const { items } = await stack.client.call("GET /api/v1/policies", {});
  for (const { builtIn, id, rev } of items) if (!builtIn) await stack.client.call("DELETE /api/v1/policies/{id}", { params: { id }, rev });
  await expect(() => setSplit(stack, "recommendations", { "1.2.0": 10_000 })).toPass({ timeout: 40_000 });
});

test("a rule written in the console restarts a crashing instance", async ({ operator, stack }) => {
  // Restarting processes takes the local token.
  const { code } = await stack.client.call("POST /api/v1/local-token/codes");
  await operator.goto(`${stack.consoleUrl}/unlock?code=${code}`);
  await expect(operator).toHaveURL(/\/(topology|services)?$/);
  await operator.goto(`${stack.consoleUrl}/policies?tab=policies`);
  await operator.getByRole("button", { name: "New policy" }).click();
  const form = operator.getByRole("dialog", { name: "New policy" });
  await form.getByLabel("Name").fill(RESTART);
  await choose(operator, "Set off by", "something that happens");
  await form.getByLabel("Event").fill("workload-crash");
  await expect(form.getByText("Did you mean workload-crashed?").first()).toBeVisible();
  await form.getByLabel("Event").fill("workload-crashed");
  await choose(operator, "Do", "Restart");
  await form.getByLabel("Not again within").fill("30 s");
  await expect(form.getByText("On workload-crashed: restart its instances; not again within 30 s.")).toBeVisible();
  await form.getByRole("button", { name: "Try on the last hour" }).click();
  await expect(form.getByText("In the last hour it would not have fired.")).toBeVisible();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(operator.getByText(`${RESTART} is saved`)).toBeVisible();

  const victim = await processOf(stack, "recommendations");
  process.kill(victim.pid, "SIGKILL");
  const row = operator.getByRole("listitem", { name: RESTART });
  await expect(row.getByText(/^acted/)).toBeVisible({ timeout: 20_000 });
  await expect(async () => {
    const again = await processOf(stack, "recommendations", victim.assignment);
    expect(again.pid).not.toBe(victim.pid);
    expect(again.state).toBe("ready");
  }).toPass({ timeout: 30_000 });
});

test("an alert names the change that it comes from, and takes it back", async ({ operator, stack }) => {
  await stack.client.call("POST /api/v1/policies", {
    body: {
      name: ERRORS,
      kind: "alert",
      enabled: true,
      trigger: { metric: "error-rate(recommendations)", above: 0.005, forMs: 2_000, resolveForMs: 5_000 },
      actions: [{ kind: "alert", severity: "critical" }],
    },
  });
  await setSplit(stack, "recommendations", { "1.3.0": 10_000 });
  await operator.goto(`${stack.consoleUrl}/policies`);
  const why = operator.getByRole("region", { name: ERRORS }).getByRole("button", { name: "Why the alert for recommendations fires" });
  await expect(why).toBeVisible({ timeout: 40_000 });
  await expect(operator.getByRole("navigation", { name: "Main" }).getByRole("img", { name: /alerts? fires?/ })).toBeVisible();
  const { violations } = await new AxeBuilder({ page: operator }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
  await why.click();

  const sheet = operator.getByRole("dialog", { name: ERRORS });
  const first = sheet.getByRole("region", { name: "Where it may come from" }).getByRole("listitem").first();
  await expect(first).toContainText("split.set");
  await expect(first).toContainText("It changed recommendations itself.");
  await sheet.getByLabel("What is being done").fill("taking it back");
  await sheet.getByRole("button", { name: "Acknowledge" }).click();
  await expect(sheet.getByText("olga: “taking it back”")).toBeVisible();
  await first.getByRole("button", { name: /^Undo chg-/ }).click();
  await operator
    .getByRole("dialog", { name: /^Undo chg-/ })
    .getByRole("button", { name: "Undo" })
    .click();
  await expect(async () => expect((await readSplit(stack, "recommendations")).weights).toEqual({ "1.2.0": 10_000 })).toPass();
  await expect(sheet.getByText("over", { exact: true })).toBeVisible({ timeout: 40_000 });
});

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

/** A process of a service that an agent runs: the one of an assignment, or any that serves. */
async function processOf(stack: Stack, service: string, assignment?: string) {
  const { items } = await stack.client.call("GET /api/v1/deployments", {});
  const all = items.flatMap(({ instances }) => instances).filter((each) => each.service === service);
  const found = all.find((each) => (assignment === undefined ? each.state === "ready" : each.assignment === assignment));
  if (found === undefined || found.pid === null) throw new Error(`no process of ${service}`);
  return { assignment: found.assignment, pid: found.pid, state: found.state };
}
