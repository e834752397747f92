import { describe, expect, test } from "vitest";
import { trainTicket } from "../../testing/index.ts";
import type { Configuration } from "../space.ts";
import { spaceOf } from "./brute-force.fixture.ts";
import { compileSpace } from "./compile-space.ts";

/** Every edge the staircase "the provider is at least as new as the consumer". */
function staircase(versions: number) {
  const { calls, names } = trainTicket();
  const edges = calls.map(([consumer, provider]) => ({ consumer, provider, allows: (from: number, to: number) => to >= from }));
  return spaceOf(
    names.map(() => versions),
    edges,
  );
}

/**
 * Sets of services closed under "calls", counted by splitting on the busiest service and multiplying what falls apart: with two versions these are the
 * configurations (the set of those that are new), found by another way than elimination.
 */
function closedSets(
  services: ReadonlySet<number>,
  calls: readonly (readonly [number, number])[],
  known = new Map<string, bigint>(),
): bigint {
  const inside = calls.filter(([from, to]) => services.has(from) && services.has(to));
  const first = [...services][0];
  if (first === undefined) return 1n;
  const part = reach(first, inside, (call, one) => (call[0] === one ? call[1] : call[1] === one ? call[0] : undefined));
  const rest = new Set([...services].filter((service) => !part.has(service)));
  const key = [...part].sort((a, b) => a - b).join();
  let count = known.get(key);
  if (count === undefined) {
    const degree = (service: number) => inside.filter((call) => call.includes(service)).length;
    const busiest = [...part].reduce((best, service) => (degree(service) > degree(best) ? service : best));
    const needed = reach(busiest, inside, ([from, to], one) => (from === one ? to : undefined));
    const needing = reach(busiest, inside, ([from, to], one) => (to === one ? from : undefined));
    count = closedSets(part.difference(needed), inside, known) + closedSets(part.difference(needing), inside, known);
    known.set(key, count);
  }
  return rest.size === 0 ? count : count * closedSets(rest, inside, known);
}

type Call = readonly [number, number];

function reach(start: number, calls: readonly Call[], next: (call: Call, one: number) => number | undefined): Set<number> {
  const found = new Set([start]);
  for (const one of found) {
    for (const call of calls) {
      const other = next(call, one);
      if (other !== undefined) found.add(other);
    }
  }
  return found;
}

describe("configurations of Train-Ticket", () => {
  test("the graph has 42 services, 132 calls and, eliminated by min-fill, width 8", () => {
    const { calls, names } = trainTicket();
    expect([names.length, calls.length]).toEqual([42, 132]);
    expect(compileSpace(staircase(2)).count.width).toBe(8);
  });

  test("with two versions each they are as many as sets of services closed under calls", () => {
    const { calls, names } = trainTicket();
    const expected = closedSets(new Set(names.keys()), calls);
    expect(expected).toBe(7_695_745n);
    expect(compileSpace(staircase(2)).count.exact).toBe(expected);
  });

  test("with more versions they are counted exactly, beyond what a double holds", () => {
    expect(compileSpace(staircase(3)).count.exact).toBe(415_091_224_069n);
    expect(compileSpace(staircase(5)).count.exact).toBe(1_855_578_007_908_105_715n);
  });

  test("of the listed configurations none comes twice and each is consistent", () => {
    const space = staircase(3);
    const listed = (compileSpace(space).configurations() ?? Iterator.from([])).take(2_000).toArray();
    const isConsistent = (configuration: Configuration) =>
      space.edges.every(({ allowed, consumer, provider }) => allowed.has(configuration[consumer] ?? -1, configuration[provider] ?? -1));
    expect(listed.every(isConsistent)).toBe(true);
    expect(new Set(listed.map(String)).size).toBe(2_000);
  });
});
