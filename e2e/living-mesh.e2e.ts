import { expect, test } from "./fixtures.ts";

test.use({ openedAt: "/topology" });

test("S2: the topology shows twelve services with their versions, rates and errors as the proxies measured them", async ({
  operator,
  stack,
}) => {
  const nodes = operator.locator(".react-flow__node");
  await expect(nodes).toHaveCount(13);
  const { services } = await stack.client.call("GET /api/v1/topology", {});
  expect(services).toHaveLength(12);
  for (const { name, versions } of services) {
    const node = operator.getByRole("button", { name: new RegExp(`^${name}\\b`) }).first();
    for (const { version } of versions) await expect(node).toContainText(version);
  }
  await expect(operator.getByText(/Measured by 3 proxies/)).toBeVisible();
});

test("S2: nothing jumps while figures tick", async ({ operator, stack }) => {
  await expect(operator.locator(".react-flow__node")).toHaveCount(13);
  const boxes = () =>
    operator.locator(".react-flow__node").evaluateAll((nodes) =>
      nodes.map((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return [node.getAttribute("data-id"), x, y, width, height];
      }),
    );
  // The layout is computed in a worker: what counts is the picture once it stands.
  let placed = await boxes();
  await expect
    .poll(async () => {
      const before = placed;
      placed = await boxes();
      return JSON.stringify(before) === JSON.stringify(placed);
    })
    .toBe(true);
  const first = (await stack.client.call("GET /api/v1/mesh", {})).at;
  await expect
    .poll(async () => (Date.parse((await stack.client.call("GET /api/v1/mesh", {})).at) - Date.parse(first)) / 1000)
    .toBeGreaterThan(3);
  expect(await boxes()).toEqual(placed);
});
