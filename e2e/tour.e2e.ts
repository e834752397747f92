import { expect, test } from "./fixtures.ts";
import { dragTo, splitBar } from "./mesh-actions.ts";
import { endReleases } from "./release-actions.ts";

test.afterEach(async ({ stack }) => {
  await expect(() => endReleases(stack, { recommendations: "1.2.0", users: "2.0.0" })).toPass({ timeout: 40_000 });
});

test("the tour leads through a canary, a bad version that goes back by itself and a refusal, and sees by itself what was done", async ({
  operator,
  stack,
}) => {
  test.setTimeout(300_000);
  operator.allowRefusals();
  // A browser that was never here: the fixture's own page has seen the tour.
  const page = await operator.context().newPage();
  await page.goto(`${stack.consoleUrl}/settings`);
  await page.evaluate(() => localStorage.removeItem("interlock-tour"));
  await page.goto(`${stack.consoleUrl}/topology`);
  const tour = page.getByRole("complementary", { name: "The loop in three steps" });
  await expect(tour.getByRole("heading", { name: "Release a canary" })).toBeVisible();

  // It can be put aside, and does not lie over anything then.
  await tour.getByRole("button", { name: "Make the tour small" }).click();
  await expect(tour).toBeHidden();
  await page.getByRole("button", { name: "Tour, step 1 of 3" }).click();

  await tour.getByRole("link", { name: "Prepare it" }).click();
  await page.getByRole("button", { name: "Start release of users 2.1.0" }).click();
  // Who is new is asked for a name, once.
  await page.getByRole("textbox", { name: "Your name" }).fill("olga");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(tour.getByText("every proxy has acknowledged it")).toBeVisible({ timeout: 60_000 });
  await tour.getByRole("button", { name: "Next" }).click();

  await expect(tour.getByRole("heading", { name: "Release something bad" })).toBeVisible();
  await tour.getByRole("link", { name: "Prepare it" }).click();
  await page.getByRole("button", { name: "Start release of recommendations 1.3.0" }).click();
  await expect(tour.getByText("Rolled back by itself.")).toBeVisible({ timeout: 180_000 });
  await expect(page.getByRole("status", { name: "Rolled back by itself" })).toBeVisible();
  await tour.getByRole("button", { name: "Next" }).click();

  await tour.getByRole("link", { name: "Show me" }).click();
  await expect(splitBar(page, "payments").boundary("2.3.0", "3.0.0")).toBeVisible();
  await dragTo(page, "payments", ["2.3.0", "3.0.0"], 0.14);
  await expect(tour.getByText("Refused before a single request could fail.")).toBeVisible();
  await tour.getByRole("button", { name: "Done" }).click();
  await expect(tour).toBeHidden();
  expect(await page.evaluate(() => localStorage.getItem("interlock-tour"))).toBe("seen");

  await page.goto(`${stack.consoleUrl}/settings`);
  await page.getByRole("button", { name: "Start the tour again" }).click();
  await expect(tour.getByRole("heading", { name: "Release a canary" })).toBeVisible();
  await tour.getByRole("button", { name: "Leave the tour" }).click();
  await expect(tour).toBeHidden();
});
