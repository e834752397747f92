/**
 * Who must go first when every service moves once, and which cannot be told apart.
 *
 * For an edge between two services that both move: consumer new with provider old must not meet ⇒ the provider goes first; consumer old with
 * provider new must not meet ⇒ the consumer does. A set of services that have moved is consistent ⇔ it is closed under these arcs, so a safe
 * order of single moves exists ⇔ the digraph has no cycle; a cycle lies within a strongly connected component (Tarjan 1972).
 *
 * Invariant: components come in a safe order: whatever one requires stands before it.
 */
import type { Moves } from "./completion.ts";
import { type PlanMesh, STAY } from "./plan-mesh.ts";

/** `requires[k]`: the services that must move before the one at place k, by place; places follow the order of `services`. */
export interface Precedence {
  readonly services: readonly number[];
  readonly requires: readonly (readonly number[])[];
}

/** Arcs of the moves. `soft`: also where the mixed pair is only unproven, as far as no new cycle comes of it. */
export function precedenceOf(mesh: PlanMesh, moves: Moves, soft = false): Precedence {
  const services = [...moves.keys()].sort((left, right) => left - right);
  const places = new Int32Array(mesh.problem.services.length).fill(-1);
  services.forEach((service, place) => {
    places[service] = place;
  });
  const requires: number[][] = services.map(() => []);
  const wishes: [number, number][] = [];
  const put = (edge: number, place: number, first: number, consumerValue: number, providerValue: number) => {
    if (!mesh.fits(edge, consumerValue, providerValue)) requires[place]?.push(first);
    else if (soft && isUnproven(mesh, edge, consumerValue, providerValue)) wishes.push([place, first]);
  };
  services.forEach((service, place) => {
    for (const edge of mesh.edgesOf(service)) {
      const provider = mesh.providerOf(edge);
      const providerPlace = places[provider] ?? -1;
      if (mesh.consumerOf(edge) !== service || provider === service || providerPlace === -1) continue;
      put(edge, place, providerPlace, moves.get(service) ?? STAY, STAY);
      put(edge, providerPlace, place, STAY, moves.get(provider) ?? STAY);
    }
  });
  if (wishes.length > 0) grant(requires, wishes);
  return { services, requires };
}

function isUnproven(mesh: PlanMesh, edge: number, consumerValue: number, providerValue: number): boolean {
  for (const one of mesh.versionsAt(mesh.consumerOf(edge), consumerValue)) {
    for (const other of mesh.versionsAt(mesh.providerOf(edge), providerValue)) {
      if (mesh.isUnproven(edge, one, other) && !mesh.metBefore(edge, one, other)) return true;
    }
  }
  return false;
}

const WISHES_TRIED_ONE_BY_ONE = 200;

/** Adds all wishes that lie on no cycle, and of the others, one after another, those that close none; beyond 200 of them none. */
function grant(requires: number[][], wishes: readonly [number, number][]): void {
  const all = requires.map((list) => [...list]);
  for (const [from, to] of wishes) all[from]?.push(to);
  const componentOf = new Int32Array(requires.length);
  componentsOf(all).forEach((component, index) => {
    for (const place of component) componentOf[place] = index;
  });
  const doubtful = wishes.filter(([from, to]) => componentOf[from] === componentOf[to]);
  for (const [from, to] of wishes) if (componentOf[from] !== componentOf[to]) requires[from]?.push(to);
  if (doubtful.length > WISHES_TRIED_ONE_BY_ONE) return;
  for (const [from, to] of doubtful) if (!reaches(requires, to, from)) requires[from]?.push(to);
}

function reaches(requires: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place === to) return true;
    for (const next of requires[place] ?? []) {
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  }
  return false;
}

/** Strongly connected components, each after those that it requires; members in ascending order. */
export function componentsOf(requires: readonly (readonly number[])[]): number[][] {
  return new Tarjan(requires).components();
}

/** Iterative, so that a chain of any length costs no stack. */
class Tarjan {
  readonly #requires: readonly (readonly number[])[];
  readonly #index: Int32Array;
  readonly #low: Int32Array;
  readonly #isOpen: Uint8Array;
  readonly #nextArc: Int32Array;
  readonly #open: number[] = [];
  readonly #path: number[] = [];
  readonly #components: number[][] = [];
  #counter = 0;

  constructor(requires: readonly (readonly number[])[]) {
    this.#requires = requires;
    this.#index = new Int32Array(requires.length).fill(-1);
    this.#low = new Int32Array(requires.length);
    this.#isOpen = new Uint8Array(requires.length);
    this.#nextArc = new Int32Array(requires.length);
  }

  components(): number[][] {
    for (let root = 0; root < this.#requires.length; root++) {
      if (this.#index[root] !== -1) continue;
      this.#enter(root);
      for (let place = this.#path.at(-1); place !== undefined; place = this.#path.at(-1)) this.#advance(place);
    }
    return this.#components;
  }

  #advance(place: number): void {
    const arc = this.#nextArc[place] ?? 0;
    const next = this.#requires[place]?.[arc];
    if (next === undefined) {
      this.#leave(place);
      return;
    }
    this.#nextArc[place] = arc + 1;
    if (this.#index[next] === -1) this.#enter(next);
    else if (this.#isOpen[next] === 1) this.#lower(place, this.#index[next]);
  }

  #enter(place: number): void {
    this.#index[place] = this.#counter;
    this.#low[place] = this.#counter++;
    this.#isOpen[place] = 1;
    this.#open.push(place);
    this.#path.push(place);
  }

  #leave(place: number): void {
    this.#path.pop();
    const parent = this.#path.at(-1);
    if (parent !== undefined) this.#lower(parent, this.#low[place]);
    if (this.#low[place] !== this.#index[place]) return;
    const component: number[] = [];
    for (let member = this.#open.pop(); member !== undefined; member = this.#open.pop()) {
      this.#isOpen[member] = 0;
      component.push(member);
      if (member === place) break;
    }
    this.#components.push(component.sort((left, right) => left - right));
  }

  #lower(place: number, to: number | undefined): void {
    this.#low[place] = Math.min(this.#low[place] ?? 0, to ?? 0);
  }
}
