import { describe, expect, test } from "vitest";
import { UsageError } from "./exit-code.ts";
import { parseWeights } from "./parse-weights.ts";

describe("weights on the command line", () => {
  test.each<readonly [readonly string[], Readonly<Record<string, number>>]>([
    [["1.2.0=75", "1.3.0=25"], { "1.2.0": 7500, "1.3.0": 2500 }],
    [["1.2.0=75%", "1.3.0=25 %"], { "1.2.0": 7500, "1.3.0": 2500 }],
    [["1.2.0=99.99", "1.3.0=0.01"], { "1.2.0": 9999, "1.3.0": 1 }],
    [["1.2.0=99.5", "1.3.0=0.5"], { "1.2.0": 9950, "1.3.0": 50 }],
    [["3.0.0-rc.1=100"], { "3.0.0-rc.1": 10_000 }],
    [["1.2.0=100", "1.3.0=0"], { "1.2.0": 10_000, "1.3.0": 0 }],
  ])("%j are exact basis points", (pairs, weights) => {
    expect(parseWeights(pairs, {})).toEqual({ weights, note: "" });
  });

  test("a single version leaves the rest to the one other that is live, and says so", () => {
    expect(parseWeights(["1.3.0=25"], { "1.2.0": 10_000 })).toEqual({
      weights: { "1.3.0": 2500, "1.2.0": 7500 },
      note: "1.2.0 gets the other 75 %.",
    });
    expect(parseWeights(["1.3.0=0"], { "1.2.0": 5000, "1.3.0": 5000 }).weights).toEqual({ "1.3.0": 0, "1.2.0": 10_000 });
  });

  test.each<readonly [readonly string[], Readonly<Record<string, number>>, RegExp]>([
    [["1.3.0=25"], { "1.1.0": 5000, "1.2.0": 5000 }, /sum to 25 %, not to 100 %\. Live now: 1\.1\.0, 1\.2\.0/],
    [["1.3.0=25"], { "1.3.0": 10_000 }, /sum to 25 %/],
    [["1.3.0=25"], {}, /sum to 25 %/],
    [["1.2.0=50", "1.3.0=25"], { "1.1.0": 10_000 }, /sum to 75 %/],
    [["1.2.0=60", "1.3.0=60"], {}, /sum to 120 %/],
    [["1.2.0=50", "1.2.0=50"], {}, /1\.2\.0 is given twice/],
    [["1.3.0=-1"], {}, /not version=percent/],
    [["1.3.0=0.001"], {}, /at most two decimals/],
    [["1.3.0=101"], {}, /0 to 100/],
    [["1.3.0=1e2"], {}, /not version=percent/],
    [["1.3.0="], {}, /not version=percent/],
    [["=100"], {}, /not version=percent/],
    [["1.3.0"], {}, /not version=percent/],
  ])("%j over %j is refused", (pairs, present, message) => {
    expect(() => parseWeights(pairs, present)).toThrow(UsageError);
    expect(() => parseWeights(pairs, present)).toThrow(message);
  });
});
