import { expect, test } from "./fixtures.ts";
import { readSplit, setSplit } from "./mesh-actions.ts";
import type { Stack } from "./stack.ts";

const SERVICE = "recommendations";
const OLD = "1.2.0";
const NEW = "1.3.0";

test.afterEach(async ({ stack }) => {
  const { items } = await stack.client.call("GET /api/v1/freezes");
  for (const { id, rev } of items)
    await stack.client.call("DELETE /api/v1/freezes/{id}", { params: { id }, rev, query: { reason: "the story is over" } });
  await lowerBar(stack);
  const { weights } = await readSplit(stack, SERVICE);
  if (weights[NEW] !== undefined) await setSplit(stack, SERVICE, { [OLD]: 10_000 });
});

test("a freeze set in the console holds a newer version, names itself and its end, and lets the rollback go", async ({
  operator,
  stack,
}) => {
  operator.allowRefusals();
  await setSplit(stack, SERVICE, { [OLD]: 9_000, [NEW]: 1_000 });
  await operator.goto(`${stack.consoleUrl}/governance`);
  await operator.getByRole("button", { name: "Add a freeze" }).click();
  const form = operator.getByRole("dialog", { name: "New freeze" });
  await form.getByRole("textbox", { name: "Name" }).fill("Big sale");
  await form.getByLabel("From (UTC)").fill("2026-01-01T00:00");
  await form.getByLabel("Until (UTC)").fill(fieldIn(86_400_000));
  await form.getByRole("button", { name: "Save the freeze" }).click();
  await expect(operator.getByRole("main").getByRole("listitem").filter({ hasText: "Big sale" })).toContainText("holds");
  const refused = await raise(stack, 3_000).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "freeze.active",
    detail: expect.stringMatching(/The freeze "Big sale" holds recommendations until 20/),
  });
  const { rev } = await readSplit(stack, SERVICE);
  await stack.client.call("POST /api/v1/services/{service}/rollback", { params: { service: SERVICE }, rev, body: { reason: "story" } });
  expect((await readSplit(stack, SERVICE)).weights).toEqual({ [OLD]: 10_000 });
});

test("a second person approves exactly what was asked; an edit voids it", async ({ browser, operator, stack }) => {
  const settings = await stack.client.call("GET /api/v1/governance");
  await stack.client.call("PUT /api/v1/governance", { rev: settings.rev, body: { secondPersonFrom: "hold" } });
  const asOlga = { headers: { "content-type": "application/json", "x-interlock-author": "olga" } };
  const { rev } = await readSplit(stack, SERVICE);
  const ask = async (newBp: number): Promise<string> => {
    const body = { weights: { [OLD]: 10_000 - newBp, [NEW]: newBp } };
    const request = { method: "PUT", path: `/api/v1/services/${SERVICE}/split`, ifMatch: rev, body };
    const sent = { method: "POST", ...asOlga, body: JSON.stringify({ request, reason: "story" }) };
    const answer = await fetch(`${stack.apiUrl}/api/v1/approvals`, sent);
    return ((await answer.json()) as { id: string }).id;
  };
  const first = await ask(6_000);
  await operator.goto(`${stack.consoleUrl}/governance`);
  const own = operator.locator(`li[aria-label^="${first} "]`);
  await expect(own).toContainText("Somebody else approves it");
  await expect(own.getByRole("button", { name: "Approve" })).toHaveAttribute("aria-disabled", "true");

  // She thinks better of it: what was asked first holds no more.
  const second = await ask(5_000);
  await expect(own).toHaveCount(0);

  const context = await browser.newContext();
  const ben = await context.newPage();
  await ben.addInitScript(() => {
    localStorage.setItem("interlock-author", "ben");
    localStorage.setItem("interlock-tour", "seen");
  });
  await ben.goto(`${stack.consoleUrl}/governance`);
  const waiting = ben.locator(`li[aria-label^="${second} "]`);
  await expect(waiting).toContainText("50 % of the requests to recommendations go to another version");
  await waiting.getByRole("button", { name: "Approve" }).click();
  await expect(waiting).toContainText("approved by ben");
  await context.close();

  const mine = operator.locator(`li[aria-label^="${second} "]`);
  await mine.getByRole("button", { name: "Do it now" }).click();
  await expect.poll(async () => (await readSplit(stack, SERVICE)).weights).toEqual({ [OLD]: 5_000, [NEW]: 5_000 });
  await expect(mine).toHaveCount(0);
});

function raise(stack: Stack, newBp: number): Promise<void> {
  return setSplit(stack, SERVICE, { [OLD]: 10_000 - newBp, [NEW]: newBp });
}

/** A time from now as a field for UTC takes it. */
function fieldIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString().slice(0, 16);
}

/** Back to where no change needs a second person; that takes one. */
async function lowerBar(stack: Stack): Promise<void> {
  const { rev, secondPersonFrom } = await stack.client.call("GET /api/v1/governance");
  if (secondPersonFrom === "never") return;
  const send = (author: string, path: string, body: unknown, more: Readonly<Record<string, string>> = {}, method = "POST") =>
    fetch(`${stack.apiUrl}${path}`, {
      method,
      headers: { "content-type": "application/json", "x-interlock-author": author, ...more },
      body: JSON.stringify(body),
    });
  const request = { method: "PUT", path: "/api/v1/governance", ifMatch: rev, body: { secondPersonFrom: "never" } };
  const { id } = (await (await send("olga", "/api/v1/approvals", { request })).json()) as { id: string };
  await send("ben", `/api/v1/approvals/${id}/approve`, {});
  await send("olga", request.path, request.body, { "if-match": `"${rev}"`, "x-interlock-approval": id }, "PUT");
}
