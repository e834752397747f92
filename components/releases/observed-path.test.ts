import { expect, test } from "vitest";
import { observedPath, poolShares } from "./observed-path.ts";

const plane = { x: (ms: number) => ms, y: (bp: number) => bp / 100 };

test("the line follows the shares, and is broken where nobody asked", () => {
  const points = [
    [0, 0.05, 10],
    [1, 0.25, 12],
    [2, null, 0],
    [3, 0.5, 9],
  ] as const;
  expect(observedPath(points, plane)).toBe("M0 5L1 25M3 50");
});

test("without a point there is no line", () => expect(observedPath([], plane)).toBe(""));

test("points are taken together until they rest on enough requests, and no request counts twice", () => {
  const points = [
    [0, 0, 10],
    [1, 0.5, 30],
    [2, null, 0],
    [3, 0.1, 50],
    [4, 1, 5],
  ] as const;
  expect(poolShares(points, 40)).toEqual([
    [1, 0.375, 40],
    [2, null, 0],
    [3, 0.1, 50],
    [4, 1, 5],
  ]);
});
