import { describe, expect, test } from "vitest";
import { type ArmShares, additiveLogE, type Block, ratioLogE, ratioProjection } from "./index.ts";

function block(yc: number, nc: number, yb: number, nb: number): Block {
  return { candidate: { n: nc, bad: yc }, baseline: { n: nb, bad: yb } };
}

/** Σ over all outcomes of P(outcome) · e(outcome), exactly. */
function expectation(nc: number, nb: number, pc: number, pb: number, logE: (block: Block) => number): number {
  let sum = 0;
  for (let yc = 0; yc <= nc; yc++) {
    for (let yb = 0; yb <= nb; yb++) sum += binomial(nc, yc, pc) * binomial(nb, yb, pb) * Math.exp(logE(block(yc, nc, yb, nb)));
  }
  return sum;
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let at = 1; at <= k; at++) ways = (ways * (n - k + at)) / at;
  return ways * p ** k * (1 - p) ** (n - k);
}

/** A grid over [0, 1], denser near 0. */
const SHARES = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.99, 1];

/** The greatest expectation over the part of the grid that the null allows. */
function worst(nc: number, nb: number, isNull: (pc: number, pb: number) => boolean, logE: (block: Block) => number): number {
  let greatest = 0;
  for (const pb of SHARES) {
    for (const pc of SHARES) if (isNull(pc, pb)) greatest = Math.max(greatest, expectation(nc, nb, pc, pb, logE));
  }
  return greatest;
}

describe("the e-value of a block has its reference value", () => {
  test.each([
    [block(2, 5, 3, 95), 0.2, 0.02, 1, 20.3892885587],
    [block(0, 5, 3, 95), 0.2, 0.02, 1, 0.2909910227],
    [block(1, 10, 1, 90), 0.05, 0.01, 1, 2.6171043272],
    [block(1, 10, 1, 90), 0.05, 0.01, 1.5, 1.9118464162],
  ])("%j with alternative %d, %d against ratio %d", (seen, candidate, baseline, ratio, expected) => {
    expect(Math.exp(ratioLogE(seen, { candidate, baseline }, ratio))).toBeCloseTo(expected, 9);
  });

  test("against an additive margin", () => {
    expect(Math.exp(additiveLogE(block(1, 10, 1, 90), { candidate: 0.05, baseline: 0.01 }, 0.005))).toBeCloseTo(2.107654, 5);
  });

  test.each([
    [0.05, 0.01, 10, 90, 1.5, 0.0133527797],
    [0.3, 0.1, 4, 9, 1.5, 0.1420914222],
    [0.02, 0.001, 750, 14_250, 1.25, 0.0019263453],
  ])("the nearest point of the null to %d, %d with %d and %d requests", (candidate, baseline, nc, nb, ratio, q) => {
    expect(ratioProjection({ candidate, baseline }, block(0, nc, 0, nb), ratio)).toBeCloseTo(q, 9);
  });
});

describe("no point of the null expects more than 1", () => {
  const alternatives: readonly ArmShares[] = [
    { candidate: 0.2, baseline: 0.02 },
    { candidate: 0.05, baseline: 0.01 },
    { candidate: 0.9, baseline: 0.3 },
  ];
  const sizes = [
    [4, 9],
    [1, 12],
    [10, 3],
  ] as const;

  test.each([1, 1.25, 1.5])("harm by a ratio of %d", (ratio) => {
    for (const alternative of alternatives) {
      for (const [nc, nb] of sizes) {
        expect(
          worst(
            nc,
            nb,
            (pc, pb) => pc <= ratio * pb,
            (seen) => ratioLogE(seen, alternative, ratio),
          ),
        ).toBeLessThanOrEqual(1 + 1e-12);
      }
    }
  });

  test("harm by a margin", () => {
    for (const alternative of alternatives) {
      for (const [nc, nb] of sizes) {
        expect(
          worst(
            nc,
            nb,
            (pc, pb) => pc <= pb + 0.01,
            (seen) => additiveLogE(seen, alternative, 0.01),
          ),
        ).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });

  test("being worse by a ratio, or by a margin", () => {
    for (const share of [0.005, 0.05, 0.4]) {
      const same = { candidate: share, baseline: share };
      for (const [nc, nb] of sizes) {
        expect(
          worst(
            nc,
            nb,
            (pc, pb) => pc >= 1.5 * pb,
            (seen) => ratioLogE(seen, same, 1.5),
          ),
        ).toBeLessThanOrEqual(1 + 1e-12);
        expect(
          worst(
            nc,
            nb,
            (pc, pb) => pc >= pb + 0.02,
            (seen) => additiveLogE(seen, same, 0.02),
          ),
        ).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });
});

test("an arm without requests adds nothing", () => {
  const shares = { candidate: 0.2, baseline: 0.02 };
  for (const seen of [block(3, 9, 0, 0), block(0, 0, 2, 80), block(0, 0, 0, 0)]) {
    expect(ratioLogE(seen, shares, 1.25)).toBeCloseTo(0, 12);
    expect(additiveLogE(seen, shares, 0.005)).toBeCloseTo(0, 9);
  }
});

test("independent blocks multiply", () => {
  const shares = { candidate: 0.2, baseline: 0.02 };
  const parts = [block(2, 5, 3, 95), block(0, 5, 1, 95)] as const;
  const both = block(2, 10, 4, 190);
  expect(ratioLogE(parts[0], shares, 1.5) + ratioLogE(parts[1], shares, 1.5)).toBeCloseTo(ratioLogE(both, shares, 1.5), 12);
});
