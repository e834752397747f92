import { expect, test } from "./fixtures.ts";
import { setSplit } from "./mesh-actions.ts";
import type { Stack } from "./stack.ts";

test.use({ openedAt: "/topology" });

test("S6: activity says who did what, before and after, and takes it back", async ({ operator, stack }) => {
  await setSplit(stack, "fraud", { "0.9.0": 8000, "0.10.0": 2000 });
  const { items } = await stack.client.call("GET /api/v1/changes", { query: { limit: 1, service: "fraud" } });
  const change = items[0];
  await operator.goto(`${stack.consoleUrl}/activity?change=${change?.id}`);
  await expect(operator.getByText("Set the split of fraud").first()).toBeVisible();
  await operator.getByRole("button", { name: "Undo…" }).first().click();
  await operator.getByRole("dialog").getByRole("button", { name: "Undo it" }).click();
  await expect
    .poll(async () => (await stack.client.call("GET /api/v1/services/{service}/split", { params: { service: "fraud" } })).weights)
    .toEqual({
      "0.9.0": 9000,
      "0.10.0": 1000,
    });
  await expect(operator.getByText("Undid a change of fraud").first()).toBeVisible();
});

async function readyStatus(stack: Stack): Promise<number | undefined> {
  return (await fetch(`${stack.apiUrl}/readyz`).catch(() => null))?.status;
}

test("S6: killing the engine loses no acknowledged change and no request, and the console says so and heals", async ({
  operator,
  stack,
}) => {
  operator.allowOutage();
  await setSplit(stack, "fraud", { "0.9.0": 7000, "0.10.0": 3000 });
  const before = await stack.client.call("GET /api/v1/mesh", {});
  const load = await stack.client.call("GET /api/v1/load", {});
  process.kill(stack.childPid("engine"), "SIGKILL");
  await expect.poll(() => readyStatus(stack)).toBe(200);
  const after = await stack.client.call("GET /api/v1/mesh", {});
  // Not equal: the engine may have recorded meanwhile what live traffic showed.
  expect(after.seq).toBeGreaterThanOrEqual(before.seq);
  const split = await stack.client.call("GET /api/v1/services/{service}/split", { params: { service: "fraud" } });
  expect(split.weights).toEqual({ "0.9.0": 7000, "0.10.0": 3000 });
  await expect.poll(async () => (await stack.client.call("GET /api/v1/load", {})).sent).toBeGreaterThan(load.sent + 200);
  expect((await stack.client.call("GET /api/v1/load", {})).failed).toBe(load.failed);
  await setSplit(stack, "fraud", { "0.9.0": 9000, "0.10.0": 1000 });
});

test("S6: while the engine does not answer the console says how old its picture is, and heals by itself", async ({ operator, stack }) => {
  operator.allowOutage();
  await expect(operator.getByText(/^Live$/).first()).toBeVisible();
  // Restarted at once, a killed engine is back before anybody looks; one that hangs is the longer outage.
  process.kill(stack.childPid("engine"), "SIGSTOP");
  await expect(operator.getByText(/Engine unreachable, picture from \d+ s/).first()).toBeVisible();
  process.kill(stack.childPid("engine"), "SIGKILL");
  await expect.poll(() => readyStatus(stack)).toBe(200);
  await expect(operator.getByText(/Engine unreachable/)).toHaveCount(0);
  await expect(operator.getByText(/^Live$/).first()).toBeVisible();
});
