import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const cell = (page: Page, service: string, version: string) => page.locator(`[data-cell="${service}@${version}"]`);

test("C1: a pin narrows the rest, and a version that is ruled out says why and what would make it possible", async ({
  operator,
  stack,
}) => {
  await operator.goto(`${stack.consoleUrl}/versions`);
  await cell(operator, "payments", "3.0.0").click();
  await expect(operator).toHaveURL(/pin=payments/);
  await expect(cell(operator, "checkout", "1.4.0")).toHaveAttribute("data-state", "by-pin");
  await expect(cell(operator, "checkout", "2.0.0")).toHaveAttribute("data-state", "possible");
  await expect(cell(operator, "payments", "2.3.0")).toHaveAttribute("data-state", "set-aside");

  await cell(operator, "checkout", "1.4.0").hover();
  const why = operator.locator("section", { has: operator.getByRole("heading", { name: "Why not checkout 1.4.0?" }) });
  await expect(why.getByRole("listitem").first()).toHaveText("You pinned payments 3.0.0.");
  await expect(why.getByText("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.")).toBeVisible();
  await expect(why.getByText("So checkout must be 2.0.0.")).toBeVisible();
  await expect(why.getByText("payments 2.3.0 instead of 3.0.0")).toBeVisible();
  await why.getByRole("button", { name: "Pin that" }).click();
  await expect(cell(operator, "checkout", "1.4.0")).toHaveAttribute("data-state", "pinned");
  await expect(cell(operator, "payments", "2.3.0")).toHaveAttribute("data-state", "pinned");
});

test("C1: the count is what the API counts, with and without the pin", async ({ operator, stack }) => {
  const query = { pin: ["payments@3.0.0"] };
  const [all, pinned] = await Promise.all([
    stack.client.call("GET /api/v1/version-space", {}),
    stack.client.call("GET /api/v1/version-space", { query }),
  ]);
  await operator.goto(`${stack.consoleUrl}/versions?pin=payments@3.0.0`);
  const count = operator.locator("section", { has: operator.getByRole("heading", { name: "Configurations left" }) });
  await expect(count.getByText(pinned.count.upper, { exact: true })).toBeVisible();
  await expect(count.getByText(`of ${all.count.upper}`, { exact: true })).toBeVisible();
});

test("C1: pins that contradict each other are explained where they are", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/versions?pin=payments@3.0.0&pin=checkout@1.4.0`);
  await expect(cell(operator, "payments", "3.0.0")).toHaveAttribute("data-state", "conflict");
  const why = operator.locator("section", { has: operator.getByRole("heading", { name: "Why not all of these pins?" }) });
  await expect(why.getByText("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.")).toBeVisible();
  await expect(why.getByText("What would make it possible")).toBeVisible();
  const plan = operator.locator("section", { has: operator.getByRole("heading", { name: "Plan from here" }) });
  await expect(plan.getByText("The pins contradict each other, so no way leads there.")).toBeVisible();
  operator.allowRefusals();
  await operator.getByRole("button", { name: "Plan to here" }).click();
  await expect(plan.getByRole("alert")).toContainText("Prove or allow checkout 1.4.0 with payments 3.0.0.");
  await operator.getByRole("button", { name: "Unpin checkout 1.4.0" }).click();
  await expect(cell(operator, "payments", "3.0.0")).toHaveAttribute("data-state", "pinned");
});

test("C1: the arrow keys move between versions, Enter pins, Escape unpins", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/versions`);
  await cell(operator, "payments", "2.3.0").focus();
  await operator.keyboard.press("ArrowUp");
  await expect(cell(operator, "payments", "3.0.0")).toBeFocused();
  await operator.keyboard.press("Enter");
  await expect(cell(operator, "payments", "3.0.0")).toHaveAttribute("aria-pressed", "true");
  await expect(
    operator.getByRole("gridcell", { name: /^checkout 1\.4\.0: ruled out by the pins, live with 100.*You pinned payments 3\.0\.0\./ }),
  ).toBeVisible();
  await operator.keyboard.press("Escape");
  await expect(operator).toHaveURL(/\/versions$/);
});

test("C1: from a pin to a plan: the preview shows the waves, and the plan that is made has them", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/versions?pin=payments@3.0.0`);
  const preview = operator.locator("section", { has: operator.getByRole("heading", { name: "Plan from here" }) });
  await expect(preview.getByText("certificate checked")).toBeVisible();
  await expect(preview.getByRole("listitem").filter({ hasText: "Wave 1" })).toContainText("checkout");
  await expect(preview.getByRole("listitem").filter({ hasText: "Wave 2" })).toContainText("payments");
  await operator.getByRole("button", { name: "Plan to here" }).click();
  await expect(operator).toHaveURL(/\/plans\/plan_\d+$/);
  const id = new URL(operator.url()).pathname.split("/").at(-1) ?? "";
  const plan = await stack.client.call("GET /api/v1/plans/{id}", { params: { id } });
  expect(plan.waves.map(({ steps }) => steps.map(({ service, to }) => `${service} ${to}`))).toEqual([
    ["checkout 2.0.0"],
    ["payments 3.0.0"],
  ]);
  expect(plan.state).toBe("ready");
});

test("C1: a veto shrinks the space that is on screen, and its end widens it again", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/versions`);
  await expect(cell(operator, "payments", "3.0.0")).toHaveAttribute("data-state", "possible");
  const pair = { consumer: { service: "checkout", version: "2.0.0" }, provider: { service: "payments", version: "3.0.0" } };
  const body = { ...pair, verdict: "incompatible" as const, reason: "double charges in the story" };
  const { fact } = await stack.client.call("POST /api/v1/evidence", { body });
  await expect(cell(operator, "payments", "3.0.0")).toHaveAttribute("data-state", "anyway");
  await cell(operator, "payments", "3.0.0").hover();
  await expect(operator.getByText(/double charges in the story/).first()).toBeVisible();
  await stack.client.call("DELETE /api/v1/evidence/{id}", { params: { id: fact?.id ?? "" } });
  await expect(cell(operator, "payments", "3.0.0")).toHaveAttribute("data-state", "possible");
});

test("C1: the newest configuration is marked, one version of each service", async ({ operator, stack }) => {
  const { newest, services } = await stack.client.call("GET /api/v1/version-space", {});
  await operator.goto(`${stack.consoleUrl}/versions`);
  await operator.getByRole("button", { name: "Newest consistent" }).click();
  await expect(operator.getByRole("gridcell", { name: /in the newest configuration/ })).toHaveCount(services.length);
  await expect(
    operator.getByRole("gridcell", { name: new RegExp(`^checkout ${newest?.["checkout"]}:.*in the newest configuration`) }),
  ).toBeVisible();
});
