import { spawnSync } from "node:child_process";
import { ApiProblem } from "../lib/client/index.ts";
import { expect, test } from "./fixtures.ts";
import { dragTo, readSplit, setSplit, splitBar } from "./mesh-actions.ts";

const SENTENCE = "checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.";
const FIX = "Move checkout to 2.0.0 first";

test("S5: a drag towards a version that is proven broken stops, and names consumer, provider, requirement and fix", async ({
  operator,
  stack,
}) => {
  await operator.goto(`${stack.consoleUrl}/services/payments`);
  await expect(splitBar(operator, "payments").boundary("2.3.0", "3.0.0")).toBeVisible();
  await dragTo(operator, "payments", ["2.3.0", "3.0.0"], 0.14);
  await expect(operator.getByText("3.0.0 cannot take traffic while checkout 1.4.0 is live")).toBeVisible();
  await expect(operator.getByText(SENTENCE).first()).toBeVisible();
  await expect(operator.getByText(new RegExp(FIX)).first()).toBeVisible();
  await expect(operator.getByRole("button", { name: "Apply" })).toHaveCount(0);
  expect((await readSplit(stack, "payments")).weights).toEqual({ "2.3.0": 10_000 });
});

test("S5: the API refuses the same with the same words", async ({ stack }) => {
  const { rev } = await readSplit(stack, "payments");
  const body = { weights: { "2.3.0": 8600, "3.0.0": 1400 } };
  const refusal = await stack.client
    .call("PUT /api/v1/services/{service}/split", { params: { service: "payments" }, rev, body })
    .catch((error) => error);
  expect(refusal).toBeInstanceOf(ApiProblem);
  expect(refusal.status).toBe(409);
  expect(refusal.code).toBe("compatibility.refused");
  expect(refusal.reasons[0].sentence).toBe(SENTENCE);
  expect(refusal.reasons[0].fix).toContain(FIX);
});

test("S5: the command line refuses the same with exit code 1", ({ stack }) => {
  const run = spawnSync(process.execPath, ["scripts/interlock.js", "--api", stack.apiUrl, "can-i-shift", "payments", "3.0.0=14"], {
    encoding: "utf8",
  });
  expect(run.status).toBe(1);
  expect(run.stdout + run.stderr).toContain(SENTENCE);
  expect(run.stdout + run.stderr).toContain(FIX);
});

test("T3: when an override ends, the split card names who is kept from which version, and his requests follow", async ({
  operator,
  stack,
}) => {
  const { rev } = await readSplit(stack, "payments");
  const override = { reason: "story", expiresAt: new Date(Date.now() + 5_000).toISOString() };
  await stack.client.call("PUT /api/v1/services/{service}/split", {
    params: { service: "payments" },
    rev,
    body: { weights: { "2.3.0": 8600, "3.0.0": 1400 }, reason: "story", override },
  });
  expect((await readSplit(stack, "payments")).renormalised).toEqual([]);
  await operator.goto(`${stack.consoleUrl}/services/payments`);
  await expect(operator.getByText("checkout 1.4.0 does not follow this split: payments 3.0.0 is kept from it")).toBeVisible();
  await expect(operator.getByText("; goes to 2.3.0 100 % instead.")).toBeVisible();
  await expect(operator.getByText(SENTENCE).first()).toBeVisible();
  const rateToNew = async () => {
    const { edges } = await stack.client.call("GET /api/v1/topology", {});
    const edge = edges.find(({ from, to }) => from.service === "checkout" && from.version === "1.4.0" && to.version === "3.0.0");
    return edge?.rps ?? 0;
  };
  await expect.poll(rateToNew, { timeout: 30_000 }).toBe(0);
  await setSplit(stack, "payments", { "2.3.0": 10_000 });
  await expect(operator.getByText("checkout 1.4.0 does not follow this split", { exact: false })).toBeHidden();
});
