import { describe, expect, test } from "vitest";
import { narrow } from "./known-space.ts";
import { parsePins, type Ref, refText } from "./pins.ts";
import { SHOP, shopSpace } from "./shop-space.fixture.ts";
import type { SpaceCell } from "./space-cells.ts";
import { spaceLines } from "./space-lines.ts";

const KNOWN = shopSpace();

function cells(pins: readonly string[]): ReadonlyMap<string, SpaceCell> {
  const pinned = parsePins(pins);
  const left = narrow(KNOWN, pinned);
  const all = SHOP.flatMap(({ name, versions }) =>
    versions.map(({ live, version }): SpaceCell => {
      const ref = { service: name, version };
      const state = pinned.get(name) === version ? "pinned" : left?.isPossible(ref) === true ? "possible" : "by-pin";
      return { ...ref, state, isLive: live, share: null, reasons: [], isMarked: false };
    }),
  );
  return new Map(all.map((cell) => [refText(cell), cell]));
}

const linesOf = (pins: readonly string[], inQuestion: readonly Ref[]) =>
  spaceLines(KNOWN, cells(pins), inQuestion).map(({ key, kind, isAsked }) => `${isAsked ? "asked" : "live"} ${kind} ${key}`);

describe("lines of the picture", () => {
  test("with nothing in question only live versions are joined", () => {
    expect(linesOf([], [])).toEqual(["live proven checkout@1.4.0>payments@2.3.0", "live proven payments@2.3.0>fraud@0.9.0"]);
  });

  test("a version in question is joined to what is left of its neighbours, unproven pairs apart from proven ones", () => {
    expect(linesOf(["payments@3.0.0"], [{ service: "payments", version: "3.0.0" }])).toEqual([
      "live proven checkout@1.4.0>payments@2.3.0",
      "live proven payments@2.3.0>fraud@0.9.0",
      "asked broken checkout@1.4.0>payments@3.0.0",
      "asked proven checkout@2.0.0>payments@3.0.0",
      "asked unknown payments@3.0.0>fraud@0.9.0",
      "asked unknown payments@3.0.0>fraud@0.10.0",
    ]);
  });

  test("a version that is ruled out is joined to the pin that it breaks with", () => {
    expect(linesOf(["payments@3.0.0"], [{ service: "checkout", version: "1.4.0" }])).toContain(
      "asked broken checkout@1.4.0>payments@3.0.0",
    );
  });
});
