import { expect, test } from "vitest";
import { type BenchRow, interleave, median, quantile, ratioOf, renderTable } from "./bench-table.ts";

test("the median of an even count lies between the middle two, and of nothing it is nothing", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 3, 10])).toBe(2.5);
  expect(median([])).toBeNull();
});

test("a quantile is one of the figures", () => {
  const figures = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 0.5, 0.99, 1].map((q) => quantile(figures, q))).toEqual([1, 50, 99, 100]);
  expect(quantile([], 0.5)).toBeNull();
});

test("there is no ratio without an anchor", () => {
  expect([ratioOf(3, 2), ratioOf(3, null), ratioOf(null, 2), ratioOf(3, 0)]).toEqual([1.5, null, null, null]);
});

test("contestants take turns, and the first round does not count", async () => {
  const turns: string[] = [];
  const figures = await interleave({ ours: () => turns.push("ours"), anchor: () => turns.push("anchor") }, 3);
  expect(turns).toEqual(["ours", "anchor", "ours", "anchor", "ours", "anchor", "ours", "anchor"]);
  expect(figures).toEqual({ ours: 5, anchor: 6 });
});

test("a missing anchor stands in the table with its note", () => {
  const row: BenchRow = {
    figure: "CPU per request",
    unit: "µs",
    ours: 13.21,
    anchor: null,
    anchorName: "HAProxy",
    ratio: null,
    goal: "≤ 1.25×",
    note: "haproxy is not installed",
  };
  expect(renderTable([row]).split("\n")[1]).toBe("CPU per request  13.2 µs  HAProxy missing  –      ≤ 1.25×  haproxy is not installed");
});
