import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Caps,
  moveBoundary,
  orderVersions,
  parsePercent,
  percentText,
  type Segment,
  segmentsOf,
  setWeight,
  weightsOf,
} from "./split-bounds.ts";

const bars: fc.Arbitrary<readonly Segment[]> = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 5 }).map((cuts) => {
  const bounds = [0, ...cuts.toSorted((left, right) => left - right), 10_000];
  return bounds.slice(1).map((bound, index) => ({ version: `1.${index}.0`, weightBp: bound - (bounds[index] ?? 0) }));
});

const sum = (segments: readonly Segment[]) => segments.reduce((total, segment) => total + segment.weightBp, 0);
const capped = (segments: readonly Segment[], locked: number): Caps => {
  const segment = segments[locked % segments.length];
  return segment ? { [segment.version]: segment.weightBp } : {};
};

describe("moving a boundary", () => {
  test("keeps the sum at 10 000, every weight at 0 or more, and the order of versions", () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 1, max: 5 }), fc.integer({ min: -2000, max: 12_000 }), (bar, boundary, target) => {
        const index = 1 + (boundary % (bar.length - 1));
        const { segments } = moveBoundary(bar, index, target, {});
        expect(sum(segments)).toBe(10_000);
        expect(segments.every((segment) => segment.weightBp >= 0)).toBe(true);
        expect(segments.map((segment) => segment.version)).toEqual(bar.map((segment) => segment.version));
      }),
    );
  });

  test("never gives a capped version more, and says which one stopped it", () => {
    fc.assert(
      fc.property(bars, fc.nat(5), fc.nat(5), fc.integer({ min: 0, max: 10_000 }), (bar, boundary, locked, target) => {
        const caps = capped(bar, locked);
        const index = 1 + (boundary % (bar.length - 1));
        const { segments, stoppedBy } = moveBoundary(bar, index, target, caps);
        const version = Object.keys(caps)[0] ?? "";
        expect(segmentOf(segments, version)).toBeLessThanOrEqual(caps[version] ?? 0);
        expect([null, version]).toContain(stoppedBy);
      }),
    );
  });

  test("a version without weight at the right end gets 25 % in one drag", () => {
    const bar = segmentsOf(["1.2.0", "1.3.0"], { "1.2.0": 10_000 });
    expect(weightsOf(moveBoundary(bar, 1, 7500, {}).segments)).toEqual({ "1.2.0": 7500, "1.3.0": 2500 });
  });

  test("a drag towards a version that may not have traffic does not move", () => {
    const bar = segmentsOf(["2.3.0", "3.0.0"], { "2.3.0": 10_000 });
    expect(moveBoundary(bar, 1, 8600, { "3.0.0": 0 })).toEqual({ segments: bar, stoppedBy: "3.0.0" });
  });

  test("a boundary pushes the ones it meets", () => {
    const bar = segmentsOf(["1.0.0", "1.1.0", "1.2.0"], { "1.0.0": 5000, "1.1.0": 3000, "1.2.0": 2000 });
    expect(weightsOf(moveBoundary(bar, 2, 1000, {}).segments)).toEqual({ "1.0.0": 1000, "1.2.0": 9000 });
  });
});

function segmentOf(segments: readonly Segment[], version: string): number {
  return segments.find((segment) => segment.version === version)?.weightBp ?? 0;
}

describe("typing a weight", () => {
  test("gives the version what was typed and keeps the sum", () => {
    fc.assert(
      fc.property(bars, fc.nat(5), fc.integer({ min: 0, max: 10_000 }), (bar, pick, weightBp) => {
        const version = bar[pick % bar.length]?.version ?? "";
        const { segments } = setWeight(bar, version, weightBp, {});
        expect(segmentOf(segments, version)).toBe(weightBp);
        expect(sum(segments)).toBe(10_000);
      }),
    );
  });

  test("takes from the heaviest of the others first", () => {
    const bar = segmentsOf(["1.0.0", "1.1.0", "1.2.0"], { "1.0.0": 8000, "1.1.0": 2000 });
    expect(weightsOf(setWeight(bar, "1.2.0", 2500, {}).segments)).toEqual({ "1.0.0": 5500, "1.1.0": 2000, "1.2.0": 2500 });
  });

  test("what no other version may take stays", () => {
    const bar = segmentsOf(["2.3.0", "3.0.0"], { "2.3.0": 10_000 });
    expect(weightsOf(setWeight(bar, "2.3.0", 5000, { "3.0.0": 0 }).segments)).toEqual({ "2.3.0": 10_000 });
  });
});

test("versions with weight stand by age, those without at the end", () => {
  expect(orderVersions(["1.10.0", "1.9.0", "2.0.0", "1.8.0"], { "1.10.0": 5000, "1.9.0": 5000 })).toEqual([
    "1.9.0",
    "1.10.0",
    "1.8.0",
    "2.0.0",
  ]);
});

test.each([
  ["25", 2500],
  [" 12,5 % ", 1250],
  ["0.01", 1],
  ["100%", 10_000],
  ["100.01", null],
  ["0.001", null],
  ["-1", null],
  ["", null],
  ["a", null],
])("%j typed is %s basis points", (text, weightBp) => {
  expect(parsePercent(text)).toBe(weightBp);
});

test("a percentage reads back as it was written", () => {
  const weights = Array.from({ length: 10_001 }, (_, weightBp) => weightBp);
  expect(weights.filter((weightBp) => parsePercent(percentText(weightBp)) !== weightBp)).toEqual([]);
});
