import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

const PAIR = { consumer: "catalog 2.5.0", provider: "inventory 5.1.0" };
const MATRIX = "/compatibility?consumer=catalog&provider=inventory";
const VETO = /olga says that catalog 2\.5\.0 does not work with inventory 5\.1\.0: reads stock twice\./;
const DECLARED = "catalog 2.5.0 requires inventory ^5.1.0, which includes 5.1.0.";

/** Requests/s of catalog 2.5.0 to a version of inventory, and how many of its calls failed within the window. */
async function flowTo(stack: Stack, version: string): Promise<{ readonly rps: number; readonly failures: number }> {
  const { edges } = await stack.client.call("GET /api/v1/topology", {});
  const own = edges.filter(({ from, to }) => from.service === "catalog" && from.version === "2.5.0" && to.service === "inventory");
  const failures = own.reduce((sum, { errorRate, requests }) => sum + (errorRate ?? 0) * requests, 0);
  return { rps: own.find(({ to }) => to.version === version)?.rps ?? 0, failures };
}

function cell(page: Page, verdict: string) {
  return page.getByRole("button", { name: new RegExp(`^${PAIR.consumer} with ${PAIR.provider}: ${verdict}`) });
}

test("a veto breaks a live pair: matrix, split, exposure and requests follow, none fails, and withdrawn it all comes back", async ({
  operator,
  stack,
}) => {
  let failures = 0;
  const rateTo = async (version: string) => {
    const flow = await flowTo(stack, version);
    failures = Math.max(failures, flow.failures);
    return flow.rps;
  };
  await operator.goto(`${stack.consoleUrl}${MATRIX}&pair=2.5.0~5.1.0`);
  await expect(cell(operator, "proven")).toBeVisible();
  await expect.poll(() => rateTo("5.1.0"), { timeout: 60_000 }).toBeGreaterThan(0);

  await operator.getByRole("button", { name: "Veto…" }).click();
  const dialog = operator.getByRole("dialog", { name: "Veto this pair" });
  await expect(dialog.getByText(/of catalog 2\.5\.0 go to inventory 5\.2\.0 \(100\s%\) instead\./)).toBeVisible();
  await expect(dialog.getByRole("table", { name: "Exposure" })).toBeVisible();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("reads stock twice");
  await dialog.getByRole("button", { name: "Veto", exact: true }).click();
  await expect(dialog).toBeHidden();

  await expect(cell(operator, "broken")).toBeVisible();
  const panel = operator.getByRole("region", { name: "catalog 2.5.0 × inventory 5.1.0" });
  await expect(panel.getByText("An operator's word decides. 1 fact says so, 1 against.")).toBeVisible();
  await expect(panel.getByText("Operator counts more than Declared.")).toBeVisible();
  await expect(panel.getByRole("definition").filter({ hasText: VETO })).toBeVisible();
  await expect(panel.getByRole("definition").filter({ hasText: DECLARED })).toBeVisible();
  await expect.poll(() => rateTo("5.1.0"), { timeout: 60_000 }).toBe(0);
  expect(await rateTo("5.2.0")).toBeGreaterThan(0);

  await operator.getByRole("button", { name: /^Exposure/ }).click();
  const parts = operator.getByRole("dialog", { name: "What the exposure is made of" });
  await expect(parts.getByRole("link", { name: "catalog 2.5.0 × inventory 5.1.0" })).toBeVisible();
  await operator.keyboard.press("Escape");
  await operator.goto(`${stack.consoleUrl}/services/inventory`);
  await expect(operator.getByText("catalog 2.5.0 does not follow this split: inventory 5.1.0 is kept from it")).toBeVisible();

  await operator.goto(`${stack.consoleUrl}/compatibility`);
  const contradiction = operator.getByRole("listitem").filter({ hasText: "Operator counts more than Declared." });
  await expect(contradiction).toContainText(DECLARED);
  await contradiction.getByRole("link").click();
  await operator.getByRole("button", { name: /^Withdraw ev_/ }).click();
  await operator.getByRole("dialog", { name: "Withdraw this fact" }).getByRole("button", { name: "Withdraw" }).click();
  await expect(cell(operator, "proven")).toBeVisible();
  await expect.poll(() => rateTo("5.1.0"), { timeout: 60_000 }).toBeGreaterThan(0);
  expect(failures).toBe(0);
});

test("an allowance is a fact that changes the verdict, told apart from an override, and an undo takes it back", async ({
  operator,
  stack,
}) => {
  await operator.goto(`${stack.consoleUrl}/compatibility?consumer=checkout&provider=payments&pair=1.4.0~3.0.0`);
  const button = (verdict: string) => operator.getByRole("button", { name: new RegExp(`^checkout 1.4.0 with payments 3.0.0: ${verdict}`) });
  await expect(button("broken")).toBeVisible();
  await operator.getByRole("button", { name: "Allow…" }).click();
  const dialog = operator.getByRole("dialog", { name: "Allow this pair" });
  await expect(dialog.getByText(/To let a broken pair through once without saying that it works, use an override/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Allow", exact: true })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("tried by hand");
  await dialog.getByRole("combobox", { name: "Until" }).click();
  await operator.getByRole("option", { name: "1 hour" }).click();
  await dialog.getByRole("button", { name: "Allow", exact: true }).click();
  await expect(button("proven")).toBeVisible();
  const { items } = await stack.client.call("GET /api/v1/evidence", { query: { consumer: "checkout@1.4.0", provider: "payments@3.0.0" } });
  expect(items).toMatchObject([{ source: "operator", verdict: "compatible", reason: "tried by hand", author: "olga" }]);
  expect(items[0]?.expiresAt).toBeDefined();
  const { items: changes } = await stack.client.call("GET /api/v1/changes", { query: { limit: 1 } });
  await stack.client.call("POST /api/v1/changes/{id}/undo", { params: { id: changes[0]?.id ?? "" }, body: {} });
  await expect(button("broken")).toBeVisible();
});

test("a cell of the edge's heat map leads to its pair in the matrix", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/topology?selected=catalog%3Einventory`);
  const heatMap = operator.getByRole("table", { name: /inventory/ });
  await heatMap
    .getByRole("row", { name: /^2\.5\.0/ })
    .getByRole("link")
    .first()
    .click();
  await expect(operator).toHaveURL(/\/compatibility\?consumer=catalog&provider=inventory&pair=2\.5\.0%7E5\.1\.0/);
  await expect(operator.getByRole("region", { name: "catalog 2.5.0 × inventory 5.1.0" })).toBeVisible();
});

test("a version that declares nothing is unknown, ranked by what a test of it would settle, and leads to the pair", async ({
  operator,
  stack,
}) => {
  const params = { service: "search" };
  const body = { version: "1.11.0", requirements: {} };
  await stack.client.call("POST /api/v1/services/{service}/versions", { params, body });
  await operator.goto(`${stack.consoleUrl}/compatibility`);
  const pair = /^search 1\.11\.0 × inventory 5\.[12]\.0$/;
  const row = operator
    .getByRole("table", { name: "Unknowns worth settling first" })
    .getByRole("row")
    .filter({ has: operator.getByRole("link", { name: pair }) });
  await expect(row).toContainText("run the contract test");
  await row.getByRole("link").click();
  await expect(operator.getByRole("region", { name: pair })).toContainText("Nothing decides it");
  await expect(operator.getByText(/^Test search 1\.11\.0 × inventory 5\.[12]\.0 next$/)).toBeVisible();
  const now = await stack.client.call("GET /api/v1/services/{service}", { params });
  const version = { service: "search", version: "1.11.0" };
  await stack.client.call("DELETE /api/v1/services/{service}/versions/{version}", { params: version, rev: now.rev });
});
