import type { Version } from "../lib/model/index.ts";
import { createXorshift, randomBelow } from "../lib/std/index.ts";
import { trainTicket } from "../lib/testing/index.ts";
import { Bitset, compileSpace, NarrowedSpace, Relation, type Space, VersionOrder } from "../lib/versions/index.ts";
import { type BenchOptions, type BenchRow, median, quantile } from "./bench-table.ts";

/**
 * Solving at the size of large meshes: 1 000 services × 16 versions where a consumer works with about a third of its provider's versions,
 * those near its own age (so a change of one version moves many others), and Train-Ticket's calls × 5 versions for the exact count.
 */
export function spaceRows(options: BenchOptions): BenchRow[] {
  const rounds = options.short ? 3 : 15;
  const space = entangledMesh(1_000, 16);
  const first = Array.from({ length: rounds }, () => timed(() => new NarrowedSpace(space).isConsistent));
  const narrowed = new NarrowedSpace(space);
  const random = createXorshift(7);
  const pins = Array.from({ length: options.short ? 30 : 300 }, () => {
    const service = randomBelow(random, space.services.length);
    const choices = [...narrowed.possible(service)];
    const position = choices[randomBelow(random, choices.length)] ?? 0;
    const took = timed(() => {
      narrowed.pin(service, position);
      return !narrowed.possible(0).isEmpty;
    });
    narrowed.unpin(service);
    return took;
  });
  const tickets = staircases(5);
  const counts = Array.from({ length: rounds }, () => timed(() => compileSpace(tickets).count.exact === 1_855_578_007_908_105_715n));
  const row = (figure: string, ours: number | null, goal: string, note?: string): BenchRow => ({
    figure,
    unit: "ms",
    ours,
    anchor: null,
    anchorName: "none",
    ratio: null,
    goal,
    ...(note !== undefined && { note }),
  });
  return [
    row("first consistent configuration, 1 000 services × 16 versions, from the relations", median(first), "≤ 20 ms"),
    row("pin one version, see the rest narrow, p99", quantile(pins, 0.99), "≤ 5 ms", `median ${(median(pins) ?? 0).toFixed(2)} ms`),
    row("exact count, Train-Ticket (42 services, 132 calls) × 5 versions", median(counts), "≤ 1 000 ms", "1.86·10^18 configurations"),
  ];
}

/** Milliseconds; throws where the answer is not true, so that nothing else than the work is timed. */
function timed(work: () => boolean): number {
  const started = performance.now();
  if (!work()) throw new Error("the space of the bench has no answer, so nothing was measured");
  return performance.now() - started;
}

function entangledMesh(size: number, versions: number): Space {
  const random = createXorshift(42);
  const width = Math.round(versions * 0.3);
  return spaceWith(size, versions, (add) => {
    for (let consumer = 1; consumer < size; consumer++) {
      const providers = new Set([0, 1, 2].map(() => Math.floor((randomBelow(random, 10_000) / 10_000) ** 2 * consumer)));
      for (const provider of providers) {
        const lowest = Array.from({ length: versions }, (_, own) => own - Math.floor(width / 2) + randomBelow(random, 2));
        const start = lowest.map((from) => Math.max(0, Math.min(versions - width, from)));
        add(consumer, provider, (from, to) => to >= (start[from] ?? 0) && to < (start[from] ?? 0) + width);
      }
    }
  });
}

/** Train-Ticket's calls, each needing a provider at least as new as the consumer. */
function staircases(versions: number): Space {
  const { calls, names } = trainTicket();
  return spaceWith(names.length, versions, (add) => {
    for (const [consumer, provider] of calls) add(consumer, provider, (from, to) => to >= from);
  });
}

type Add = (consumer: number, provider: number, allows: (from: number, to: number) => boolean) => void;

function spaceWith(size: number, versions: number, build: (add: Add) => void): Space {
  const order = new VersionOrder(Array.from({ length: versions }, (_, minor) => `1.${minor}.0` as Version));
  const services = Array.from({ length: size }, (_, index) => ({ name: `s${index}`, order, candidates: Bitset.full(versions) }));
  const edges: Space["edges"][number][] = [];
  build((consumer, provider, allows) => {
    const rows = order.versions.map((_, from) => Bitset.from(versions, (to) => allows(from, to)));
    edges.push({ consumer, provider, allowed: new Relation(order, order, rows) });
  });
  return { services, edges };
}
