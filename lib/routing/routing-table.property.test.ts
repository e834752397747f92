import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import {
  type CallerMatch,
  DEFAULT_TRAFFIC_POLICY,
  type EdgeEnd,
  type RouteMatch,
  type RouteRule,
  type ServiceName,
  type SnapshotService,
  type ValueMatch,
  type Version,
  type VersionRange,
  type Weights,
} from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { compileSnapshot, orderRules, type RequestHead } from "./index.ts";

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly caller: EdgeEnd;
}

const element = fc.constantFrom("a", "b", "ab");
const path = fc.array(element, { maxLength: 3 }).map((elements) => `/${elements.join("/")}`);
const conditions = (names: readonly string[]) =>
  fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom("1", "2") }), {
    maxLength: 2,
    selector: ({ name }) => name,
  });
const range = (text: string) => text as VersionRange;
const callerMatch = fc.constantFrom<CallerMatch>(
  { service: "cart" },
  { service: "cart", range: range("^1") },
  { service: "cart", range: range(">=1.5") },
  { service: "ingress" },
);
const match: fc.Arbitrary<RouteMatch> = fc.record(
  {
    path: fc.oneof(
      fc.record({ type: fc.constantFrom("Exact" as const, "PathPrefix" as const), value: path }),
      fc.record({ type: fc.constant("RegularExpression" as const), value: fc.constantFrom("/a.*", "/(a|ab)/b") }),
    ),
    method: fc.constantFrom("GET", "POST"),
    headers: conditions(["x", "y"]),
    queryParams: conditions(["p", "q"]),
    caller: callerMatch,
  },
  { requiredKeys: [] },
);
const request: fc.Arbitrary<SentRequest> = fc.record({
  method: fc.constantFrom("GET", "POST"),
  path,
  headers: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom("1", "2")),
  query: fc.dictionary(fc.constantFrom("p", "q"), fc.constantFrom("1", "2")),
  caller: fc.constantFrom<EdgeEnd>(
    { service: "cart", version: "1.4.0" },
    { service: "cart", version: "1.6.0" },
    { service: "cart", version: "2.0.0" },
    { service: "other", version: "1.4.0" },
    { service: "ingress", version: null },
  ),
});
/** Distinct matches dealt out over rules; every rule sends to a version of its own, so that the version names the rule. */
const rules = fc
  .uniqueArray(match, { minLength: 1, maxLength: 10, selector: spelledOut })
  .chain((matches) => fc.tuple(fc.constant(matches), fc.array(fc.nat(3), { minLength: matches.length, maxLength: matches.length })))
  .map(([matches, owners]) =>
    [0, 1, 2, 3]
      .map(
        (owner): RouteRule => ({
          matches: matches.filter((_, index) => owners[index] === owner),
          split: { weights: only(`${owner + 1}.0.0`) },
        }),
      )
      .filter((rule) => rule.matches.length > 0),
  );

function only(version: string): Weights {
  return { [version]: 10_000 };
}

function spelledOut({ path: given, method, headers, queryParams, caller }: RouteMatch): string {
  const sorted = (list: readonly ValueMatch[] = []) => list.map(({ name, value }) => `${name}=${value}`).sort();
  return JSON.stringify([given ?? { type: "PathPrefix", value: "/" }, method, sorted(headers), sorted(queryParams), caller]);
}

function serviceWith(given: readonly RouteRule[], weights: Weights = only("9.0.0")): SnapshotService {
  return {
    name: "shop" as ServiceName,
    hosts: [],
    rev: 1,
    splitEpoch: 7,
    weights,
    rules: given,
    endpoints: [],
    policy: DEFAULT_TRAFFIC_POLICY,
    authorization: null,
    incompatible: {},
  };
}

function versionFor(given: readonly RouteRule[], sent: SentRequest): string | undefined {
  const compiled = compileSnapshot({ version: 1, services: { shop: serviceWith(given) } });
  const decision = compiled.ok ? compiled.value.decide(headOf(sent), sent.caller, createXorshift(1)) : undefined;
  return decision?.kind === "route" ? decision.version : undefined;
}

function headOf({ method, path: sentPath, headers, query }: Omit<SentRequest, "caller">): RequestHead {
  return {
    host: "shop.mesh",
    method,
    path: sentPath,
    query: new URLSearchParams({ ...query }).toString(),
    header: (name) => headers[name],
  };
}

/** The wire contract read literally: collect what fits, then strike out candidates criterion by criterion. */
function oracle(given: readonly RouteRule[], sent: SentRequest): string {
  const elements = (text: string) => text.split("/").filter((each) => each !== "");
  let candidates = given
    .flatMap((rule) => rule.matches.map((each) => ({ match: each, version: Object.keys(rule.split?.weights ?? {})[0] ?? "" })))
    .filter(({ match: each }) => {
      const want = elements(each.path?.value ?? "/");
      const have = elements(sent.path);
      const fitsPath =
        each.path?.type === "Exact"
          ? each.path.value === sent.path
          : each.path?.type === "RegularExpression"
            ? new RegExp(`^(?:${each.path.value})$`).test(sent.path)
            : want.every((text, index) => have[index] === text);
      const { service = sent.caller.service, range: within } = each.caller ?? {};
      const fitsVersion = within === undefined || (sent.caller.version !== null && semver.satisfies(sent.caller.version, within));
      const fitsHeaders = (each.headers ?? []).every(({ name, value }) => sent.headers[name] === value);
      const fitsQuery = (each.queryParams ?? []).every(({ name, value }) => sent.query[name] === value);
      return (
        fitsPath &&
        fitsHeaders &&
        fitsQuery &&
        fitsVersion &&
        service === sent.caller.service &&
        (each.method === undefined || each.method === sent.method)
      );
    });
  const criteria: ((each: RouteMatch) => number)[] = [
    (each) => ["PathPrefix", "RegularExpression", "Exact"].indexOf(each.path?.type ?? "PathPrefix"),
    (each) => ((each.path?.type ?? "PathPrefix") !== "PathPrefix" ? 0 : elements(each.path?.value ?? "/").length),
    (each) => (each.method === undefined ? 0 : 1),
    (each) => each.headers?.length ?? 0,
    (each) => each.queryParams?.length ?? 0,
    (each) => (each.caller === undefined ? 0 : each.caller.range === undefined ? 1 : 2),
  ];
  for (const criterion of criteria) {
    const best = Math.max(...candidates.map((candidate) => criterion(candidate.match)));
    candidates = candidates.filter((candidate) => criterion(candidate.match) === best);
  }
  return [...new Set(candidates.map(({ version }) => version))].sort().join(" or ") || "9.0.0";
}

describe("the router", () => {
  test("decides as the wire contract says, read literally", () => {
    fc.assert(
      fc.property(rules, request, (given, sent) => {
        expect(oracle(given, sent).split(" or ")).toContain(versionFor(given, sent));
      }),
      { numRuns: 2000 },
    );
  });

  test("does not care about the order of rules, of matches, of conditions", () => {
    fc.assert(
      fc.property(rules, request, fc.infiniteStream(fc.nat()), (given, sent, draws) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, key: draws.next().value ?? 0 }))
            .sort((left, right) => left.key - right.key)
            .map(({ item }) => item);
        const turned = shuffled(given).map((rule) => ({
          ...rule,
          matches: shuffled(rule.matches).map((each) => (each.headers === undefined ? each : { ...each, headers: shuffled(each.headers) })),
        }));
        expect(versionFor(turned, sent)).toBe(versionFor(given, sent));
        expect(orderRules(orderRules(turned)).map(({ split }) => split)).toEqual(orderRules(given).map(({ split }) => split));
      }),
      { numRuns: 500 },
    );
  });

  test("shows rules in the order in which they win: the first listed that fits is the one taken, where each has one match", () => {
    fc.assert(
      fc.property(rules, request, (given, sent) => {
        const single = given.flatMap((rule) => rule.matches.map((each) => ({ ...rule, matches: [each] })));
        const first = orderRules(single).find((rule) => versionFor([rule], sent) !== "9.0.0");
        expect(versionFor(single, sent)).toBe(Object.keys(first?.split?.weights ?? only("9.0.0"))[0]);
      }),
      { numRuns: 300 },
    );
  });
});

test("a rule without a split of its own follows the service's, and counts for its epoch", () => {
  const compiled = compileSnapshot({ version: 1, services: { shop: serviceWith([{ name: "get", matches: [{ method: "GET" }] }]) } });
  const decision =
    compiled.ok &&
    compiled.value.decide(
      headOf({ method: "GET", path: "/", headers: {}, query: {} }),
      { service: "ingress", version: null },
      createXorshift(1),
    );
  expect(decision).toMatchObject({ kind: "route", version: "9.0.0" as Version, splitEpoch: 7, rule: { name: "get" } });
});
