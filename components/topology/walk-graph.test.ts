import { expect, test } from "vitest";
import { walkGraph } from "./walk-graph.ts";

const box = (x: number, y: number) => ({ x, y, width: 184, height: 90 });
const boxes = new Map([
  ["storefront", box(0, 100)],
  ["catalog", box(300, 0)],
  ["cart", box(300, 200)],
  ["checkout", box(600, 210)],
  ["users", box(300, 400)],
]);
const edge = (from: string, to: string) => ({ key: `${from}>${to}`, from, to });
const edges = [edge("storefront", "catalog"), edge("storefront", "cart"), edge("storefront", "users"), edge("cart", "checkout")];

test.each([
  ["storefront", "right", "catalog"],
  ["catalog", "down", "cart"],
  ["cart", "up", "catalog"],
  ["cart", "right", "checkout"],
  ["checkout", "left", "cart"],
  ["cart", "left", "storefront"],
  ["users", "right", "checkout"],
  ["checkout", "right", null],
  ["storefront", "left", null],
] as const)("from %s, %s leads to %s", (from, direction, to) => {
  expect(walkGraph(boxes, edges, from, direction)).toBe(to);
});

test("without a place to start from, the walk begins at the first service", () => {
  expect(walkGraph(boxes, edges, "gone", "right")).toBe("storefront");
});
