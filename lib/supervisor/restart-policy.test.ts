import { expect, test } from "vitest";
import { createRestartPolicy } from "./restart-policy.ts";

test("a child that was ready starts again at once, however often it dies at a distance", () => {
  const policy = createRestartPolicy();
  const waits = Array.from({ length: 40 }, (_, life) => {
    policy.ready();
    return policy.died(life * 2_000);
  });
  expect(new Set(waits)).toEqual(new Set([0]));
});

test("deaths before being ready wait twice as long each time, at most 5 s, and being ready forgets them", () => {
  const policy = createRestartPolicy();
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((second) => policy.died(second * 60_000))).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(policy.failedStarts()).toBe(8);
  policy.ready();
  expect(policy.failedStarts()).toBe(0);
  expect(policy.died(1_000_000)).toBe(0);
});

test("a child that gets ready and dies in a busy loop waits", () => {
  const policy = createRestartPolicy();
  const waits = Array.from({ length: 12 }, (_, life) => {
    policy.ready();
    return policy.died(life * 50);
  });
  expect(waits).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 100]);
});
