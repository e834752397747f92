/**
 * A space with some services pinned, kept up to date while pins come and go: which versions are still possible, and the newest and oldest
 * configuration. Small enough to run in the browser while somebody clicks.
 *
 * Two answers of different cost:
 * - `possible`: arc consistent after a pin, at once (empty once that, or a later question, showed a contradiction). It never misses a version that some configuration has, but may keep one that none has;
 * - `feasible`: exact. A version is feasible when a whole consistent configuration with the pins has it (its witness).
 *
 * Witnesses: one configuration is kept (`base`), and for each feasible version how its witness differs from that. After a pin the base is
 * repaired around what the pin pushed; a stored difference laid over the new base is checked along its own edges only, and just where that
 * fails a search around the version looks for another one. So exactness costs what changed, not the mesh.
 *
 * Invariants: `base` is a consistent configuration with all pins (the latest excepted, until a question needs it), or null where there is none; versions that were refuted stay so until a pin
 * goes; `isSettled` is false once a search gave up: versions it could not decide count as feasible, since nothing disproves them.
 */
import { Bitset } from "../bitset.ts";
import type { Configuration, Space } from "../space.ts";
import { Domains } from "./domains.ts";
import { at, Network } from "./network.ts";
import { DECISIONS_MAX, firstConfiguration, readConfiguration, search, strayed } from "./search.ts";

/** Decisions that one version may cost, so that a pathological part of a mesh does not hold up the others. */
const DECISIONS_PER_VERSION = 5_000;

/** Decisions of one settling: about half a second of a thread at worst, far more than meshes of some hundred services need. */
const DECISIONS_PER_SETTLING = 50_000;

/** Where a witness differs from the base: services and their positions in turn. */
type Difference = readonly number[];

export class NarrowedSpace {
  readonly space: Space;
  readonly #domains: Domains;
  readonly #pins = new Map<number, number>();
  /** Trail position before each pin that the domains are narrowed to: all in order, or those before the first that cannot be. */
  readonly #marks: number[] = [];
  readonly #isEmpty: boolean;
  #base: Int32Array | null = null;
  /** Trail position since which the base may miss pins; null where it has them all. */
  #pendingSince: number | null = null;
  #isStale = true;
  readonly #witnesses = new Map<number, Difference>();
  /** Versions with a witness that is known to hold since the last pin, by key. */
  #shown = new Set<number>();
  #isSettled = true;
  #decisionsLeft = 0;

  constructor(space: Space) {
    this.space = space;
    this.#domains = new Domains(new Network(space));
    this.#isEmpty = !this.#domains.propagateAll();
    const first = this.#isEmpty ? "none" : firstConfiguration(this.#domains);
    if (first === "gave-up") this.#isSettled = false;
    this.#base = typeof first === "string" ? null : first;
  }

  get pins(): ReadonlyMap<number, number> {
    return this.#pins;
  }

  /** Whether a configuration with all the pins is known. */
  get isConsistent(): boolean {
    return this.#upToDate() !== null;
  }

  /** Whether every answer so far is decided; false once a search gave up. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Fixes a service, in place of what it was fixed to. Pins that contradict each other stay pinned; only then nothing is possible. */
  pin(service: number, position: number): void {
    if (this.#pins.has(service)) this.unpin(service);
    this.#pins.set(service, position);
    if (this.#base !== null) this.#apply(service, position);
  }

  /** Lets a service go. */
  unpin(service: number): void {
    const order = [...this.#pins.keys()];
    const index = order.indexOf(service);
    if (index === -1) return;
    const base = this.#upToDate();
    this.#pins.delete(service);
    this.#isStale = true;
    const mark = this.#marks[index];
    if (mark !== undefined) this.#domains.undo(mark);
    this.#marks.length = Math.min(index, this.#marks.length);
    if (base === null) {
      this.#restart();
      return;
    }
    // The base has all the pins that stay: nothing to look for.
    for (const other of order.slice(index + 1)) this.#narrow(other, this.#pins.get(other) ?? -1);
  }

  /** Positions that arc consistency leaves; none when the pins contradict each other. */
  possible(service: number): Bitset {
    const size = this.space.services[service]?.order.size ?? 0;
    if (this.#base === null) return Bitset.empty(size);
    return Bitset.from(size, (position) => this.#domains.has(service, position));
  }

  /** Positions that some consistent configuration with the pins has. */
  feasible(service: number): Bitset {
    if (this.#isStale) this.settle();
    return this.possible(service);
  }

  /** Makes `possible` exact for all services, by taking away every version without a witness. */
  settle(decisionsMax = DECISIONS_PER_SETTLING): void {
    this.#isStale = false;
    const base = this.#upToDate();
    if (base === null) return;
    this.#decisionsLeft = decisionsMax;
    this.#shown = new Set(Array.from(base, (position, service) => this.#keyOf(service, position)));
    for (let service = 0; service < this.space.services.length; service++) this.#settleService(service);
  }

  /**
   * The newest consistent configuration with the pins, or the oldest: services in the order of the space, each as new (old) as those before
   * leave it. So none could be newer with all others the same or newer; where the edges allow it (max-closed: of any two consistent
   * configurations the newer of each service is consistent too) it is the one in which every service is as new as it ever can be.
   */
  extreme(direction: "newest" | "oldest"): Configuration | null {
    const base = this.#upToDate();
    if (base === null) return null;
    const domains = this.#domains;
    const start = domains.mark();
    const before = direction === "newest" ? (a: number, b: number) => a > b : (a: number, b: number) => a < b;
    const step = (service: number, from?: number) => (direction === "newest" ? domains.below(service, from) : domains.above(service, from));
    let best = base;
    for (let service = 0; service < best.length; service++) {
      for (let position = step(service); before(position, at(best, service)); position = step(service, position)) {
        const better = this.#repair(best, service, position, direction);
        if (better === null) continue;
        best = better;
        break;
      }
      domains.assign(service, at(best, service));
    }
    domains.undo(start);
    return [...best];
  }

  #restart(): void {
    const first = this.#isEmpty ? "none" : firstConfiguration(this.#domains);
    if (first === "gave-up") this.#isSettled = false;
    this.#base = typeof first === "string" ? null : first;
    this.#pendingSince = null;
    this.#witnesses.clear();
    for (const [service, position] of [...this.#pins].slice(this.#marks.length)) if (this.#base !== null) this.#apply(service, position);
  }

  #narrow(service: number, position: number): boolean {
    this.#marks.push(this.#domains.mark());
    return this.#domains.assign(service, position);
  }

  #apply(service: number, position: number): void {
    const mark = this.#domains.mark();
    this.#isStale = true;
    if (this.#narrow(service, position)) {
      this.#pendingSince ??= mark;
      return;
    }
    this.#marks.pop();
    this.#domains.undo(mark);
    this.#base = null;
  }

  /** The base, repaired around what pins have pushed since it was last asked for; null where no configuration has them all. */
  #upToDate(): Int32Array | null {
    const since = this.#pendingSince;
    if (this.#base === null || since === null) return this.#base;
    const base = this.#base;
    const domains = this.#domains;
    const mark = domains.mark();
    const end = search(domains, { next: () => strayed(domains, base, since), reference: base, decisionsMax: DECISIONS_MAX });
    if (end === "gave-up") this.#isSettled = false;
    this.#base = end === "found" ? readConfiguration(domains, base) : null;
    this.#pendingSince = null;
    domains.undo(mark);
    return this.#base;
  }

  /** A configuration within the domains that has this position and is otherwise like a known one; null where there is none. */
  #repair(
    known: Int32Array,
    service: number,
    position: number,
    prefer: "newest" | "oldest" = "newest",
    decisionsMax = DECISIONS_PER_VERSION,
  ): Int32Array | null {
    const domains = this.#domains;
    const mark = domains.mark();
    let found: Int32Array | null = null;
    if (domains.assign(service, position)) {
      const end = search(domains, { next: () => strayed(domains, known, mark), reference: known, prefer, decisionsMax });
      if (end === "found") found = readConfiguration(domains, known);
      if (end === "gave-up") this.#isSettled = false;
    }
    domains.undo(mark);
    return found;
  }

  #keyOf(service: number, position: number): number {
    return service * this.#domains.network.stride * 32 + position;
  }

  #settleService(service: number): void {
    const domains = this.#domains;
    for (let position = domains.below(service); position !== -1; position = domains.below(service, position)) {
      const key = this.#keyOf(service, position);
      if (this.#shown.has(key)) continue;
      const known = this.#witnesses.get(key);
      if (known !== undefined && this.#stillHolds(known)) this.#show(known);
      else if (this.#findWitness(service, position) === "none") domains.remove(service, position);
    }
  }

  /** Looks for a witness and stores it for all versions that it shows. On its way it favours versions that have none yet. */
  #findWitness(service: number, position: number): "found" | "none" | "gave-up" {
    const domains = this.#domains;
    const base = this.#base as Int32Array;
    const mark = domains.mark();
    let end: "found" | "none" | "gave-up" = "none";
    if (domains.assign(service, position)) {
      const next = () => {
        this.#decisionsLeft--;
        return strayed(domains, base, mark);
      };
      const favour = (one: number) => {
        let wanted = domains.below(one);
        while (wanted !== -1 && this.#shown.has(this.#keyOf(one, wanted))) wanted = domains.below(one, wanted);
        return wanted;
      };
      end = search(domains, { next, reference: base, favour, decisionsMax: Math.min(DECISIONS_PER_VERSION, this.#decisionsLeft) });
    }
    if (end === "found") this.#store(mark);
    if (end === "gave-up") this.#isSettled = false;
    domains.undo(mark);
    return end;
  }

  #show(witness: Difference): void {
    for (let index = 0; index < witness.length; index += 2) {
      this.#shown.add(this.#keyOf(witness[index] as number, witness[index + 1] as number));
    }
  }

  #store(since: number): void {
    const domains = this.#domains;
    const base = this.#base as Int32Array;
    const difference: number[] = [];
    const seen = new Set<number>();
    for (let index = since; index < domains.mark(); index++) {
      const service = domains.trailed(index);
      if (seen.has(service) || domains.has(service, at(base, service))) continue;
      seen.add(service);
      difference.push(service, domains.below(service));
    }
    for (let index = 0; index < difference.length; index += 2) {
      this.#witnesses.set(this.#keyOf(difference[index] as number, difference[index + 1] as number), difference);
    }
    this.#show(difference);
  }

  /** Whether the base with a difference laid over it is a consistent configuration; only edges that touch the difference can say no. */
  #stillHolds(difference: Difference): boolean {
    const { network } = this.#domains;
    const base = this.#base as Int32Array;
    const before: number[] = [];
    for (let index = 0; index < difference.length; index += 2) {
      const service = difference[index] as number;
      before.push(at(base, service));
      base[service] = difference[index + 1] as number;
    }
    let holds = true;
    for (let index = 0; index < difference.length && holds; index += 2) {
      const service = difference[index] as number;
      const position = difference[index + 1] as number;
      holds = this.#domains.has(service, position);
      for (let arc = at(network.first, service); holds && arc < at(network.first, service + 1); arc++) {
        holds = network.allows(arc, position, at(base, at(network.target, arc)));
      }
    }
    for (let index = 0; index < difference.length; index += 2) base[difference[index] as number] = before[index / 2] as number;
    return holds;
  }
}
