import { expect, test } from "./fixtures.ts";

test("a tap shows requests as they end, stands still while paused, and ends when its page is left", async ({ operator, stack }) => {
  const ended: string[] = [];
  operator.on("requestfailed", (request) => ended.push(request.url()));
  await operator.goto(`${stack.consoleUrl}/tap?service=payments`);
  const table = operator.getByRole("table", { name: "Requests, newest first" });
  await expect(table.getByRole("row", { name: /checkout .*payments .*POST \/charges/ }).first()).toBeVisible();
  await expect(operator.getByText(/Live from 3 proxies/)).toBeVisible();
  await expect(operator.getByText("$interlock tap --service payments")).toBeVisible();
  await expect(table.getByRole("row", { name: /catalog/ })).toHaveCount(0);

  await operator.getByRole("button", { name: "Pause" }).click();
  await expect(operator.getByRole("button", { name: /Resume, [1-9]/ })).toBeVisible();
  const newest = await table.getByRole("button").first().textContent();
  await expect(operator.getByRole("button", { name: /Resume, [1-9]\d/ })).toBeVisible({ timeout: 30_000 });
  expect(await table.getByRole("button").first().textContent()).toBe(newest);
  await operator.getByRole("button", { name: /Resume/ }).click();

  await table.getByRole("button").first().click();
  const detail = operator.getByRole("dialog");
  await expect(detail).toContainText("over mTLS");
  await expect(detail).toContainText("the caller's proxy");
  await operator.keyboard.press("Escape");

  await operator.getByRole("link", { name: "Settings" }).click();
  await expect(operator.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await expect.poll(() => ended.filter((url) => new URL(url).pathname === "/api/v1/tap").length).toBe(1);
});

test("the filter stands in the address, and a link to it opens the same tap", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/tap`);
  const filter = operator.getByRole("form", { name: "Filter of the tap" });
  await filter.getByLabel("Caller", { exact: true }).fill("cart");
  await filter.getByLabel("Method").fill("post");
  await expect(operator).toHaveURL(/\/tap\?caller=cart&method=post$/);
  await operator.reload();
  const table = operator.getByRole("table", { name: "Requests, newest first" });
  await expect(table.getByRole("row", { name: /cart .*checkout .*POST/ }).first()).toBeVisible();
  await expect(table.getByRole("row", { name: /GET/ })).toHaveCount(0);
  await filter.getByRole("button", { name: "Clear the filter" }).click();
  await expect(operator).toHaveURL(/\/tap$/);
});

test("a service and an edge have a tap of their own", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/services/inventory?tab=requests`);
  const table = operator.getByRole("table", { name: "Requests, newest first" });
  await expect(table.getByRole("row", { name: /inventory .*GET \/stock/ }).first()).toBeVisible();
  await operator.goto(`${stack.consoleUrl}/topology?selected=${encodeURIComponent("checkout>payments")}`);
  const panel = operator.getByRole("complementary", { name: "Calls from checkout to payments" });
  await panel.getByRole("button", { name: "Live requests" }).click();
  await expect(panel.getByRole("list", { name: "Requests, newest first" }).getByRole("button").first()).toContainText("/charges");
  await expect(panel.getByText("interlock tap --caller checkout --service payments")).toBeVisible();
});
