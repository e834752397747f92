import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { Stack } from "./stack.ts";

const CALLER = "payments";
const CALLEE = "fraud";

async function readAuthorization({ client }: Stack) {
  return client.call("GET /api/v1/services/{service}/authorization", { params: { service: CALLEE } });
}

/** Requests that were refused on the edge within the window. */
async function deniedNow({ client }: Stack): Promise<number> {
  const { edges } = await client.call("GET /api/v1/topology", {});
  const onEdge = edges.filter(({ from, to }) => from.service === CALLER && to.service === CALLEE);
  return onEdge.reduce((sum, { denied }) => sum + denied, 0);
}

async function openEditor(page: Page, stack: Stack) {
  await page.goto(`${stack.consoleUrl}/security?tab=authorization`);
  const table = page.getByRole("table", { name: "Policies by service" });
  await table.getByRole("button", { name: `Who may call ${CALLEE}` }).click();
  const sheet = page.getByRole("dialog", { name: `Who may call ${CALLEE}` });
  await expect(sheet.getByRole("heading", { name: "Who could still call" })).toBeVisible();
  return sheet;
}

test.afterEach(async ({ stack }) => {
  const { authorization, rev } = await readAuthorization(stack);
  if (authorization === null) return;
  await stack.client.call("DELETE /api/v1/services/{service}/authorization", { params: { service: CALLEE }, rev });
});

test("a caller that is denied in the console turns up on the edge, and taking the policy away heals it", async ({ operator, stack }) => {
  const editor = await openEditor(operator, stack);
  await editor.getByRole("radio", { name: /get in/ }).check();
  await editor.getByRole("combobox", { name: "What rule 1 does" }).click();
  await operator.getByRole("option", { name: "Deny" }).click();
  await editor.getByLabel("From services").fill(CALLER);
  // What it would do stands there before anything is written.
  const preview = editor.getByRole("table", { name: "Who could still call" });
  await expect(preview.getByRole("row", { name: new RegExp(CALLER) })).toContainText("loses");
  expect(await deniedNow(stack)).toBe(0);
  await editor.getByRole("button", { name: "Apply" }).click();
  await expect(editor).toBeHidden();
  expect((await readAuthorization(stack)).authorization).toEqual({ action: "deny", rules: [{ from: { services: [CALLER] } }] });

  await expect.poll(() => deniedNow(stack)).toBeGreaterThan(0);
  await operator.goto(`${stack.consoleUrl}/topology?selected=${encodeURIComponent(`${CALLER}>${CALLEE}`)}`);
  const panel = operator.getByRole("complementary", { name: `Calls from ${CALLER} to ${CALLEE}` });
  await expect(panel).toContainText("Authorization refuses");
  await expect(panel).toContainText(`service/${CALLER}/version/`);
  await expect(operator.getByRole("button", { name: new RegExp(`${CALLER} calls ${CALLEE}.*denied`) })).toBeVisible();

  const again = await openEditor(operator, stack);
  await again.getByRole("button", { name: "Remove the policy" }).click();
  await expect(again).toBeHidden();
  await expect.poll(() => deniedNow(stack), { timeout: 30_000 }).toBe(0);
  await operator.goto(`${stack.consoleUrl}/topology?selected=${encodeURIComponent(`${CALLER}>${CALLEE}`)}`);
  await expect(panel).toContainText("all over mTLS");
  await expect(panel).not.toContainText("Authorization refuses");
});

test("every certificate is listed with its instance and its root, page by page the same, and typing narrows the list", async ({
  operator,
  stack,
}) => {
  const all = await stack.client.call("GET /api/v1/identities", {});
  const paged: string[] = [];
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
    const { items, nextCursor } = await stack.client.call("GET /api/v1/identities", {
      query: { limit: 5, ...(cursor === undefined ? {} : { cursor }) },
    });
    paged.push(...items.map(({ instance }) => instance));
    cursor = nextCursor;
  }
  expect(paged.toSorted()).toEqual(all.items.map(({ instance }) => instance).toSorted());
  const one = all.items.find(({ identity }) => identity.includes("/checkout/"));
  if (one === undefined) throw new Error("checkout has no certificate");
  await operator.goto(`${stack.consoleUrl}/security`);
  const table = operator.getByRole("table", { name: "Identities" });
  await expect(table.getByRole("row")).toHaveCount(all.items.length + 1);
  await operator.getByLabel("Find an identity").fill(one.instance);
  await expect(table.getByRole("row")).toHaveCount(1 + all.items.filter(({ instance }) => instance.includes(one.instance)).length);
  await expect(table).toContainText(one.proxy);
  await expect(table).toContainText(one.rootFingerprint.slice(0, 8));
});

test("a step of a root change that is not the next one is refused, and one that is not named", async ({ stack }) => {
  const refusalOf = (body: object) =>
    stack.client.call("POST /api/v1/identities/rotate-root", { body: body as { step: "drop-old" } }).catch((error) => error.code);
  expect(await refusalOf({ step: "drop-old" })).toBe("identity.rotation-order");
  expect(await refusalOf({})).toBe("input.invalid");
});

test("the root is changed in three steps, each with its proof, while every request stays encrypted", async ({ operator, stack }) => {
  const before = await stack.client.call("GET /api/v1/identities", {});
  await operator.goto(`${stack.consoleUrl}/security`);
  const steps = operator.getByRole("list", { name: "Steps of a root change" });
  for (const name of ["Trust the new root…", "Issue from the new root…", "Drop the old root…"]) {
    const take = steps.getByRole("button", { name });
    // The step before has to be followed by every proxy first.
    await expect(take).toBeEnabled({ timeout: 30_000 });
    await expect(take).not.toHaveAttribute("aria-disabled", "true", { timeout: 30_000 });
    await take.click();
    const question = operator.getByRole("dialog");
    await question.getByLabel("Reason").fill("story");
    await question.getByRole("button", { name }).click();
    await expect(question).toBeHidden();
  }
  await expect(steps.getByRole("button", { name: "Trust the new root…" })).toBeVisible();
  const after = await stack.client.call("GET /api/v1/identities", {});
  expect(after.roots).toHaveLength(1);
  expect(after.roots[0]?.fingerprint).not.toBe(before.roots[0]?.fingerprint);
  expect(new Set(after.items.map(({ rootFingerprint }) => rootFingerprint))).toEqual(new Set([after.roots[0]?.fingerprint]));
  const { edges } = await stack.client.call("GET /api/v1/topology", {});
  expect(edges.filter(({ encrypted }) => encrypted !== null && encrypted < 1)).toEqual([]);
  await expect(operator.getByText("Every request of the last seconds went over mTLS.")).toBeVisible();
});
