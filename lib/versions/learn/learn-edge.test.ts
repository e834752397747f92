import { describe, expect, test } from "vitest";
import type { Version } from "../../model/index.ts";
import { type CellFact, learnEdge, nextTest, VersionOrder } from "../index.ts";

function order(...versions: readonly string[]): VersionOrder {
  return new VersionOrder(versions as readonly Version[]);
}

/** A picture of facts, newest consumer last: + compatible, - incompatible, anything else nothing. */
function facts(...rows: readonly string[]): readonly CellFact[] {
  return rows.flatMap((row, consumer) =>
    [...row].flatMap((mark, provider) => (mark === "+" || mark === "-" ? [{ consumer, provider, compatible: mark === "+" }] : [])),
  );
}

/** The same picture of what is learned: C and I inferred, ? open. */
function picture(rows: readonly string[], consumers: VersionOrder, providers: VersionOrder): readonly string[] {
  const edge = learnEdge(consumers, providers, facts(...rows));
  return rows.map((row, consumer) =>
    [...row]
      .map((mark, provider) => {
        if (mark === "+" || mark === "-") return mark;
        if (edge.inferredCompatible.has(consumer, provider)) return "C";
        return edge.inferredIncompatible.has(consumer, provider) ? "I" : "?";
      })
      .join(""),
  );
}

const consumers = order("1.0.0", "1.1.0", "1.2.0");
const providers = order("2.0.0", "2.1.0", "2.2.0", "2.3.0", "3.0.0");

describe("an edge", () => {
  test("infers what lies between compatible pairs, and what lies beyond incompatible ones", () => {
    expect(picture(["+....", "..+..", "....."], consumers, providers)).toEqual(["+????", "??+??", "?????"]);
    expect(picture(["..+..", ".....", "+...."], consumers, providers)).toEqual(["CC+??", "CCC??", "+CC??"]);
    expect(picture(["+...-", "..+..", "-...."], consumers, providers)).toEqual(["+???-", "??+??", "-????"]);
    expect(picture([".-+..", "..+..", "..+-."], consumers, providers)).toEqual(["I-+II", "II+II", "II+-I"]);
  });

  test("takes one broken release for an exception, and still infers around it", () => {
    const rows = ["+.-.+", "....."] as const;
    const edge = learnEdge(order("1.0.0", "1.1.0"), providers, facts(...rows));
    expect(edge.exceptions).toEqual([{ consumer: 0, provider: 2, compatible: false }]);
    expect(edge.contradictions).toEqual([]);
    expect(picture(rows, order("1.0.0", "1.1.0"), providers)).toEqual(["+C-C+", "?????"]);
  });

  test("names the facts that no staircase fits, and infers nothing from them", () => {
    const edge = learnEdge(order("1.0.0"), order("2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0"), facts("+--.+"));
    const broken = [1, 2].map((provider) => ({ consumer: 0, provider, compatible: false }));
    const ends = [0, 4].map((provider) => ({ consumer: 0, provider, compatible: true }));
    // Each of the two stands beside the other in its row, and alone in its column: a consumer that two releases broke.
    expect(edge.exceptions).toEqual(broken);
    const two = learnEdge(order("1.0.0", "1.1.0"), order("2.0.0", "2.1.0", "2.2.0", "2.3.0"), facts("+--+", "+--+"));
    expect(two.contradictions).toHaveLength(4);
    expect(two.contradictions[0]).toEqual([broken[0], ends[0], { consumer: 0, provider: 3, compatible: true }]);
    expect([two.inferredCompatible.count, two.inferredIncompatible.count]).toEqual([0, 0]);
  });

  test("whose versions work with 1.x and 3.x but not with 2.x is learned major by major", () => {
    const wide = order("1.0.0", "1.1.0", "2.0.0", "2.1.0", "3.0.0", "3.1.0");
    const edge = learnEdge(order("1.0.0", "1.1.0"), wide, facts("++--++", "++--++"));
    expect([edge.model, edge.contradictions.length, edge.exceptions.length]).toEqual(["majors", 0, 0]);
    expect(edge.proven.count).toBe(8);
  });

  test("without versions has nothing to test", () => {
    expect(nextTest(learnEdge(order(), providers, []))).toBeNull();
    expect(nextTest(learnEdge(consumers, order(), []))).toBeNull();
  });
});

test("what can be read off a contradiction can still be tested", () => {
  const versions = order("2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0");
  const edge = learnEdge(order("1.0.0", "1.1.0"), versions, facts("+--+.", "+--+."));
  expect(nextTest(edge)).toMatchObject({ consumer: 1, provider: 4, settles: { least: 0 }, remaining: 2 });
});

test("an edge of 100 × 100 versions has its next test in hand", () => {
  const many = order(...Array.from({ length: 100 }, (_, minor) => `1.${minor}.0`));
  const diagonal = Array.from({ length: 10 }, (_, at) => ({ consumer: 10 * at, provider: 10 * at, compatible: true }));
  const next = nextTest(learnEdge(many, many, diagonal));
  expect(next?.share).toBeCloseTo(0.5, 1);
  expect(next?.settles.most).toBeGreaterThan(0);
});
