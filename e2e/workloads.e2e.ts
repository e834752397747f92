import http from "node:http";
import { text } from "node:stream/consumers";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

const PARCEL = { service: "parcel", version: "1.0.0" };
const ONE = "/api/v1/services/{service}/versions/{version}/deployment";
const CONVERGES = { timeout: 60_000 };

/** A program that answers with a word. */
function script(word: string): string {
  return `require("node:http").createServer((q, r) => setTimeout(() => r.end("${word}"), 5)).listen(process.env.PORT, "127.0.0.1")`;
}

test.beforeEach(async ({ stack }) => {
  await stack.client.call("POST /api/v1/services", { body: { name: PARCEL.service } });
  await stack.client.call("POST /api/v1/services/{service}/versions", { params: PARCEL, body: { version: PARCEL.version } });
  await stack.client.call(`PUT ${ONE}`, { params: PARCEL, body: { replicas: 1, command: [process.execPath, "-e", script("first")] } });
  await expect.poll(async () => (await stack.client.call(`GET ${ONE}`, { params: PARCEL })).ready, CONVERGES).toBe(1);
});

test.afterEach(async ({ stack }) => {
  await stack.client.call("POST /api/v1/nodes/{node}/undrain", { params: { node: "node-b" } });
  await stack.client.call(`DELETE ${ONE}`, { params: PARCEL, query: { anyway: "true" } });
  const instances = () => stack.client.call("GET /api/v1/services/{service}/instances", { params: PARCEL });
  await expect.poll(async () => (await instances()).items, CONVERGES).toEqual([]);
  const { rev } = await stack.client.call("GET /api/v1/services/{service}", { params: PARCEL });
  await stack.client.call("DELETE /api/v1/services/{service}", { params: PARCEL, rev });
});

test("W1–W3: a service is scaled, rolled to another program, and its node drained and given back, under load, without a failed request", async ({
  operator,
  stack,
}) => {
  test.setTimeout(240_000);
  await operator.goto(`${stack.consoleUrl}/services/parcel`);
  const panel = operator.getByRole("region", { name: "parcel 1.0.0" });
  await expect(panel.getByText("Everything is as wanted.")).toBeVisible(CONVERGES);
  await expect(panel.getByRole("button", { name: "One instance more" })).toHaveAttribute("aria-disabled", "true");

  await unlock(operator, stack);
  await operator.goto(`${stack.consoleUrl}/services/parcel`);
  const load = startLoad(stack.ingressPort);
  await panel.getByRole("button", { name: "One instance more" }).click();
  await panel.getByRole("button", { name: "One instance more" }).click();
  await panel.getByRole("button", { name: "Scale to 3" }).click();
  await expect(panel.getByRole("img", { name: "3 ready, 0 starting, 0 not serving, of 3 wanted" })).toBeVisible(CONVERGES);
  await expectNoViolations(operator);

  await panel.getByRole("button", { name: "Actions for the deployment of 1.0.0" }).click();
  await operator.getByRole("menuitem", { name: "Edit" }).click();
  const form = operator.getByRole("dialog", { name: "Deployment of parcel 1.0.0" });
  await form.getByRole("textbox", { name: "Command" }).fill(`${process.execPath} -e '${script("second")}'`);
  await form.getByRole("button", { name: "Deploy" }).click();
  await expect(form).toBeHidden();
  await expect.poll(() => load.bodies.get("second") ?? 0, CONVERGES).toBeGreaterThan(0);
  const rolled = () => stack.client.call(`GET ${ONE}`, { params: PARCEL });
  await expect.poll(rolled, CONVERGES).toMatchObject({ updated: 3, ready: 3, actual: 3 });
  await expect(panel.getByText("Everything is as wanted.")).toBeVisible(CONVERGES);

  await operator.goto(`${stack.consoleUrl}/nodes`);
  await operator.getByRole("button", { name: "Drain node-b" }).click();
  const confirm = operator.getByRole("dialog", { name: "Drain node-b?" });
  await confirm.getByRole("textbox", { name: "Reason (optional)" }).fill("new kernel");
  await confirm.getByRole("button", { name: "Drain node" }).click();
  const row = operator.getByRole("row", { name: /node-b/ }).first();
  await expect(row.getByText("drained", { exact: true })).toBeVisible({ timeout: 120_000 });
  await expectNoViolations(operator);
  await operator.getByRole("button", { name: "Return node-b" }).click();
  await operator.getByRole("dialog", { name: "Return node-b?" }).getByRole("button", { name: "Return node" }).click();
  await expect(row.getByText("takes instances")).toBeVisible();

  const { failed, requests } = await load.stop();
  expect(failed).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

/** Lets this browser start and stop processes, by a link of its own. */
async function unlock(operator: Page, stack: Stack): Promise<void> {
  const { code } = await stack.client.call("POST /api/v1/local-token/codes");
  await operator.goto(`${stack.consoleUrl}/unlock?code=${code}`);
  await expect(operator).toHaveURL(/\/(topology|services)?$/);
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}

/** One request after the other on two connections, until it is stopped. */
function startLoad(ingressPort: number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
  const bodies = new Map<string, number>();
  const failed: unknown[] = [];
  let requests = 0;
  let isOver = false;
  const ask = () =>
    new Promise<void>((done) => {
      requests += 1;
      const fail = (why: unknown) => done(void failed.push(why));
      const request = http.get({ host: "127.0.0.1", port: ingressPort, headers: { host: "parcel.mesh" }, agent }, (answer) => {
        text(answer).then((body) => {
          if (answer.statusCode !== 200) return fail({ status: answer.statusCode, code: answer.headers["x-interlock-code"] });
          bodies.set(body, (bodies.get(body) ?? 0) + 1);
          return done();
        }, fail);
      });
      request.on("error", fail);
    });
  const workers = [1, 2].map(async () => {
    while (!isOver) await ask();
  });
  return {
    bodies,
    async stop() {
      isOver = true;
      await Promise.all(workers);
      agent.destroy();
      return { requests, failed };
    },
  };
}
