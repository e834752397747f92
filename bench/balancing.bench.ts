import {
  DEFAULT_TRAFFIC_POLICY,
  type InstanceId,
  type LoadBalancingKind,
  type ServiceName,
  type SnapshotEndpoint,
  type Version,
} from "../lib/model/index.ts";
import { EndpointPool, planLevels, ServiceHealth } from "../lib/routing/index.ts";
import { createXorshift } from "../lib/std/index.ts";
import { type BenchOptions, type BenchRow, median } from "./bench-table.ts";

const KINDS: readonly LoadBalancingKind[] = ["roundRobin", "weighted", "random", "leastRequest", "peakEwma", "ringHash", "maglev"];
const INSTANCES = 10;
const VERSION = "1.0.0" as Version;

/** The choice of one of 10 instances, by kind, and what the health of a service costs per request: CPU time. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const choices = options.short ? 50_000 : 1_000_000;
  const rounds = options.short ? 2 : 7;
  const rows = KINDS.map((kind) => rowOf(`choose 1 of ${INSTANCES}, ${kind}`, medianNs(choices, rounds, choosing(kind)), "≤ 200 ns"));
  return [...rows, rowOf("health of a service, per request", medianNs(choices, rounds, judging()), "≤ 100 ns")];
}

function rowOf(figure: string, ours: number | null, goal: string): BenchRow {
  return { figure, unit: "ns", ours, anchor: null, anchorName: "none", ratio: null, goal, note: "no anchor: an absolute goal" };
}

function medianNs(times: number, rounds: number, step: (index: number) => void): number | null {
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = process.cpuUsage();
    for (let index = 0; index < times; index++) step(index);
    const { user, system } = process.cpuUsage(started);
    if (round > 0) figures.push(((user + system) * 1_000) / times);
  }
  return median(figures);
}

function healthOf(endpoints: readonly SnapshotEndpoint[]): ServiceHealth {
  const health = new ServiceHealth("shop" as ServiceName, DEFAULT_TRAFFIC_POLICY, () => {});
  health.update(endpoints, DEFAULT_TRAFFIC_POLICY, { monotonicMs: 0, wallMs: 0 });
  return health;
}

function endpointsOf(): readonly SnapshotEndpoint[] {
  return Array.from({ length: INSTANCES }, (_, index) => ({
    id: `shop-1.0.0-${index}` as InstanceId,
    service: "shop" as ServiceName,
    version: VERSION,
    address: "127.0.0.1",
    port: 9000 + index,
  }));
}

function choosing(kind: LoadBalancingKind): (index: number) => void {
  const endpoints = endpointsOf();
  const pool = new EndpointPool(healthOf(endpoints));
  const levels = planLevels({ version: VERSION, endpoints, zone: "", policy: DEFAULT_TRAFFIC_POLICY, mayMeet: () => true });
  pool.update(levels, kind, DEFAULT_TRAFFIC_POLICY.panicThresholdPercent);
  const pick = { random: createXorshift(1), nowMs: 0, hash: -1, excluded: null };
  return (index) => {
    pick.hash = Math.imul(index, 0x9e3779b1) >>> 0;
    pick.nowMs = index / 1_000;
    const member = pool.choose(pick);
    if (member === undefined) throw new Error("nothing was chosen, so nothing was measured");
    // Requests come and go, so that loads differ.
    member.inFlight = index % 3;
  };
}

function judging(): (index: number) => void {
  const endpoints = endpointsOf();
  const health = healthOf(endpoints);
  return (index) => {
    const id = endpoints[index % INSTANCES]?.id;
    if (id === undefined) return;
    health.requestSent(id, index);
    health.waitEnded(id, index + 5, 5);
    health.succeeded(id);
  };
}
