/**
 * Completes a target: which services that nobody named must move too, and where to, so that the end is consistent; fewest moves.
 *
 * `solve/nearest.ts` moves fewest services as well, from one version each, over the domains of the whole mesh. Here a service may stay at several live
 * versions, what met before does not count against them, every end of fewest moves is wanted, and what nothing presses on is never read. Neither can
 * stand in for the other: a domain has one version per value, and on a large mesh the domains alone would cost more than this search.
 *
 * A service that stays keeps all its live versions. It must move exactly when what it stays at cannot meet what a neighbour has been given. So
 * the search decides only services that are in conflict with one already decided, and prunes by the number of those still in conflict: every
 * consistent end that holds the decisions moves them too. Where each has one value left (as with old and new only) nothing branches and the
 * whole is O(V + E): the closure of theory "each service moves once".
 *
 * Invariant: unless `stopped`, the completions found are all of the fewest moves, and none found means that there is none. Ends of the same
 * number of moves are ordered by unproven pairs at the end, then by nearness; of more than `limit` of them some are not listed.
 */
import { type PlanMesh, STAY } from "./plan-mesh.ts";

/** Position by service, for every service that is not to stay. */
export type Moves = ReadonlyMap<number, number>;

export interface Completions {
  readonly found: readonly Moves[];
  /** The search ended at `maxNodes`. */
  readonly stopped: boolean;
  /** Services that were decided or could not be: where nothing was found, the reasons are all between these. */
  readonly touched: ReadonlySet<number>;
}

const LIMIT = 6;
const MAX_NODES = 20_000;

/** Ends that hold the target, of the fewest moves. */
export function completionsOf(mesh: PlanMesh, target: ReadonlyMap<number, number>, limit = LIMIT, maxNodes = MAX_NODES): Completions {
  return new Completion(mesh, limit, maxNodes).run(target);
}

class Completion {
  readonly #mesh: PlanMesh;
  readonly #limit: number;
  #nodesLeft: number;
  readonly #values: Int32Array;
  readonly #decided: Uint8Array;
  readonly #trail: number[] = [];
  /** In conflict with a decided neighbour and not yet decided. */
  readonly #conflicted = new Set<number>();
  readonly #touched = new Set<number>();
  #found: Moves[] = [];
  #best = Number.POSITIVE_INFINITY;
  #moved = 0;

  constructor(mesh: PlanMesh, limit: number, maxNodes: number) {
    this.#mesh = mesh;
    this.#limit = limit;
    this.#nodesLeft = maxNodes;
    this.#values = new Int32Array(mesh.problem.services.length).fill(STAY);
    this.#decided = new Uint8Array(mesh.problem.services.length);
  }

  run(target: ReadonlyMap<number, number>): Completions {
    for (const [service, position] of target) {
      const { live } = this.#mesh.service(service);
      this.#decide(service, live.length === 1 && live[0] === position ? STAY : position);
    }
    if (this.#propagate([...target.keys()])) this.#search();
    return { found: this.#ranked(), stopped: this.#nodesLeft <= 0, touched: this.#touched };
  }

  /** Fewest unproven pairs at the end first. */
  #ranked(): readonly Moves[] {
    if (this.#found.length < 2) return this.#found;
    const ranked = this.#found.map((moves) => ({ moves, unproven: unprovenAt(this.#mesh, moves) }));
    return ranked.sort((left, right) => left.unproven - right.unproven).map(({ moves }) => moves);
  }

  #search(): void {
    if (this.#nodesLeft-- <= 0) return;
    const next = this.#narrowest();
    if (next === null) {
      this.#keep();
      return;
    }
    for (const position of next.values) {
      const mark = this.#trail.length;
      const conflicts = [...this.#conflicted];
      this.#decide(next.service, position);
      if (this.#propagate([next.service])) this.#search();
      this.#undo(mark, conflicts);
      if (this.#nodesLeft <= 0) return;
    }
  }

  /** Decides all that has one value left; false where something has none, or where this can be no better than what was found. */
  #propagate(changed: readonly number[]): boolean {
    const decided = [...changed];
    // The list grows while it is walked.
    for (const service of decided) {
      const pressed = this.#pressedBy(service);
      if (pressed === null) return false;
      for (const neighbour of pressed) {
        if (this.#decided[neighbour] === 1) continue;
        this.#conflicted.add(neighbour);
        const values = this.#valuesOf(neighbour, 2);
        if (values.length === 0) return false;
        if (values.length > 1) continue;
        this.#decide(neighbour, values[0] ?? 0);
        decided.push(neighbour);
      }
      const atLeast = this.#moved + this.#conflicted.size;
      if (atLeast > this.#best || (atLeast === this.#best && this.#found.length >= this.#limit)) return false;
    }
    return true;
  }

  /** The undecided neighbours that cannot stay, or whose choice is narrower now; null where a decided one does not fit. */
  #pressedBy(service: number): readonly number[] | null {
    const mesh = this.#mesh;
    const value = this.#values[service] ?? STAY;
    const pressed: number[] = [];
    for (const edge of mesh.edgesOf(service)) {
      const other = mesh.otherEnd(edge, service);
      if (other === service && !mesh.fits(edge, value, value)) return this.#fail(service, other);
      if (other === service) continue;
      const fits = mesh.fitsBetween(edge, service, value, this.#values[other] ?? STAY);
      if (this.#decided[other] === 1) {
        if (!fits) return this.#fail(service, other);
      } else if (!fits || this.#conflicted.has(other)) pressed.push(other);
    }
    return pressed;
  }

  #fail(...services: readonly number[]): null {
    for (const service of services) this.#touched.add(service);
    return null;
  }

  /** What a service in conflict may be moved to, as far as decided neighbours say; no more than `atMost`. */
  #valuesOf(service: number, atMost: number): readonly number[] {
    this.#touched.add(service);
    const mesh = this.#mesh;
    const values: number[] = [];
    for (const position of mesh.domainOf(service)) {
      if (this.#fitsDecided(service, position)) values.push(position);
      if (values.length >= atMost) break;
    }
    return values;
  }

  #fitsDecided(service: number, position: number): boolean {
    const mesh = this.#mesh;
    for (const edge of mesh.edgesOf(service)) {
      const other = mesh.otherEnd(edge, service);
      if (other === service) {
        if (!mesh.fits(edge, position, position)) return false;
      } else if (this.#decided[other] === 1 && !mesh.fitsBetween(edge, service, position, this.#values[other] ?? STAY)) return false;
    }
    return true;
  }

  #narrowest(): { service: number; values: readonly number[] } | null {
    let best: { service: number; values: readonly number[] } | null = null;
    for (const service of this.#conflicted) {
      const values = this.#valuesOf(service, Number.POSITIVE_INFINITY);
      if (best === null || values.length < best.values.length) best = { service, values };
    }
    return best;
  }

  #decide(service: number, value: number): void {
    this.#touched.add(service);
    this.#values[service] = value;
    this.#decided[service] = 1;
    this.#conflicted.delete(service);
    this.#trail.push(service);
    if (value !== STAY) this.#moved++;
  }

  #undo(mark: number, conflicts: readonly number[]): void {
    for (let service = this.#trail.length > mark ? this.#trail.pop() : undefined; service !== undefined; ) {
      if (this.#values[service] !== STAY) this.#moved--;
      this.#values[service] = STAY;
      this.#decided[service] = 0;
      service = this.#trail.length > mark ? this.#trail.pop() : undefined;
    }
    this.#conflicted.clear();
    for (const service of conflicts) this.#conflicted.add(service);
  }

  #keep(): void {
    if (this.#moved < this.#best) {
      this.#best = this.#moved;
      this.#found = [];
    }
    if (this.#found.length >= this.#limit) return;
    const moves = new Map<number, number>();
    for (const service of this.#trail) if (this.#values[service] !== STAY) moves.set(service, this.#values[service] ?? 0);
    this.#found.push(moves);
  }
}

/** Unproven pairs that meet at the end and have a service that moved in them. */
function unprovenAt(mesh: PlanMesh, moves: Moves): number {
  let count = 0;
  for (const [service, position] of moves) {
    for (const edge of mesh.edgesOf(service)) {
      const other = mesh.otherEnd(edge, service);
      const isConsumer = mesh.consumerOf(edge) === service;
      if (moves.has(other) && !isConsumer) continue;
      for (const version of mesh.versionsAt(other, moves.get(other) ?? STAY)) {
        if (isConsumer ? mesh.isUnproven(edge, position, version) : mesh.isUnproven(edge, version, position)) count++;
      }
    }
  }
  return count;
}
