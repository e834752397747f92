import {
  DEFAULT_TRAFFIC_POLICY,
  type RouteRule,
  type ServiceName,
  type SnapshotService,
  type Version,
  type VersionRange,
} from "../lib/model/index.ts";
import { compileSnapshot, type RequestHead, type RoutingTable } from "../lib/routing/index.ts";
import { createXorshift } from "../lib/std/index.ts";
import { type BenchOptions, type BenchRow, median } from "./bench-table.ts";

const SERVICES = 1_000;
type Case = readonly [figure: string, rules: readonly RouteRule[], request: RequestHead, goal: string];
const CALLER = { service: "s1", version: "1.0.0" };

/** Host look-up, rule match and weighted pick of one request, in a mesh of 1 000 services. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const decisions = options.short ? 100_000 : 1_000_000;
  const rules = Array.from(
    { length: 20 },
    (_, index): RouteRule => ({
      matches: [{ path: { type: "PathPrefix", value: `/api/v${index}` }, headers: [{ name: "x-group", value: `g${index}` }] }],
      split: { weights: { "1.1.0": 10_000 } },
    }),
  );
  const expression: RouteRule = {
    matches: [{ path: { type: "RegularExpression", value: "/item/[0-9]+/(details|reviews)" } }],
    split: { weights: { "1.1.0": 10_000 } },
  };
  const everything: RouteRule = {
    matches: [{ path: { type: "PathPrefix", value: "/cart" }, caller: { service: "s1", range: "^1.0" as VersionRange } }],
    split: { weights: { "1.0.0": 5_000, "1.1.0": 5_000 } },
    filters: [{ type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } } }],
    fault: { delayMs: 5, percent: 1 },
    stickiness: { by: "header", name: "x-group" },
    lane: "blue",
  };
  const inRange = head("s500.mesh", "/cart/42", { "x-interlock-range": "s500=^1.0" });
  const withAll = head("s500.mesh", "/cart/42", { "x-group": "u1", "x-interlock-range": "s500=^1.0", baggage: "a=b,interlock-lane=red" });
  const cases: readonly Case[] = [
    ["match + pick, no rules", [], head("s500.mesh", "/cart/42"), "≤ 1 000 ns"],
    ["match + pick, no rules, host with port and case", [], head("S500.Mesh:15080", "/cart/42"), "≤ 1 000 ns"],
    [
      "match + pick, 20 rules of prefix and header, the last one fits",
      rules,
      head("s500.mesh", "/api/v0/cart", { "x-group": "g0" }),
      "≤ 1 000 ns",
    ],
    ["match + pick, a version that the caller must not meet", [], head("s501.mesh", "/cart/42"), "≤ 1 000 ns"],
    ["match + pick, a range asked for", [], inRange, "≤ 1 000 ns"],
    ["match + pick, a rule with caller, lane, stickiness, rewrite and fault, and a range", [everything], withAll, "≤ 1 000 ns"],
    ["match + pick, one regular expression that fits", [expression], head("s500.mesh", "/item/123456/reviews"), "linear in the path"],
  ];
  return cases.map(([figure, given, request, goal]) => ({
    figure,
    unit: "ns",
    ours: nsPerDecision(tableWith(given), request, given.includes(expression) ? decisions / 20 : decisions, options.short ? 2 : 7),
    anchor: null,
    anchorName: "none",
    ratio: null,
    goal,
    note: "no anchor: an absolute goal",
  }));
}

function head(host: string, path: string, headers: Readonly<Record<string, string>> = {}): RequestHead {
  const values = new Map(Object.entries(headers));
  return { host, method: "GET", path, query: "", header: (name) => values.get(name) };
}

function tableWith(rules: readonly RouteRule[]): RoutingTable {
  const services = Array.from({ length: SERVICES }, (_, index): [string, SnapshotService] => {
    const name = `s${index}` as ServiceName;
    return [
      name,
      {
        name,
        hosts: [`${name}.example.com`],
        rev: 1,
        splitEpoch: 1,
        weights: { "1.0.0": 7_500, "1.1.0": 2_500 },
        rules,
        endpoints: [],
        policy: DEFAULT_TRAFFIC_POLICY,
        authorization: null,
        // Every other service has a version that the caller must not meet.
        incompatible: index % 2 === 0 ? {} : { "s1@1.0.0": ["1.1.0" as Version] },
      },
    ];
  });
  const compiled = compileSnapshot({ version: 1, services: Object.fromEntries(services) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

function nsPerDecision(table: RoutingTable, request: RequestHead, decisions: number, rounds: number): number | null {
  const random = createXorshift(1);
  const figures: number[] = [];
  let routed = 0;
  for (let round = 0; round <= rounds; round++) {
    const started = process.hrtime.bigint();
    for (let index = 0; index < decisions; index++) if (table.decide(request, CALLER, random).kind === "route") routed++;
    if (round > 0) figures.push(Number(process.hrtime.bigint() - started) / decisions);
  }
  if (routed === 0) throw new Error("no request was routed, so nothing was measured");
  return median(figures);
}
