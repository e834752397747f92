import { expect, test } from "vitest";
import { preferenceFor } from "./other-ways.ts";

const short = { steps: 2, waves: 2, risk: 3 };
const safe = { steps: 4, waves: 3, risk: 0 };
const flat = { steps: 3, waves: 1, risk: 4 };
const middle = { steps: 3, waves: 3, risk: 1 };

test("each way is asked for by what it is best in", () => {
  const all = [short, safe, flat];
  expect(all.map((cost) => preferenceFor(cost, all))).toEqual(["steps", "risk", "waves"]);
});

test("a way that is best in nothing has no preference that leads to it", () => {
  expect(preferenceFor(middle, [short, safe, flat, middle])).toBeNull();
});

test("of equals the next figures decide", () => {
  const riskier = { ...short, risk: 9 };
  expect(preferenceFor(riskier, [short, riskier])).toBeNull();
  expect(preferenceFor(short, [short, riskier])).toBe("steps");
});
