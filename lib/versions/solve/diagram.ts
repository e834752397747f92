/**
 * All configurations of one part of a mesh as a decision diagram over buckets: bucket elimination (Dechter 1999) with the tables kept.
 * The bucket of a service has a row for each choice of its scope (the neighbours it had when it was eliminated) that can be completed by
 * the services eliminated before; a row's entries are the positions of the service itself, each with the rows of the buckets below that it
 * leads to. Built once in O(n·d^(w+1)) at most, it then gives counts, shares and configurations in time linear in its size.
 *
 * Invariants:
 * - every row has at least one entry, and every entry's rows below exist: walking down from the top never meets a dead end;
 * - so configurations come with a delay of one step per service (polynomial delay), each exactly once;
 * - a count is exact: in doubles while it is below 2^53 (no term of the sum can be above the sum), in BigInt from there on.
 */
import type { Domains } from "./domains.ts";
import type { EliminationOrder } from "./elimination-order.ts";
import { at, type Network } from "./network.ts";

/** Position choices that may be tried while a diagram is built: some seconds and some 100 MB at most. */
export const TRIALS_MAX = 8_000_000;

/** Rows of a table that are addressed directly; larger ones through a map. */
const DIRECT_CELLS_MAX = 1 << 20;

export class Diagram {
  readonly #buckets: readonly Bucket[];

  private constructor(buckets: readonly Bucket[]) {
    this.#buckets = buckets;
  }

  /** Null when more than `trialsMax` choices would have to be tried. The domains must be arc consistent; hubs of the order are left out. */
  static build(domains: Domains, elimination: EliminationOrder, trialsMax = TRIALS_MAX): Diagram | null {
    const budget = { left: trialsMax };
    const place = new Map(elimination.order.map((service, index) => [service, index]));
    const buckets: Bucket[] = [];
    const below = elimination.order.map((): Bucket[] => []);
    for (const [index, service] of elimination.order.entries()) {
      const scope = (elimination.scopes[index] ?? []).toSorted((a, b) => (place.get(b) ?? 0) - (place.get(a) ?? 0));
      const bucket = buildBucket(domains, service, scope, below[index] ?? [], budget);
      if (bucket === null) return null;
      buckets.push(bucket);
      const parent = scope.at(-1);
      if (parent !== undefined) below[place.get(parent) ?? 0]?.push(bucket);
    }
    return new Diagram(buckets);
  }

  /** Number of entries, what every question costs. */
  get size(): number {
    return this.#buckets.reduce((sum, bucket) => sum + bucket.positions.length, 0);
  }

  /** How many configurations there are. */
  count(): bigint {
    const total = product(this.#tops(this.#weigh()));
    if (total <= Number.MAX_SAFE_INTEGER) return BigInt(total);
    return this.#countExactly();
  }

  /** For each service of the diagram the share of configurations that have each position; null when there is none or too many for a double. */
  shares(): Map<number, Map<number, number>> | null {
    const weights = this.#weigh();
    const total = product(this.#tops(weights));
    if (total === 0 || !Number.isFinite(total)) return null;
    const above = new Map(this.#buckets.map((bucket) => [bucket, new Float64Array(bucket.rows)]));
    for (const bucket of this.#buckets) {
      // The share of a top does not depend on other tops: independent parts multiply.
      if (bucket.isTop) above.get(bucket)?.fill(1 / (weights.get(bucket)?.[0] ?? 1));
    }
    const shares = new Map<number, Map<number, number>>();
    for (const bucket of this.#buckets.toReversed()) shares.set(bucket.service, shareOut(bucket, weights, above));
    return shares;
  }

  /** Every configuration once, as pairs of service and position; the map is reused, so copy what is kept. */
  *configurations(): Generator<ReadonlyMap<number, number>> {
    const order = this.#buckets.toReversed();
    if (order.some((bucket) => bucket.rows === 0)) return;
    const chosen = new Map<number, number>();
    const rows = new Map<Bucket, number>();
    const entries: number[] = [];
    const rowOf = (bucket: Bucket) => (bucket.isTop ? 0 : (rows.get(bucket) ?? 0));
    const enter = (bucket: Bucket, entry: number) => {
      entries.push(entry);
      chosen.set(bucket.service, at(bucket.positions, entry));
      for (const branch of bucket.branches) rows.set(branch.bucket, at(branch.rows, entry));
    };
    for (;;) {
      for (const bucket of order.slice(entries.length)) enter(bucket, at(bucket.starts, rowOf(bucket)));
      yield chosen;
      let next = -1;
      while (next === -1) {
        const entry = entries.pop();
        if (entry === undefined) return;
        const bucket = order[entries.length] as Bucket;
        if (entry + 1 < at(bucket.starts, rowOf(bucket) + 1)) next = entry + 1;
      }
      enter(order[entries.length] as Bucket, next);
    }
  }

  /** Completions per row of each bucket, in doubles. */
  #weigh(): Map<Bucket, Float64Array> {
    const weights = new Map<Bucket, Float64Array>();
    for (const bucket of this.#buckets) {
      const own = new Float64Array(bucket.rows);
      for (let row = 0; row < bucket.rows; row++) {
        let sum = 0;
        for (let entry = at(bucket.starts, row); entry < at(bucket.starts, row + 1); entry++) sum += entryWeight(bucket, entry, weights);
        own[row] = sum;
      }
      weights.set(bucket, own);
    }
    return weights;
  }

  #tops(weights: ReadonlyMap<Bucket, Float64Array>): number[] {
    return this.#buckets.filter((bucket) => bucket.isTop).map((bucket) => weights.get(bucket)?.[0] ?? 0);
  }

  #countExactly(): bigint {
    const weights = new Map<Bucket, bigint[]>();
    let total = 1n;
    for (const bucket of this.#buckets) {
      const own = Array.from({ length: bucket.rows }, (_, row) => {
        let sum = 0n;
        for (let entry = at(bucket.starts, row); entry < at(bucket.starts, row + 1); entry++) {
          let weight = 1n;
          for (const branch of bucket.branches) weight *= weights.get(branch.bucket)?.[at(branch.rows, entry)] ?? 0n;
          sum += weight;
        }
        return sum;
      });
      weights.set(bucket, own);
      if (bucket.isTop) total *= own[0] ?? 0n;
    }
    return total;
  }
}

interface Bucket {
  readonly service: number;
  /** Whether the scope is empty: the top of an independent part, with one row at most. */
  readonly isTop: boolean;
  readonly rows: number;
  /** First entry of each row, and the end. */
  readonly starts: Int32Array;
  /** Position of the service, per entry. */
  readonly positions: Int32Array;
  /** Buckets below, with the row that each entry leads to. */
  readonly branches: readonly { readonly bucket: Bucket; readonly rows: Int32Array }[];
  /** The row of a choice of the scope, by its key; -1 when there is none. */
  readonly rowOf: (key: number) => number;
  /** The scope, outermost first, with what each choice adds to the key: its index in the domain times the factor. */
  readonly scope: readonly { readonly service: number; readonly factor: number }[];
}

function product(factors: readonly number[]): number {
  return factors.reduce((result, factor) => result * factor, 1);
}

function entryWeight(bucket: Bucket, entry: number, weights: ReadonlyMap<Bucket, Float64Array>): number {
  let weight = 1;
  for (const branch of bucket.branches) weight *= weights.get(branch.bucket)?.[at(branch.rows, entry)] ?? 0;
  return weight;
}

/** Shares of the positions of one bucket; hands to each bucket below how often its rows are met, per completion of theirs. */
function shareOut(
  bucket: Bucket,
  weights: ReadonlyMap<Bucket, Float64Array>,
  above: ReadonlyMap<Bucket, Float64Array>,
): Map<number, number> {
  const shares = new Map<number, number>();
  for (let row = 0; row < bucket.rows; row++) {
    const met = above.get(bucket)?.[row] ?? 0;
    if (met === 0) continue;
    for (let entry = at(bucket.starts, row); entry < at(bucket.starts, row + 1); entry++) {
      const share = met * entryWeight(bucket, entry, weights);
      const position = at(bucket.positions, entry);
      shares.set(position, (shares.get(position) ?? 0) + share);
      for (const branch of bucket.branches) {
        const target = above.get(branch.bucket) as Float64Array;
        const below = at(branch.rows, entry);
        target[below] = (target[below] as number) + share / (weights.get(branch.bucket)?.[below] ?? 1);
      }
    }
  }
  return shares;
}

function buildBucket(
  domains: Domains,
  service: number,
  scope: readonly number[],
  below: readonly Bucket[],
  budget: { left: number },
): Bucket | null {
  const plan = planOf(domains, service, scope, below);
  if (plan.cells > Number.MAX_SAFE_INTEGER) return null;
  const depth = plan.levels.length - 1;
  const keys: number[] = [];
  const starts = [0];
  const positions: number[] = [];
  const branchRows = below.map((): number[] => []);
  const chosen = new Int32Array(depth + 1);
  const keyAt = new Float64Array(depth + 2);
  const fill = (level: number): void => {
    const { values, arcs, factor } = plan.levels[level] as Level;
    for (let index = 0; index < values.length && budget.left > 0; index++) {
      budget.left--;
      const position = values[index] as number;
      if (!arcs.every(({ arc, level: earlier }) => domains.network.allows(arc, at(chosen, earlier), position))) continue;
      chosen[level] = position;
      plan.indices[level] = index;
      keyAt[level + 1] = (keyAt[level] as number) + index * factor;
      if (level < depth) fill(level + 1);
      else if (plan.lookUp()) {
        positions.push(position);
        plan.found.forEach((row, branch) => void branchRows[branch]?.push(row));
      }
    }
    if (level !== depth || positions.length === starts.at(-1)) return;
    keys.push(keyAt[level] as number);
    starts.push(positions.length);
  };
  fill(0);
  if (budget.left <= 0) return null;
  return {
    service,
    isTop: scope.length === 0,
    rows: keys.length,
    starts: Int32Array.from(starts),
    positions: Int32Array.from(positions),
    branches: below.map((bucket, index) => ({ bucket, rows: Int32Array.from(branchRows[index] ?? []) })),
    rowOf: indexOf(keys, plan.cells),
    scope: scope.map((member, level) => ({ service: member, factor: (plan.levels[level] as Level).factor })),
  };
}

interface Level {
  readonly values: readonly number[];
  /** Arcs from services of earlier levels to the one of this level. */
  readonly arcs: readonly { readonly arc: number; readonly level: number }[];
  readonly factor: number;
}

interface Plan {
  readonly levels: readonly Level[];
  readonly cells: number;
  /** Index in its domain of what each level has now. */
  readonly indices: Int32Array;
  /** Rows of the buckets below for what all levels have now; false when one has none. */
  readonly lookUp: () => boolean;
  readonly found: Int32Array;
}

function planOf(domains: Domains, service: number, scope: readonly number[], below: readonly Bucket[]): Plan {
  const members = [...scope, service];
  const levelOf = new Map(members.map((member, level) => [member, level]));
  let cells = 1;
  const levels = members.map((member): Level => {
    const values = positionsOf(domains, member);
    const factor = cells;
    if (member !== service) cells *= values.length;
    return { values, arcs: earlierArcs(domains.network, member, levelOf), factor: member === service ? 0 : factor };
  });
  const indices = new Int32Array(members.length);
  const found = new Int32Array(below.length);
  const terms = below.map((bucket) => bucket.scope.map(({ service: member, factor }) => ({ level: levelOf.get(member) ?? 0, factor })));
  const lookUp = () =>
    below.every((bucket, branch) => {
      let key = 0;
      for (const { level, factor } of terms[branch] ?? []) key += at(indices, level) * factor;
      found[branch] = bucket.rowOf(key);
      return found[branch] !== -1;
    });
  return { levels, cells, indices, lookUp, found };
}

function positionsOf(domains: Domains, service: number): number[] {
  const positions: number[] = [];
  for (let position = domains.below(service); position !== -1; position = domains.below(service, position)) positions.push(position);
  return positions;
}

function earlierArcs(network: Network, service: number, levelOf: ReadonlyMap<number, number>): { arc: number; level: number }[] {
  const own = levelOf.get(service) ?? 0;
  const arcs: { arc: number; level: number }[] = [];
  for (const [other, level] of levelOf) {
    if (level >= own) continue;
    for (let arc = at(network.first, other); arc < at(network.first, other + 1); arc++) {
      if (at(network.target, arc) === service) arcs.push({ arc, level });
    }
  }
  return arcs;
}

function indexOf(keys: readonly number[], cells: number): (key: number) => number {
  if (cells > DIRECT_CELLS_MAX) {
    const rows = new Map(keys.map((key, row) => [key, row]));
    return (key) => rows.get(key) ?? -1;
  }
  const rows = new Int32Array(cells).fill(-1);
  keys.forEach((key, row) => {
    rows[key] = row;
  });
  return (key) => rows[key] ?? -1;
}
