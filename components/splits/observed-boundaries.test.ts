import { expect, test } from "vitest";
import { observedBoundaries } from "./observed-boundaries.ts";

function observed(requests: Record<string, number>) {
  const versions = Object.entries(requests).map(([version, count]) => [version, { requests: count, share: null, low: null, high: null }]);
  return {
    windowMs: 10_000,
    requests: Object.values(requests).reduce((sum, count) => sum + count, 0),
    versions: Object.fromEntries(versions),
  };
}

/** With the intervals that the engine gives for these counts, to four digits. */
test.each([
  ["of two versions it is the interval of either's share", { a: 750, b: 250 }, [["b", 0.7222, 0.7758]]],
  [
    "of three versions it is that of all versions left of the boundary together",
    { a: 500, b: 450, c: 50 },
    [
      ["b", 0.4691, 0.5309],
      ["c", 0.9347, 0.9619],
    ],
  ],
] as const)("a band is as wide as what it stands for: %s", (_, requests, bands) => {
  const found = observedBoundaries(Object.keys(requests), observed(requests));
  expect(found.map(({ version, low, high }) => [version, Number(low.toFixed(4)), Number(high.toFixed(4))])).toEqual(bands);
});

test("there is no band where no requests were, nor before the first version that had some", () => {
  expect(observedBoundaries(["a", "b", "c"], observed({ a: 0, b: 10, c: 0 }))).toEqual([]);
  expect(observedBoundaries(["a", "b"], undefined)).toEqual([]);
});
