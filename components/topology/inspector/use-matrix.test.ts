import { expect, test } from "vitest";
import { keepUntilAnswered } from "./use-matrix.ts";

const matrix = { consumer: "cart", provider: "payments" };

test("while the next answer is on its way, what was known of this edge stays on screen", () => {
  expect(keepUntilAnswered(matrix, "cart", "payments")).toBe(matrix);
});

test("what is known of one edge is never shown for another", () => {
  expect(keepUntilAnswered(matrix, "cart", "users")).toBeUndefined();
  expect(keepUntilAnswered(matrix, "checkout", "payments")).toBeUndefined();
  expect(keepUntilAnswered(undefined, "cart", "payments")).toBeUndefined();
});
