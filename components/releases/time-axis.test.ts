import { describe, expect, test } from "vitest";
import { clockSpan, tickStepMs, ticks, xOf } from "./time-axis.ts";

const scale = { fromMs: 60_000, toMs: 660_000, width: 600 };

describe("a time axis", () => {
  test("places moments evenly, and what is beyond its ends at them", () => {
    expect([60_000, 360_000, 660_000, 0, 900_000].map((at) => xOf(scale, at))).toEqual([0, 300, 600, 0, 600]);
  });

  test("leaves the room that labels need", () => {
    expect(tickStepMs(scale, 100)).toBe(120_000);
    expect(tickStepMs(scale, 50)).toBe(60_000);
  });

  test("labels the multiples of its step after its origin", () => {
    expect(ticks(scale, 100, 60_000)).toEqual([60_000, 180_000, 300_000, 420_000, 540_000, 660_000]);
  });
});

test.each([
  [84_000, "1:24"],
  [7_000, "0:07"],
  [7_510_000, "2:05:10"],
  [-5, "0:00"],
])("%d ms is %s", (ms, text) => expect(clockSpan(ms)).toBe(text));
