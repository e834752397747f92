import { request as sendHttp } from "node:http";
import { expect, test } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

const SERVICE = "recommendations";
const CANARY = "1.3.0";
const STABLE = "1.2.0";

test.afterEach(async ({ stack }) => {
  const params = { service: SERVICE };
  const { rev, rules } = await stack.client.call("GET /api/v1/services/{service}/routes", { params });
  if (rules.length > 0)
    await stack.client.call("PUT /api/v1/services/{service}/routes", { params, rev, body: { rules: [], reason: "story" } });
  const policy = await stack.client.call("GET /api/v1/services/{service}/traffic-policy", { params });
  if (Object.keys(policy.policy).length > 0)
    await stack.client.call("PUT /api/v1/services/{service}/traffic-policy", { params, rev: policy.rev, body: { reason: "story" } });
});

test("C1: a rule with a header match and a filter is checked, saved and tested, and a real request goes where the tester says", async ({
  operator,
  stack,
}) => {
  await operator.goto(`${stack.consoleUrl}/services/${SERVICE}?tab=routes`);
  await operator.getByRole("button", { name: "Add a rule…" }).click();
  const sheet = operator.getByRole("dialog", { name: "New rule" });
  await sheet.getByLabel("Name", { exact: true }).fill("beta");
  await sheet.getByRole("button", { name: "Header", exact: true }).click();
  const headers = sheet.getByRole("group", { name: "Headers", exact: true });
  await headers.getByLabel("Header", { exact: true }).fill("x-beta");
  await headers.getByLabel("Value", { exact: true }).fill("1");
  await sheet.getByRole("button", { name: /^Split/ }).click();
  await sheet.getByLabel("Split of its own").check();
  await sheet.getByLabel(`${CANARY} %`).fill("100");
  await sheet.getByRole("button", { name: /^Filters/ }).click();
  await sheet.getByRole("button", { name: "Add a filter…" }).click();
  await operator.getByRole("menuitem", { name: "Edit answer headers" }).click();
  await sheet.getByLabel("Set: Header").fill("x-routed");
  await sheet.getByLabel("Set: Value").fill("beta");
  await expect(sheet.getByRole("button", { name: /^Filters/ })).toContainText("on the answer sets x-routed: beta");
  await sheet.getByRole("button", { name: "Check" }).click();
  await expect(sheet.getByText(/This would be accepted/)).toBeVisible();
  const draft = sheet.getByRole("region", { name: "Try with my edits" });
  await draft.getByRole("button", { name: "Try with my edits" }).click();
  await draft.getByLabel("Headers", { exact: true }).fill("x-beta: 1");
  await expect(draft.getByRole("status")).toContainText(`Goes to ${CANARY}`);
  await draft.getByLabel("Headers", { exact: true }).fill("");
  await expect(draft.getByRole("status")).toContainText(`Goes to ${STABLE}`);
  // Nobody counts who sends that header, so it may be half of the requests and more: it is pressed and held.
  await sheet.getByRole("button", { name: "Save the rule" }).click({ delay: 1_000 });
  await expect(sheet).toBeHidden();
  const list = operator.getByRole("list", { name: "Routes" });
  await expect(list).toContainText("x-beta: 1");

  const answer = operator.getByRole("status");
  await expect(answer.filter({ hasText: `Goes to ${STABLE}` })).toContainText("no rule takes it");
  await operator.getByLabel("Headers", { exact: true }).fill("x-beta: 1");
  await expect(answer.filter({ hasText: `Goes to ${CANARY}` })).toContainText("by beta");
  await expect(list.getByRole("listitem").filter({ hasText: "beta" }).first()).toContainText("takes the tested request");
  await expect(operator).toHaveURL(/headers=x-beta/);

  await expect.poll(async () => (await throughIngress(stack, { "x-beta": "1" }))["x-routed"]).toBe("beta");
  expect((await throughIngress(stack, {}))["x-routed"]).toBeUndefined();

  await operator.reload();
  await expect(operator.getByRole("status").filter({ hasText: `Goes to ${CANARY}` })).toBeVisible();
});

test("C2: a setting is judged as it is typed, applied in place, and has its default back at one press", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/services/${SERVICE}?tab=resilience`);
  const request = operator.getByRole("textbox", { name: "Request", exact: true });
  await expect(request).toHaveAttribute("placeholder", "15 s");
  await request.fill("4 s");
  const bar = operator.getByRole("region", { name: "1 change" });
  await expect(bar).toContainText("Timeouts, Request: 15 s → 4 s");
  await expect(bar).toContainText("This would be accepted.");
  await bar.getByRole("button", { name: "Apply" }).click();
  await expect(bar).toBeHidden();
  const effective = async () =>
    (await stack.client.call("GET /api/v1/services/{service}/traffic-policy", { params: { service: SERVICE } })).effective.timeouts
      .requestMs;
  await expect.poll(effective).toBe(4000);
  await operator.getByRole("button", { name: "Back to the default of Request" }).click();
  await operator.getByRole("button", { name: "Apply" }).click();
  await expect.poll(effective).toBe(15_000);
});

/** Headers of the answer to one real request. */
function throughIngress(stack: Stack, headers: Record<string, string>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port: stack.ingressPort,
      path: "/recommendations?id=1",
      headers: { ...headers, host: `${SERVICE}.mesh` },
    };
    const sent = sendHttp(options, (answer) => {
      answer.resume();
      resolve(answer.headers);
    });
    sent.on("error", reject);
    sent.end();
  });
}
