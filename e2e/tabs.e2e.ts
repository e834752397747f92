import { expect, test } from "./fixtures.ts";

test("two tabs of one browser share one live connection, and the second takes over when the first is closed", async ({
  operator,
  stack,
}) => {
  const streams: string[] = [];
  operator.context().on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/v1/stream") streams.push(request.url());
  });
  await operator.goto(`${stack.consoleUrl}/services`);
  await expect(operator.getByText(/^Live$/).first()).toBeVisible();
  const second = await operator.context().newPage();
  await second.goto(`${stack.consoleUrl}/services`);
  await expect(second.getByText(/^Live$/).first()).toBeVisible();
  await expect(second.getByRole("link", { name: "recommendations" })).toBeVisible();
  expect(streams).toHaveLength(1);
  await operator.close();
  await expect.poll(() => streams.length).toBe(2);
  await expect(second.getByText(/^Live$/).first()).toBeVisible();
});
