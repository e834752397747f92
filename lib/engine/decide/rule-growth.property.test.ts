import fc from "fast-check";
import { expect, test } from "vitest";
import type { RouteMatch, RouteRule } from "../../model/index.ts";
import { orderRules } from "../../routing/index.ts";
import { grownBetween, grownBy, type Takes } from "./rule-growth.ts";

const VERSIONS = ["1.0.0", "2.0.0", "3.0.0"];
const PATHS = ["/", "/a", "/a/b", "/c"];

interface Asked {
  readonly path: string;
  readonly method: string;
  readonly header: string;
  readonly lane: string | null;
}

const ASKED: readonly Asked[] = PATHS.flatMap((path) =>
  ["GET", "POST"].flatMap((method) => ["", "1", "2"].flatMap((header) => [null, "x", "y"].map((lane) => ({ path, method, header, lane })))),
);

const anyMatch: fc.Arbitrary<RouteMatch> = fc
  .record({
    path: fc.option(fc.record({ type: fc.constantFrom("Exact" as const, "PathPrefix" as const), value: fc.constantFrom(...PATHS) })),
    method: fc.option(fc.constantFrom("GET", "POST")),
    header: fc.option(fc.constantFrom("1", "2")),
  })
  .map(({ header, method, path }) => ({
    ...(path === null ? {} : { path }),
    ...(method === null ? {} : { method }),
    ...(header === null ? {} : { headers: [{ name: "x-group", value: header }] }),
  }));
const anyWeights = fc
  .tuple(fc.constantFrom(...VERSIONS), fc.constantFrom(...VERSIONS))
  .map(([a, b]): Readonly<Record<string, number>> => (a === b ? { [a]: 10_000 } : { [a]: 4_000, [b]: 6_000 }));
const anyRule: fc.Arbitrary<RouteRule> = fc
  .record({
    matches: fc.array(anyMatch, { minLength: 1, maxLength: 2 }),
    weights: fc.option(anyWeights),
    lane: fc.option(fc.constantFrom("x", "y")),
  })
  .map(({ lane, matches, weights }) => ({
    matches,
    ...(weights === null ? {} : { split: { weights } }),
    ...(lane === null ? {} : { lane }),
  }));
const anyTakes = fc
  .record({ weights: anyWeights, rules: fc.array(anyRule, { maxLength: 3 }) })
  .filter(({ rules }): boolean => !hasTwins(rules));

/** Rules of which two mean the same are refused. */
function hasTwins(rules: readonly RouteRule[]): boolean {
  const isEvery = ({ path }: RouteMatch) => path?.type === "PathPrefix" && path.value === "/";
  const texts = rules.flatMap(({ matches }) =>
    matches.map((match) => JSON.stringify(isEvery(match) ? { method: match.method, headers: match.headers } : match)),
  );
  const lanes = rules.flatMap(({ lane }) => lane ?? []);
  return new Set(texts).size < texts.length || new Set(lanes).size < lanes.length;
}

function fits({ headers, method, path }: RouteMatch, asked: Asked): boolean {
  const isThere =
    path === undefined ||
    (path.type === "Exact" ? asked.path === path.value : path.value === "/" || `${asked.path}/`.startsWith(`${path.value}/`));
  return isThere && (method ?? asked.method) === asked.method && (headers?.[0]?.value ?? asked.header) === asked.header;
}

/** The weights by which a request is sent on. */
function weightsOf({ rules, weights }: Takes, asked: Asked): Readonly<Record<string, number>> {
  const lane = rules.find((rule) => rule.lane !== undefined && rule.lane === asked.lane);
  const single = orderRules(rules.flatMap((rule) => rule.matches.map((match) => ({ ...rule, matches: [match] }))));
  const rule = lane ?? single.find(({ matches: [match] }) => match !== undefined && fits(match, asked));
  return rule?.split?.weights ?? weights;
}

test("no version gets requests of an older one without being named", () => {
  fc.assert(
    fc.property(anyTakes, anyTakes, (was, is) => {
      const grown = grownBy(was, is);
      for (const asked of ASKED)
        for (const version of grownBetween(weightsOf(was, asked), weightsOf(is, asked))) expect(grown.has(version)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("for matches of paths and methods alone, no version is named that gets none", () => {
  const plainTakes = fc.record({
    weights: anyWeights,
    rules: fc.uniqueArray(
      fc.record({
        match: fc.constantFrom<RouteMatch>({}, { method: "POST" }, { path: { type: "PathPrefix", value: "/a" } }),
        weights: anyWeights,
      }),
      { maxLength: 3, selector: ({ match }) => JSON.stringify(match) },
    ),
  });
  const takes = plainTakes.map(
    ({ rules, weights }): Takes => ({
      weights,
      rules: rules.map(({ match, weights: own }) => ({ matches: [match], split: { weights: own } })),
    }),
  );
  fc.assert(
    fc.property(takes, takes, (was, is) => {
      const grown = new Set(ASKED.flatMap((asked) => grownBetween(weightsOf(was, asked), weightsOf(is, asked))));
      expect([...grownBy(was, is)].sort()).toEqual([...grown].sort());
    }),
    { numRuns: 200 },
  );
});

test("rules that stay bring nothing forward, whatever the order in which they are given", () => {
  fc.assert(fc.property(anyTakes, (was) => grownBy(was, { ...was, rules: was.rules.toReversed() }).size === 0));
});
