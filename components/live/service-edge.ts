import { edgeKey, type TopologyEdge, type Verdict } from "@/lib/client/index.ts";
import { type Health, judgeHealth } from "./health.ts";
import { keepEqual } from "./keep-identity.ts";

/** All traffic from one service to another, whatever the versions. */
export interface ServiceEdge {
  /** `from>to`. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly rps: number;
  /** null without requests. */
  readonly errorRate: number | null;
  /** Failed requests within the window, as far as the rates tell. */
  readonly failed: number;
  readonly requests: number;
  /** The slowest pair's, since quantiles of parts do not add up; null without requests. */
  readonly p99Ms: number | null;
  /** The worst verdict among the pairs that carry requests or are live. */
  readonly verdict: Verdict;
  /** The worst of its pairs: their errors with significance; a pair that is proven broken and has requests is bad whatever they answer. */
  readonly health: Health;
  /** Each version pair's own, by the wire's edge key: what one has proven says nothing of another. */
  readonly pairHealth: Readonly<Record<string, Health>>;
  /** Requests within the window that authorization refused. */
  readonly denied: number;
  /** Attempts beyond the first within the window. */
  readonly retries: number;
  /** Requests within the window that left their zone or version. */
  readonly failovers: number;
  /** Share of the requests that went over mTLS; null without requests. */
  readonly encrypted: number | null;
  /** Copies per second made by mirrors, in no other figure. */
  readonly mirrored: number;
  /** The callee's version that fails most, where the health is not fine; else null. */
  readonly worst: { readonly version: string | null; readonly errorRate: number } | null;
}

/** The key of the edge between two services. */
export function serviceEdgeKey(from: string, to: string): string {
  return `${from}>${to}`;
}

/** Adds the version pairs up per pair of services; an edge whose figures did not change stays the same object. */
export function aggregateEdges(
  edges: Iterable<TopologyEdge>,
  previous: ReadonlyMap<string, ServiceEdge>,
): ReadonlyMap<string, ServiceEdge> {
  const parts = new Map<string, TopologyEdge[]>();
  for (const edge of edges) {
    const key = serviceEdgeKey(edge.from.service, edge.to.service);
    const known = parts.get(key);
    if (known) known.push(edge);
    else parts.set(key, [edge]);
  }
  const result = new Map<string, ServiceEdge>();
  for (const [key, pairs] of parts) result.set(key, keepEqual(previous.get(key), addUp(key, pairs, previous.get(key)?.pairHealth)));
  return result;
}

function addUp(key: string, pairs: readonly TopologyEdge[], previous: ServiceEdge["pairHealth"] = {}): ServiceEdge {
  const first = pairs[0];
  const pairHealth = Object.fromEntries(pairs.map((pair) => [edgeKey(pair), judgePair(pair, previous[edgeKey(pair)])]));
  const health = worstHealth(Object.values(pairHealth));
  const requests = pairs.reduce((sum, pair) => sum + pair.requests, 0);
  const failed = Math.round(pairs.reduce((sum, pair) => sum + (pair.errorRate ?? 0) * pair.requests, 0));
  const quantiles = pairs.flatMap((pair) => (pair.p99Ms === null ? [] : [pair.p99Ms]));
  // Counted in whole requests, so that "all of them" is exactly 1.
  const encrypted = pairs.reduce((sum, pair) => sum + Math.round((pair.encrypted ?? 0) * pair.requests), 0);
  return {
    key,
    from: first?.from.service ?? "",
    to: first?.to.service ?? "",
    rps: pairs.reduce((sum, pair) => sum + pair.rps, 0),
    errorRate: requests === 0 ? null : failed / requests,
    failed,
    requests,
    p99Ms: quantiles.length === 0 ? null : Math.max(...quantiles),
    denied: total(pairs, "denied"),
    retries: total(pairs, "retries"),
    failovers: total(pairs, "failovers"),
    encrypted: requests === 0 ? null : encrypted / requests,
    mirrored: total(pairs, "mirrored"),
    verdict: worstVerdict(pairs.map((pair) => pair.verdict)),
    health,
    pairHealth,
    worst: health === "warn" || health === "bad" ? worstPair(pairs) : null,
  };
}

function total(pairs: readonly TopologyEdge[], figure: "denied" | "retries" | "failovers" | "mirrored"): number {
  return pairs.reduce((sum, pair) => sum + pair[figure], 0);
}

function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("incompatible")) return "incompatible";
  return verdicts.includes("unknown") ? "unknown" : "compatible";
}

function judgePair(pair: TopologyEdge, previous: Health | undefined): Health {
  if (pair.verdict === "incompatible" && pair.requests > 0) return "bad";
  return judgeHealth((pair.errorRate ?? 0) * pair.requests, pair.requests, previous);
}

function worstPair(pairs: readonly TopologyEdge[]): ServiceEdge["worst"] {
  const worst = pairs.toSorted((left, right) => (right.errorRate ?? 0) - (left.errorRate ?? 0))[0];
  return worst ? { version: worst.to.version, errorRate: worst.errorRate ?? 0 } : null;
}

const WORSE: readonly Health[] = ["unknown", "ok", "warn", "bad"];

function worstHealth(parts: readonly Health[]): Health {
  return parts.reduce<Health>((worst, part) => (WORSE.indexOf(part) > WORSE.indexOf(worst) ? part : worst), "unknown");
}
