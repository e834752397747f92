import { expect, test } from "vitest";
import { alignSeries } from "./align-series.ts";

test("series meet on one ascending axis, with gaps where one of them has nothing", () => {
  const aligned = alignSeries([
    [
      [4000, 2, 5],
      [2000, 1, 3],
    ],
    [[6000, null, 0]],
  ]);
  expect(aligned).toEqual({
    times: [2000, 4000, 6000],
    values: [
      [1, 2, null],
      [null, null, null],
    ],
    requests: 8,
  });
});

test("no series is an empty axis", () => {
  expect(alignSeries([])).toEqual({ times: [], values: [], requests: 0 });
});
