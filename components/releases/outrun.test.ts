import { expect, test } from "vitest";
import { outrunAfterMs } from "./outrun.ts";

const QUICK = [{ weightBp: 500, pauseMs: 20_000 }, { weightBp: 2_500, pauseMs: 40_000 }, { weightBp: 10_000 }];

test("a release that has all traffic before safety can be shown says after how long", () => {
  expect(outrunAfterMs(QUICK, 11 * 60_000)).toBe(60_000);
  expect(outrunAfterMs([{ weightBp: 10_000 }], 1_000)).toBe(0);
});

test("nothing is said where there is time enough, where a gate holds it, and where nothing can be said", () => {
  expect(outrunAfterMs(QUICK, 59_000)).toBeNull();
  expect(outrunAfterMs([{ weightBp: 500, gate: "pass" }, ...QUICK.slice(1)], 11 * 60_000)).toBeNull();
  expect(outrunAfterMs(QUICK, null)).toBeNull();
  expect(outrunAfterMs([{ weightBp: 0, gate: "manual" }], 11 * 60_000)).toBeNull();
  // How long a step without a pause takes, nobody knows.
  expect(outrunAfterMs([{ weightBp: 500 }, { weightBp: 10_000 }], 11 * 60_000)).toBeNull();
});
