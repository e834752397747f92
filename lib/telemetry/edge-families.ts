/**
 * Edge totals as metric families, the same for the engine (`interlock_mesh_…`, over all proxies and restarts) and for one proxy (`interlock_proxy_…`, since it
 * started). The prefixes differ so that a sum over both, scraped by one Prometheus, does not count requests twice.
 *
 * Bound: the `EDGES_SHOWN_MAX` edges with most requests have labels of their own; the others are summed under "(other)", so that sums stay exact.
 */
import { DURATION_BOUNDS_S } from "./duration-buckets.ts";
import type { Exemplar, Labels, MetricFamily } from "./exposition.ts";
import type { EdgeTotals } from "./telemetry-store.ts";

/** Edges with labels of their own: with 35 series each some 35 000 series. */
export const EDGES_SHOWN_MAX = 1_000;

const CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
const OTHER = { service: "(other)", version: null };

export interface EdgeFamilyInput {
  readonly prefix: string;
  readonly edges: readonly EdgeTotals[];
  readonly mirrors: readonly EdgeTotals[];
  readonly exemplarsOf?: (edge: EdgeTotals) => ReadonlyMap<number, Exemplar> | undefined;
}

/** Requests, durations and what went wrong, per edge; mirrored copies in a family of their own. */
export function edgeFamilies({ prefix, edges, mirrors, exemplarsOf }: EdgeFamilyInput): readonly MetricFamily[] {
  const shown = withinBound(edges);
  const counter = (name: string, help: string, of: (edge: EdgeTotals) => number, from = shown): MetricFamily => ({
    type: "counter",
    name: `${prefix}_${name}`,
    help,
    samples: from.map((edge) => ({ labels: labelsOf(edge), value: of(edge) })),
  });
  return [
    requestFamily(prefix, shown),
    {
      type: "histogram",
      name: `${prefix}_request_duration_seconds`,
      help: "Request head read to answer complete; requests whose caller went away are left out. Bounds are powers of two microseconds.",
      bounds: DURATION_BOUNDS_S,
      samples: shown.map((edge) => {
        const exemplars = exemplarsOf?.(edge);
        const { counts, usSum } = edge.durations;
        return { labels: labelsOf(edge), counts, sum: usSum / 1_000_000, ...(exemplars === undefined ? {} : { exemplars }) };
      }),
    },
    counter("request_failures", "5xx answers, and answers that the instance cut short.", (edge) => edge.failed),
    counter("retries", "Attempts beyond the first.", (edge) => edge.retries),
    counter("denied", "Requests that authorization refused.", (edge) => edge.denied),
    counter("failovers", "Requests that left their zone or version.", (edge) => edge.failovers),
    counter("encrypted_requests", "Requests that went over mutual TLS.", (edge) => edge.encrypted),
    counter("request_bytes", "Bytes of requests, heads included.", (edge) => edge.bytesIn),
    counter("response_bytes", "Bytes of answers, heads included.", (edge) => edge.bytesOut),
    counter("mirrored_requests", "Copies made by mirrors; in no other family.", (edge) => edge.requests, withinBound(mirrors)),
  ];
}

/** Answers made by proxies themselves, by reason code. */
export function codeFamily(prefix: string, codes: Iterable<readonly [string, number]>): MetricFamily {
  return {
    type: "counter",
    name: `${prefix}_coded_answers`,
    help: "Answers made by proxies themselves, by x-interlock-code.",
    samples: [...codes].map(([code, value]) => ({ labels: { code }, value })),
  };
}

function requestFamily(prefix: string, edges: readonly EdgeTotals[]): MetricFamily {
  const samples = edges.flatMap((edge) => {
    const labels = labelsOf(edge);
    const counts: (readonly [string, number])[] = CLASSES.map((name, index) => [name, edge.statusClasses[index] as number]);
    counts.push(["aborted", edge.aborted]);
    // A class that never occurred is left out: most edges have one or two of the six.
    return counts.filter(([, value]) => value > 0).map(([code_class, value]) => ({ labels: { ...labels, code_class }, value }));
  });
  const help = "Requests that ended, by class of the answer; aborted: the caller went away before it.";
  return { type: "counter", name: `${prefix}_requests`, help, samples };
}

function labelsOf({ callee, caller }: EdgeTotals): Labels {
  return {
    caller: caller.service,
    caller_version: caller.version ?? "",
    callee: callee.service,
    callee_version: callee.version ?? "",
  };
}

function withinBound(edges: readonly EdgeTotals[]): readonly EdgeTotals[] {
  if (edges.length <= EDGES_SHOWN_MAX) return edges;
  const byTraffic = edges
    .toSorted((left, right) => right.requests - left.requests)
    .filter(({ caller }) => caller.service !== OTHER.service);
  const kept = byTraffic.slice(0, EDGES_SHOWN_MAX);
  const set = new Set(kept);
  return [...kept, sumOf(edges.filter((edge) => !set.has(edge)))];
}

function sumOf(edges: readonly EdgeTotals[]): EdgeTotals {
  const sum = (of: (edge: EdgeTotals) => number) => edges.reduce((total, edge) => total + of(edge), 0);
  const classes = CLASSES.map((_, index) => sum(({ statusClasses }) => statusClasses[index] as number));
  return {
    caller: OTHER,
    callee: OTHER,
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    aborted: sum(({ aborted }) => aborted),
    retries: sum(({ retries }) => retries),
    denied: sum(({ denied }) => denied),
    failovers: sum(({ failovers }) => failovers),
    encrypted: sum(({ encrypted }) => encrypted),
    answered: sum(({ answered }) => answered),
    answerFailures: sum(({ answerFailures }) => answerFailures),
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    latencyUsSum: sum(({ latencyUsSum }) => latencyUsSum),
    statusClasses: classes as [number, number, number, number, number],
    durations: {
      counts: DURATION_BOUNDS_S.concat(0).map((_, index) => sum(({ durations }) => durations.counts[index] as number)),
      usSum: sum(({ durations }) => durations.usSum),
    },
  };
}
