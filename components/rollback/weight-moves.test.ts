import { expect, test } from "vitest";
import { losers, weightMoves } from "./weight-moves.ts";

test("what loses most comes first, and what keeps its weight is left out", () => {
  expect(weightMoves({ "1.0.0": 5000, "1.1.0": 3000, "1.2.0": 2000 }, { "1.0.0": 8000, "1.2.0": 2000 })).toEqual([
    { version: "1.1.0", fromBp: 3000, toBp: 0 },
    { version: "1.0.0", fromBp: 5000, toBp: 8000 },
  ]);
});

test("only versions that end without weight have to fall silent", () => {
  const from = { a: 5000, b: 5000 };
  expect(losers(from, { a: 10_000 }, { entirely: true })).toEqual(["b"]);
  expect(losers(from, { a: 9000, b: 1000 }, { entirely: true })).toEqual([]);
  expect(losers(from, { a: 9000, b: 1000 }, { entirely: false })).toEqual(["b"]);
});
