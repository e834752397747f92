import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

interface Managed {
  readonly pid: number | null;
  readonly assignment: string;
  readonly restarts: number;
  readonly state: string;
}

async function processesOf(stack: Stack, node?: string): Promise<readonly Managed[]> {
  const { items } = await stack.client.call("GET /api/v1/deployments");
  return items.flatMap(({ instances }) => instances).filter((each) => node === undefined || each.node === node);
}

const failures = async (stack: Stack) => (await stack.client.call("GET /api/v1/load", {})).failed;
const sent = async (stack: Stack) => (await stack.client.call("GET /api/v1/load", {})).sent;

test("the link that npm start prints lets one browser start and stop processes, once", async ({ operator, stack, browser }) => {
  await operator.goto(`${stack.consoleUrl}/services/users`);
  await expect(operator.getByText("This browser may not start or stop processes.")).toBeVisible();
  await expect(operator.getByRole("button", { name: /^Stop / }).first()).toHaveAttribute("aria-disabled", "true");

  await operator.goto(stack.unlockUrl);
  await expect(operator).toHaveURL(`${stack.consoleUrl}/topology`);
  await operator.goto(`${stack.consoleUrl}/services/users`);
  await expect(operator.getByRole("button", { name: /^Stop / }).first()).toBeEnabled();
  await expect(operator.getByText("This browser may not start or stop processes.")).toHaveCount(0);
  const token = readFileSync(join(stack.dataDir, "local-token"), "utf8").trim();
  expect(await operator.evaluate(() => document.cookie)).not.toContain(token);

  const other = await browser.newContext();
  const page = await other.newPage();
  await page.goto(stack.unlockUrl);
  await expect(page.getByRole("heading", { name: "The link did not work" })).toBeVisible();
  await expect(page.getByText("npx interlock unlock")).toBeVisible();
  await other.close();
});

test("a program that is killed is started again, and the console shows what it prints as it prints it", async ({ operator, stack }) => {
  const { items } = await stack.client.call("GET /api/v1/deployments");
  const [first] = items.find(({ service }) => service === "shipping")?.instances ?? [];
  await operator.goto(`${stack.consoleUrl}/services/shipping`);
  await operator
    .getByRole("button", { name: /^Log of / })
    .first()
    .click();
  const lines = operator.getByRole("log").getByText(/^shipping 1\.1\.0 listens on port/);
  await expect(lines).toHaveCount(1);
  process.kill(first?.pid ?? 0, "SIGKILL");
  await expect(lines).toHaveCount(2);
  await expect
    .poll(async () => (await processesOf(stack)).find(({ assignment }) => assignment === first?.assignment))
    .toMatchObject({ state: "ready", restarts: 1, instance: first?.instance });
});

test("a node's agent that is killed comes back to the same processes, and no request fails", async ({ stack }) => {
  const before = (await processesOf(stack, "node-b")).map(({ pid }) => pid).sort();
  const [failed, count] = [await failures(stack), await sent(stack)];
  const killed = stack.childPid("agent node-b");
  process.kill(killed, "SIGKILL");
  await expect
    .poll(async () => (await stack.client.call("GET /api/v1/nodes")).items.find(({ node }) => node === "node-b")?.agentPid)
    .not.toBe(killed);
  await expect.poll(() => sent(stack)).toBeGreaterThan(count + 300);
  expect((await processesOf(stack, "node-b")).map(({ pid }) => pid).sort()).toEqual(before);
  expect(await failures(stack)).toBe(failed);
});
