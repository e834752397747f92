import { DEFAULT_TRAFFIC_POLICY, type RouteRule, type ServiceName, type SnapshotService } from "../lib/model/index.ts";
import { compileSnapshot, type RequestHead, type RoutingTable } from "../lib/routing/index.ts";
import { createXorshift } from "../lib/std/index.ts";
import { type BenchOptions, type BenchRow, median } from "./bench-table.ts";

const SERVICES = 1_000;
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
  const cases: readonly (readonly [string, readonly RouteRule[], RequestHead, string])[] = [
    ["match + pick, no rules", [], head("s500.mesh", "/cart/42"), "≤ 1 000 ns"],
    ["match + pick, no rules, host with port and case", [], head("S500.Mesh:15080", "/cart/42"), "≤ 1 000 ns"],
    ["match + pick, 20 rules of prefix and header, the last one fits", rules, head("s500.mesh", "/api/v0/cart", "g0"), "≤ 1 000 ns"],
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

function head(host: string, path: string, group?: string): RequestHead {
  return { host, method: "GET", path, query: "", header: (name) => (name === "x-group" ? group : undefined) };
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
        incompatible: {},
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
