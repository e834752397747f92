import { expect, test } from "./fixtures.ts";
import { dragTo, readSplit, setSplit, splitBar } from "./mesh-actions.ts";

const STABLE = "1.2.0";
const CANARY = "1.3.0";

test.afterEach(async ({ stack }) => {
  const { weights } = await readSplit(stack, "recommendations");
  if (weights[CANARY] !== undefined) await setSplit(stack, "recommendations", { [STABLE]: 10_000 });
});

test("S3: dragging a quarter to the canary says what will happen, and intended, accepted and observed converge", async ({
  operator,
  stack,
}) => {
  await operator.goto(`${stack.consoleUrl}/topology?selected=recommendations`);
  await expect(splitBar(operator, "recommendations").boundary(STABLE, CANARY)).toBeVisible();
  await dragTo(operator, "recommendations", [STABLE, CANARY], 0.25);
  const panel = operator.getByRole("complementary").filter({ hasText: "What will happen" });
  await expect(panel.getByText(/1\.3\.0 gets about/)).toBeVisible();
  expect((await readSplit(stack, "recommendations")).weights).toEqual({ [STABLE]: 10_000 });
  await panel.getByRole("button", { name: "Apply" }).click();
  await expect.poll(async () => (await readSplit(stack, "recommendations")).weights).toEqual({ [STABLE]: 7500, [CANARY]: 2500 });
  const figures = operator.getByRole("table", { name: "Intended, accepted and observed share of each version" });
  const row = figures.getByRole("row", { name: new RegExp(CANARY) });
  await expect(row).toContainText("3/3");
  await expect
    .poll(async () => {
      const { observed } = await readSplit(stack, "recommendations");
      const share = observed.versions[CANARY];
      return share?.low != null && share.high != null && share.low <= 0.25 && share.high >= 0.25 && observed.requests > 50;
    })
    .toBe(true);
  // The canary's errors turn up where an operator looks: its lane, by measurement.
  await expect
    .poll(
      async () => {
        const { services } = await stack.client.call("GET /api/v1/topology", {});
        const lane = services.find(({ name }) => name === "recommendations")?.versions.find(({ version }) => version === CANARY);
        return lane?.errorRate ?? 0;
      },
      { timeout: 40_000 },
    )
    .toBeGreaterThan(0);
});

test("S4: rolling back takes one button and one sheet, and the strip counts down to the proof", async ({ operator, stack }) => {
  await setSplit(stack, "recommendations", { [STABLE]: 7500, [CANARY]: 2500 });
  await operator.goto(`${stack.consoleUrl}/topology?selected=recommendations`);
  await operator
    .getByRole("complementary", { name: /recommendations/ })
    .getByRole("button", { name: /Roll back/ })
    .click();
  const sheet = operator.getByRole("dialog", { name: "Roll back recommendations" });
  await expect(sheet).toContainText("1.3.0 goes from 25 % to 0 %");
  await expect(sheet).toContainText("Requests affected");
  await sheet.getByRole("button", { name: "Roll back now" }).click();
  await expect(operator.getByText(/recommendations rolled back in/)).toBeVisible();
  const split = await readSplit(stack, "recommendations");
  expect(split.weights).toEqual({ [STABLE]: 10_000 });
  await expect.poll(async () => (await readSplit(stack, "recommendations")).observed.requests).toBeGreaterThan(30);
  const { observed } = await readSplit(stack, "recommendations");
  expect(observed.versions[CANARY]?.requests ?? 0).toBe(0);
});

test("a split moves by keyboard, and its draft is dropped without a trace", async ({ operator, stack }) => {
  await operator.goto(`${stack.consoleUrl}/topology?selected=recommendations`);
  const slider = splitBar(operator, "recommendations").boundary(STABLE, CANARY);
  await slider.focus();
  await operator.keyboard.press("Shift+ArrowLeft");
  await expect(slider).toHaveAttribute("aria-valuetext", /1\.3\.0 10\s%/);
  await operator.getByRole("button", { name: "Discard" }).first().click();
  await expect(slider).toHaveAttribute("aria-valuetext", /1\.3\.0 0\s%/);
  expect((await readSplit(stack, "recommendations")).weights).toEqual({ [STABLE]: 10_000 });
});
