/**
 * The configurations that a few services can stand in, and the moves between them; all else stands still.
 *
 * A configuration is a tuple of value numbers, one per service; number 0 is where the service stands at the start. What may meet is read once into
 * tables, so that a search costs look-ups only.
 *
 * By the canary lemma a move from one consistent configuration is safe ⇔ old and new may run side by side and the configuration after it is
 * consistent: whatever meets while both are live meets in one of the two. A lane changes several services at once: only both configurations and
 * each service's step matter.
 */
import { invariant } from "../../std/index.ts";
import { type Move, type PlanMesh, STAY } from "./plan-mesh.ts";

export interface BridgeQuestion {
  readonly services: readonly number[];
  /** Position by service where it shall end; a service that is not named may end anywhere. */
  readonly goal: ReadonlyMap<number, number>;
  /** Value of a service that is not among `services`. */
  readonly outside: (service: number) => number;
}

export type Tuple = readonly number[];

interface Link {
  readonly other: number;
  /** By own value × value of the other. */
  readonly fits: Uint8Array;
  readonly unproven: Uint16Array;
  readonly width: number;
}

export class BridgeGraph {
  readonly services: readonly number[];
  /** Values by service; the first is `STAY`. */
  readonly values: readonly (readonly number[])[];
  /** Number of the value that each service shall end at, -1 for anywhere. */
  readonly goals: readonly number[];
  readonly #links: readonly (readonly Link[])[];
  readonly #moves: readonly Uint8Array[];
  readonly #laneSteps: readonly Uint8Array[];
  readonly #unprovenOutside: readonly (readonly number[])[];
  /** Whether value 0 may be gone back to. */
  readonly #returns: readonly boolean[];

  readonly #starts: readonly number[];

  constructor(mesh: PlanMesh, question: BridgeQuestion) {
    this.services = question.services;
    const inside = new Set(question.services);
    const outsideEdges = question.services.map((service) =>
      [...mesh.edgesOf(service)].filter((edge) => !inside.has(mesh.otherEnd(edge, service))),
    );
    this.values = question.services.map((service, place) => valuesOf(mesh, question, service, outsideEdges[place] ?? []));
    this.goals = question.services.map((service, place) => {
      const goal = question.goal.get(service);
      return goal === undefined ? -1 : (this.values[place]?.indexOf(goal) ?? -1);
    });
    invariant(
      question.services.every((service, place) => !question.goal.has(service) || this.goals[place] !== -1),
      "the end of a plan is not consistent",
    );
    this.#returns = question.services.map((service) => mesh.mayReturn(service));
    this.#starts = question.services.map((service) => mesh.service(service).live[0] ?? STAY);
    this.#links = question.services.map((_, place) => this.#linksOf(mesh, place));
    this.#moves = this.#table(mesh, "mayMove");
    this.#laneSteps = this.#table(mesh, "mayStep");
    this.#unprovenOutside = question.services.map((service, place) =>
      (this.values[place] ?? []).map((value) =>
        (outsideEdges[place] ?? []).reduce(
          (sum, edge) => sum + unprovenOf(mesh, edge, service, value, question.outside(mesh.otherEnd(edge, service))),
          0,
        ),
      ),
    );
  }

  get start(): Tuple {
    return this.services.map(() => 0);
  }

  /** Services that are not where they shall end: no way is shorter. */
  distance(tuple: Tuple): number {
    let count = 0;
    for (let place = 0; place < tuple.length; place++) {
      const goal = this.goals[place] ?? -1;
      if (goal !== -1 && tuple[place] !== goal) count++;
    }
    return count;
  }

  /** Calls `visit` with each service and value number that one safe move leads to. */
  eachMove(tuple: Tuple, visit: (place: number, value: number) => void): void {
    for (let place = 0; place < tuple.length; place++) {
      const width = this.values[place]?.length ?? 0;
      const from = tuple[place] ?? 0;
      for (let value = 0; value < width; value++) {
        if (value === from || (value === 0 && !this.#returns[place])) continue;
        if (this.#moves[place]?.[from * width + value] === 1 && this.#fits(place, value, tuple)) visit(place, value);
      }
    }
  }

  /**
   * Calls `visit` with every consistent configuration that one switch of two services or more leads to. False when that said to end, or when
   * the budget of partial configurations to look at is spent.
   */
  eachLane(tuple: Tuple, budget: { left: number }, visit: (to: Tuple) => boolean): boolean {
    const to: number[] = [];
    const choose = (changed: number): boolean => {
      if (budget.left-- <= 0) return false;
      const place = to.length;
      if (place === tuple.length) return changed < 2 || visit([...to]);
      const from = tuple[place] ?? 0;
      for (const value of this.#laneValues(place, from)) {
        if (!this.#fits(place, value, to)) continue;
        to.push(value);
        const goOn = choose(changed + (value === from ? 0 : 1));
        to.pop();
        if (!goOn) return false;
      }
      return true;
    };
    return choose(0);
  }

  /** Where a service may be after a switch that it is in or not. */
  #laneValues(place: number, from: number): readonly number[] {
    const numbers = (this.values[place] ?? []).map((_, value) => value);
    const steps = this.#laneSteps[place];
    return numbers.filter(
      (value) => value === from || ((value !== 0 || this.#returns[place]) && steps?.[from * numbers.length + value] === 1),
    );
  }

  moveOf(place: number, from: number, to: number): Move {
    const values = this.values[place] ?? [];
    const service = this.services[place] ?? 0;
    const back = this.#starts[place] ?? STAY;
    return { service, from: values[from] ?? STAY, to: to === 0 ? back : (values[to] ?? STAY) };
  }

  /** Unproven pairs that a value meets in a configuration, and outside. */
  risk(place: number, value: number, tuple: Tuple): number {
    let count = this.#unprovenOutside[place]?.[value] ?? 0;
    for (const link of this.#links[place] ?? []) count += link.unproven[value * link.width + (tuple[link.other] ?? 0)] ?? 0;
    return count;
  }

  /** Whether a value fits all that a (possibly shorter) tuple says of its neighbours. */
  #fits(place: number, value: number, tuple: Tuple): boolean {
    for (const link of this.#links[place] ?? []) {
      const other = tuple[link.other];
      if (other !== undefined && link.fits[value * link.width + other] !== 1) return false;
    }
    return true;
  }

  #linksOf(mesh: PlanMesh, place: number): readonly Link[] {
    const service = this.services[place] ?? 0;
    const links: Link[] = [];
    for (const edge of mesh.edgesOf(service)) {
      const otherService = mesh.otherEnd(edge, service);
      const other = this.services.indexOf(otherService);
      if (other === -1 || other === place) continue;
      const own = this.values[place] ?? [];
      const others = this.values[other] ?? [];
      const width = others.length;
      const fits = new Uint8Array(own.length * width);
      const unproven = new Uint16Array(own.length * width);
      own.forEach((value, row) => {
        others.forEach((otherValue, column) => {
          fits[row * width + column] = mesh.fitsBetween(edge, service, value, otherValue) ? 1 : 0;
          unproven[row * width + column] = unprovenOf(mesh, edge, service, value, otherValue);
        });
      });
      links.push({ other, fits, unproven, width });
    }
    return links;
  }

  #table(mesh: PlanMesh, question: "mayMove" | "mayStep"): readonly Uint8Array[] {
    return this.services.map((service, place) => {
      const values = this.values[place] ?? [];
      const table = new Uint8Array(values.length ** 2);
      values.forEach((from, row) => {
        values.forEach((to, column) => {
          const position = to === STAY ? mesh.service(service).live[0] : to;
          if (position === undefined || from === to) return;
          if (mesh[question]({ service, from, to: position })) table[row * values.length + column] = 1;
        });
      });
      return table;
    });
  }
}

/** Where a service may stand beside what stands still: at the start, at its goal, and at what may serve as a bridge. */
function valuesOf(mesh: PlanMesh, question: BridgeQuestion, service: number, outsideEdges: readonly number[]): readonly number[] {
  const goal = question.goal.get(service);
  const fits = (position: number) =>
    outsideEdges.every((edge) => mesh.fitsBetween(edge, service, position, question.outside(mesh.otherEnd(edge, service)))) &&
    [...mesh.edgesOf(service)].every((edge) => mesh.otherEnd(edge, service) !== service || mesh.fits(edge, position, position));
  const bridges = mesh.domainOf(service).filter((position) => position !== goal && fits(position));
  return goal === undefined ? [STAY, ...bridges] : [STAY, goal, ...bridges];
}

function unprovenOf(mesh: PlanMesh, edge: number, service: number, value: number, otherValue: number): number {
  const isConsumer = mesh.edge(edge).consumer === service;
  let count = 0;
  for (const one of mesh.versionsAt(service, value)) {
    for (const two of mesh.versionsAt(mesh.otherEnd(edge, service), otherValue)) {
      const [consumer, provider] = isConsumer ? [one, two] : [two, one];
      if (mesh.isUnproven(edge, consumer, provider) && !mesh.metBefore(edge, consumer, provider)) count++;
    }
  }
  return count;
}
