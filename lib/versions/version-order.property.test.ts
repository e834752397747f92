import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import type { Version, VersionRange } from "../model/index.ts";
import { VersionOrder } from "./version-order.ts";

const figure = fc.integer({ min: 0, max: 3 });
const prerelease = fc.constantFrom("", "", "", "-0", "-alpha", "-alpha.1", "-beta.2", "-rc.1", "-rc.10", "-1");
const version = fc
  .tuple(figure, figure, figure, prerelease)
  .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre}` as Version);
const partial = fc.oneof(
  version,
  fc.tuple(figure, figure).map(([major, minor]) => `${major}.${minor}`),
  figure.map((major) => `${major}`),
  figure.map((major) => `${major}.x`),
  fc.constant("*"),
);
const comparator = fc
  .tuple(fc.constantFrom("", "^", "~", ">", ">=", "<", "<=", "="), partial)
  .map(([operator, operand]) => `${operator}${operand}`);
const range = fc
  .array(
    fc.oneof(
      fc.array(comparator, { minLength: 1, maxLength: 3 }).map((comparators) => comparators.join(" ")),
      fc.tuple(partial, partial).map(([from, to]) => `${from} - ${to}`),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((alternatives) => alternatives.join(" || "))
  .filter((text) => semver.validRange(text) !== null)
  .map((text) => text as VersionRange);
const versions = fc.uniqueArray(version, { minLength: 1, maxLength: 70 });

describe("a range over an order", () => {
  test("selects exactly what semver.satisfies accepts, prereleases and 0.x included", () => {
    fc.assert(
      fc.property(versions, range, (all, text) => {
        const order = new VersionOrder(all);
        expect(order.versionsOf(order.select(text))).toEqual(order.versions.filter((each) => semver.satisfies(each, text)));
        for (const each of all) expect(order.satisfies(each, text)).toBe(semver.satisfies(each, text));
      }),
      { numRuns: 500 },
    );
  });

  test("selects no version that is not in the order", () => {
    fc.assert(
      fc.property(versions, version, range, (all, other, text) => {
        const order = new VersionOrder(all.filter((each) => each !== other));
        expect(order.satisfies(other, text)).toBe(false);
      }),
    );
  });
});

describe("an order", () => {
  test("does not depend on the order of the input", () => {
    fc.assert(
      fc.property(
        versions.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(new VersionOrder(shuffled).versions).toEqual(new VersionOrder(all).versions);
        },
      ),
    );
  });

  test("is by semver precedence, and positions count from the lowest", () => {
    fc.assert(
      fc.property(versions, (all) => {
        const order = new VersionOrder(all);
        for (const [position, each] of order.versions.entries()) {
          expect(order.positionOf(each)).toBe(position);
          expect(position === 0 || semver.lt(order.versions[position - 1] ?? "", each)).toBe(true);
        }
      }),
    );
  });
});

describe("ranges of node-semver that surprise", () => {
  const order = new VersionOrder([
    "0.0.3",
    "0.1.2",
    "0.1.9",
    "0.2.0",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.0-beta.1",
    "1.2.0",
    "2.0.0-rc.1",
    "2.0.0",
  ] as Version[]);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["^0.1.2", ["0.1.2", "0.1.9"]],
    ["^0.0.3", ["0.0.3"]],
    ["^1.0.0", ["1.0.0", "1.2.0"]],
    ["^1.0.0-rc.1", ["1.0.0-rc.1", "1.0.0", "1.2.0"]],
    [">=1.0.0 <2.0.0", ["1.0.0", "1.2.0"]],
    ["*", ["0.0.3", "0.1.2", "0.1.9", "0.2.0", "1.0.0", "1.2.0", "2.0.0"]],
    ["2.0.0-rc.1 || 0.2", ["0.2.0", "2.0.0-rc.1"]],
    ["no range", []],
  ];
  test.each(cases)("%s selects %j", (text, expected) => {
    expect(order.versionsOf(order.select(text as VersionRange))).toEqual(expected);
  });
});

test("a range asked for again is the same set, and thousands of others do not pile up", () => {
  const order = new VersionOrder(["1.0.0"] as Version[]);
  expect(order.select("^1.0.0" as VersionRange)).toBe(order.select("^1.0.0" as VersionRange));
  for (let minor = 0; minor < 2000; minor++) order.select(`<1.${minor}.0` as VersionRange);
  expect(order.satisfies("1.0.0" as Version, "^1.0.0" as VersionRange)).toBe(true);
});
