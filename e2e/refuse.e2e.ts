import { spawnSync } from "node:child_process";
import { ApiProblem } from "../lib/client/index.ts";
import { expect, test } from "./fixtures.ts";
import { dragTo, readSplit, splitBar } from "./mesh-actions.ts";

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
