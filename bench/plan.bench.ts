import type { Version } from "../lib/model/index.ts";
import { createXorshift, randomBelow } from "../lib/std/index.ts";
import {
  Bitset,
  checkPlan,
  closureOf,
  type PlanEdge,
  type PlanProblem,
  type PlanService,
  planOf,
  planWorldOf,
  Relation,
  VersionOrder,
} from "../lib/versions/index.ts";
import { type BenchOptions, type BenchRow, median } from "./bench-table.ts";

const options = { describe: () => "within the declared requirement" };

/** Plans and closures of a mesh far above what one control plane serves, and of one as it is met every day. */
export async function run({ short }: BenchOptions): Promise<BenchRow[]> {
  const [services, edges] = short ? [2_000, 40_000] : [20_000, 400_000];
  const size = `${services.toLocaleString("en")} services, ${edges.toLocaleString("en")} edges`;
  const rounds = 1;
  const { up, back } = meshOf(services, edges);
  const heapBefore = usedMegabytes();
  const plan = timed(rounds, () => planOf(up, options));
  const heapPlan = usedMegabytes() - heapBefore;
  if (!plan.result.ok || plan.result.value.cost.steps !== services) throw new Error("the whole mesh was not planned");
  const { certificate, cost } = plan.result.value;
  const checked = timed(rounds, () => checkPlan(certificate, planWorldOf(up)));
  if (checked.result !== null) throw new Error(`the plan does not hold: ${checked.result}`);
  const previous = new Map(back.services.map((_, place) => [place, 0]));
  const closure = timed(rounds, () => closureOf(back, LAYERS - 1, 0, { ...options, previous }));
  if (!closure.result.back.ok) throw new Error("there is no way back");
  const taken = closure.result.back.value.cost.steps;
  const memory = `heap ${Math.round(heapBefore)} MB with the mesh, ${Math.round(heapPlan)} MB more with the plan and all its proofs`;
  const everyDay = meshOf(300, 1_500);
  const small = timed(short ? 3 : 21, () => planOf(everyDay.up, options));
  return [
    rowOf(`plan, ${size}, all move`, "s", plan.seconds, "≤ 5 s, ≤ 1 GB", `${plan.cpu}; ${cost.waves} waves; ${memory}`),
    rowOf(`check that plan`, "s", checked.seconds, "≤ 5 s", `${checked.cpu}, its world included`),
    rowOf(`closure, ${size}`, "s", closure.seconds, "≤ 5 s, ≤ 1 GB", `${closure.cpu}; ${taken} go back`),
    rowOf("plan, 300 services, 1,500 edges, all move", "ms", small.seconds === null ? null : small.seconds * 1_000, "≤ 50 ms"),
  ];
}

function rowOf(figure: string, unit: string, ours: number | null, goal: string, note = "no anchor: an absolute goal"): BenchRow {
  return { figure, unit, ours, anchor: null, anchorName: "none", ratio: null, goal, note };
}

/** Seconds on the clock, and of processors: a machine that is busy with something else makes the former longer. */
function timed<T>(rounds: number, work: () => T): { result: T; seconds: number | null; cpu: string } {
  const figures: number[] = [];
  const before = process.cpuUsage();
  let result: T | undefined;
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    result = work();
    figures.push(Number(process.hrtime.bigint() - started) / 1e9);
  }
  const { system, user } = process.cpuUsage(before);
  return { result: result as T, seconds: median(figures), cpu: `${((user + system) / 1e6 / rounds).toFixed(2)} s of processor time` };
}

function usedMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Depth of the longest chain of calls. */
const LAYERS = 12;

/** A mesh that calls downwards, each edge with relations of its own; of a third of the edges the new consumer needs the new provider. */
function meshOf(count: number, edgeCount: number): { up: PlanProblem; back: PlanProblem } {
  const random = createXorshift(7);
  const services = Array.from({ length: count }, (_, index): PlanService => {
    const order = new VersionOrder(["1.0.0", "2.0.0"] as Version[]);
    const full = new Relation(order, order, [Bitset.full(2), Bitset.full(2)]);
    return { name: `service-${index}`, order, live: [0], candidates: Bitset.full(2), steps: full, reversible: full };
  });
  const edges: PlanEdge[] = [];
  const seen = new Set<number>();
  while (edges.length < edgeCount) {
    const consumer = randomBelow(random, count);
    const provider = randomBelow(random, count);
    if (provider % LAYERS <= consumer % LAYERS) continue;
    if (seen.has(consumer * count + provider)) continue;
    seen.add(consumer * count + provider);
    const [from, to] = [services[consumer], services[provider]];
    if (from === undefined || to === undefined) continue;
    const needsNew = randomBelow(random, 3) === 0;
    const allowed = new Relation(from.order, to.order, [
      Bitset.full(2),
      needsNew ? Bitset.from(2, (position) => position === 1) : Bitset.full(2),
    ]);
    edges.push({ consumer, provider, allowed, proven: allowed });
  }
  const up = { services, edges, target: new Map(services.map((_, place) => [place, 1])) };
  return { up, back: { services: services.map((service) => ({ ...service, live: [1] })), edges, target: new Map() } };
}
