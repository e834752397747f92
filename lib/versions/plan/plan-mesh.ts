/**
 * A plan problem made ready for searching: the edges of each service, and what may meet, under rules that a search for a conflict can change.
 *
 * A service stands at a *value*: `STAY`, all the versions that are live at the start, or one position. Everything that is asked of a value holds
 * for every version in it.
 *
 * Invariant: two services that have both not moved fit each other under any rules: what meets there met before the plan, and is no step's doing.
 * As soon as one of them moves, every pair that it arrives in has to be allowed. Otherwise a mesh with one broken or overridden pair could not be
 * led out of it. The checker keeps the same rule: it asks about arrivals only.
 */

import { invariant } from "../../std/index.ts";
import { PackedRelations } from "./packed-relations.ts";
import type { PlanEdge, PlanProblem, PlanService } from "./plan-problem.ts";

/** The value of a service that has not moved. */
export const STAY = -1;

/** What may meet and what may follow on what; positions, edges and services by number. */
export interface PlanRules {
  mayMeet(edge: number, consumer: number, provider: number): boolean;
  mayStep(service: number, from: number, to: number): boolean;
}

/** One service goes from a value to a position. */
export interface Move {
  readonly service: number;
  readonly from: number;
  readonly to: number;
}

/** One move on its own, or several as one switch: old and new of those never meet. */
export interface Block {
  readonly kind: "move" | "lane";
  readonly moves: readonly Move[];
}

/** The rules that the relations of the problem give; `pairs: "proven"` lets nothing meet that is not proven. */
export function rulesOf(problem: PlanProblem, pairs: "allowed" | "proven" = "allowed"): PlanRules {
  const relations = PackedRelations.of(problem.edges, pairs);
  return {
    mayMeet: (edge, consumer, provider) => relations.has(edge, consumer, provider),
    mayStep: (service, from, to) => problem.services[service]?.steps.has(from, to) === true,
  };
}

export class PlanMesh {
  readonly problem: PlanProblem;
  readonly rules: PlanRules;
  /** A service that has one more version than are registered: it works with everything. Its position is the size of the order. */
  readonly joker: number;
  readonly #avoided: ReadonlySet<string>;
  readonly #index: EdgeIndex;
  readonly #proven: PackedRelations;

  constructor(problem: PlanProblem, avoided: ReadonlySet<string> = new Set(), rules = rulesOf(problem), base?: PlanMesh, joker = -1) {
    this.problem = problem;
    this.rules = rules;
    this.joker = joker;
    this.#avoided = avoided;
    this.#index = base === undefined ? indexOf(problem) : base.#index;
    this.#proven = PackedRelations.of(problem.edges, "proven");
  }

  /** The same mesh under other rules. */
  under(rules: PlanRules, joker = -1): PlanMesh {
    return new PlanMesh(this.problem, this.#avoided, rules, this, joker);
  }

  service(service: number): PlanService {
    const found = this.problem.services[service];
    invariant(found !== undefined, "a service of a plan problem by a number it does not have");
    return found;
  }

  edge(edge: number): PlanEdge {
    const found = this.problem.edges[edge];
    invariant(found !== undefined, "an edge of a plan problem by a number it does not have");
    return found;
  }

  /** The edges that begin or end at a service, by number; one to itself comes once. */
  edgesOf(service: number): Int32Array {
    const { incident, offsets } = this.#index;
    return incident.subarray(offsets[service] ?? 0, offsets[service + 1] ?? 0);
  }

  consumerOf(edge: number): number {
    return this.#index.consumers[edge] ?? -1;
  }

  providerOf(edge: number): number {
    return this.#index.providers[edge] ?? -1;
  }

  /** The service at the other end of one of its edges. */
  otherEnd(edge: number, service: number): number {
    const consumer = this.consumerOf(edge);
    return consumer === service ? this.providerOf(edge) : consumer;
  }

  versionsAt(service: number, value: number): readonly number[] {
    return value === STAY ? this.service(service).live : single(value);
  }

  /** Positions that a service may be moved to without having been asked to, those nearest to where it is first, and newer before older. */
  domainOf(service: number): readonly number[] {
    const { candidates, live, order } = this.service(service);
    const from = live[0];
    if (from === undefined) return [];
    const free = [...candidates].filter(
      (position) => !this.#avoided.has(`${service}@${position}`) && !(live.length === 1 && position === from),
    );
    if (this.joker === service) free.push(order.size);
    return free.sort((left, right) => Math.abs(left - from) - Math.abs(right - from) || right - left);
  }

  isAvoided(service: number, position: number): boolean {
    return this.#avoided.has(`${service}@${position}`);
  }

  /** Whether a service that moved away may be back where it was: one version, and one that fits its neighbours as they are. */
  mayReturn(service: number): boolean {
    const { live } = this.service(service);
    const only = live[0];
    if (only === undefined || live.length > 1 || this.isAvoided(service, only)) return false;
    return [...this.edgesOf(service)].every((edge) => this.fitsBetween(edge, service, only, STAY));
  }

  mayMeet(edge: number, consumer: number, provider: number): boolean {
    return this.isJoker(edge, consumer, provider) || this.rules.mayMeet(edge, consumer, provider);
  }

  /** Whether both versions are live at the start. */
  metBefore(edge: number, consumer: number, provider: number): boolean {
    return this.service(this.consumerOf(edge)).live.includes(consumer) && this.service(this.providerOf(edge)).live.includes(provider);
  }

  /** Whether every version of the one value may meet every version of the other, on one edge. */
  fits(edge: number, consumerValue: number, providerValue: number): boolean {
    if (consumerValue === STAY && providerValue === STAY) return true;
    const consumers = this.versionsAt(this.consumerOf(edge), consumerValue);
    const providers = this.versionsAt(this.providerOf(edge), providerValue);
    for (const one of consumers) for (const other of providers) if (!this.mayMeet(edge, one, other)) return false;
    return true;
  }

  /** `fits`, the values given by service and not by role. */
  fitsBetween(edge: number, service: number, value: number, otherValue: number): boolean {
    return this.consumerOf(edge) === service ? this.fits(edge, value, otherValue) : this.fits(edge, otherValue, value);
  }

  /** Whether old and new may run side by side, the new one after the old. Edges to itself are not looked at: within a lane they do not matter. */
  mayStep({ service, from, to }: Move): boolean {
    const { order } = this.service(service);
    return this.versionsAt(service, from).every(
      (version) =>
        version === to ||
        (service === this.joker && (version === order.size || to === order.size)) ||
        this.rules.mayStep(service, version, to),
    );
  }

  /** Whether a service may move on its own as far as it alone is concerned: `mayStep`, and old and new may call each other where it calls itself. */
  mayMove(move: Move): boolean {
    const { service, from, to } = move;
    if (!this.mayStep(move)) return false;
    for (const edge of this.edgesOf(service)) {
      if (this.otherEnd(edge, service) !== service) continue;
      if (!this.fits(edge, to, to)) return false;
      if (!this.versionsAt(service, from).includes(to) && !(this.fits(edge, from, to) && this.fits(edge, to, from))) return false;
    }
    return true;
  }

  /** Whether a pair is not proven; versions that do not exist are. */
  isUnproven(edge: number, consumer: number, provider: number): boolean {
    return !this.isJoker(edge, consumer, provider) && !this.#proven.has(edge, consumer, provider);
  }

  isJoker(edge: number, consumer: number, provider: number): boolean {
    if (this.joker < 0) return false;
    const { size } = this.service(this.joker).order;
    return (this.consumerOf(edge) === this.joker && consumer === size) || (this.providerOf(edge) === this.joker && provider === size);
  }
}

const SINGLES: (readonly number[])[] = [];

function single(position: number): readonly number[] {
  let set = SINGLES[position];
  if (set === undefined) {
    set = [position];
    SINGLES[position] = set;
  }
  return set;
}

interface EdgeIndex {
  readonly consumers: Int32Array;
  readonly providers: Int32Array;
  /** Per service, where its edges begin in `incident`. */
  readonly offsets: Int32Array;
  readonly incident: Int32Array;
}

/** By the edges it was read from, as one question about a mesh is followed by others about the same. */
const indexes = new WeakMap<readonly PlanEdge[], EdgeIndex>();

function indexOf(problem: PlanProblem): EdgeIndex {
  const known = indexes.get(problem.edges);
  if (known !== undefined && known.offsets.length === problem.services.length + 1) return known;
  const made = indexEdges(problem);
  indexes.set(problem.edges, made);
  return made;
}

function indexEdges({ services, edges }: PlanProblem): EdgeIndex {
  const consumers = Int32Array.from(edges, ({ consumer }) => consumer);
  const providers = Int32Array.from(edges, ({ provider }) => provider);
  const offsets = new Int32Array(services.length + 1);
  const count = (service: number) => {
    offsets[service + 1] = (offsets[service + 1] ?? 0) + 1;
  };
  for (const [edge, consumer] of consumers.entries()) {
    count(consumer);
    if (providers[edge] !== consumer) count(providers[edge] ?? 0);
  }
  for (let service = 0; service < services.length; service++) offsets[service + 1] = (offsets[service + 1] ?? 0) + (offsets[service] ?? 0);
  const next = offsets.slice();
  const incident = new Int32Array(offsets[services.length] ?? 0);
  const put = (service: number, edge: number) => {
    const at = next[service] ?? 0;
    incident[at] = edge;
    next[service] = at + 1;
  };
  for (const [edge, consumer] of consumers.entries()) {
    put(consumer, edge);
    if (providers[edge] !== consumer) put(providers[edge] ?? 0, edge);
  }
  return { consumers, providers, offsets, incident };
}
