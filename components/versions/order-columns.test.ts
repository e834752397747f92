import { describe, expect, test } from "vitest";
import { orderColumns } from "./order-columns.ts";

describe("order of the columns", () => {
  test("callers stand left of those that they call", () => {
    // 2 → 0 → 1
    expect(
      orderColumns(3, [
        [0, 1],
        [2, 0],
      ]).joined,
    ).toEqual([2, 0, 1]);
  });

  test("services without an edge stand apart, an edge to itself is none", () => {
    expect(
      orderColumns(4, [
        [1, 3],
        [2, 2],
      ]),
    ).toEqual({ joined: [1, 3], alone: [0, 2] });
  });

  test("two chains are not mixed", () => {
    const { joined } = orderColumns(6, [
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 5],
    ]);
    const places = [0, 2, 4].map((each) => joined.indexOf(each));
    expect(Math.max(...places) - Math.min(...places)).toBe(2);
  });

  test("what counts more stands nearer", () => {
    const links = [
      [0, 1],
      [0, 2],
      [0, 3, 5],
    ] as const;
    expect(orderColumns(4, links).joined.slice(0, 2)).toEqual([0, 3]);
  });

  test("a cycle has an order, each service once", () => {
    const { joined } = orderColumns(3, [
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
    expect(joined.toSorted()).toEqual([0, 1, 2]);
  });

  test("a chain of ten thousand services has an order", () => {
    const links = Array.from({ length: 9_999 }, (_, place) => [place, place + 1] as const);
    expect(orderColumns(10_000, links).joined.slice(0, 3)).toEqual([0, 1, 2]);
  });
});
