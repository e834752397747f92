/**
 * Why there is no plan: pairs that together stand in the way, none of which can be left out, and what would open it.
 *
 * Reasons are the pairs that must not meet and the steps that must not be taken, between the services that the search had to do with; with only a
 * set of these forbidden and all else allowed the planner is asked again. Whatever opens the way must take away one of a minimal set, so every
 * single pair that does is in it and is found. A version that would open it is found by giving a service one more version that works with
 * everything, and reading off the plan what it meets.
 */
import type { VersionRef } from "../../model/index.ts";
import { type Completions, completionsOf } from "./completion.ts";
import { findWay } from "./find-way.ts";
import { minimalConflict } from "./minimal-conflict.ts";
import type { PlanMesh, PlanRules } from "./plan-mesh.ts";
import type { PlanConflictPair, PlanImpossible, PlanResolution } from "./plan-problem.ts";
import { refOf } from "./render-way.ts";
import { eachArrival, movingIn, pass, type Standing, wavesOf } from "./waves.ts";

/** A pair that may not meet on an edge, or a step that a service may not take. */
interface Denial {
  readonly kind: PlanConflictPair["kind"];
  /** Edge or service. */
  readonly of: number;
  readonly from: number;
  readonly to: number;
}

const QUESTIONS = 100;
const DENIALS_MAX = 20_000;
const QUESTION_STATES = 1_000;
const PAIRS_TOGETHER_MAX = 8;

export function explainImpossible(mesh: PlanMesh, ends: Completions, stopped: boolean, maxStates: number): PlanImpossible {
  return new Explanation(mesh, ends, stopped, Math.min(maxStates, QUESTION_STATES)).run();
}

class Explanation {
  readonly #mesh: PlanMesh;
  readonly #ends: Completions;
  readonly #states: number;
  readonly #kind: "configuration" | "way";
  readonly #stopped: boolean;
  /** A question was not answered to its end. */
  #unsure = false;

  constructor(mesh: PlanMesh, ends: Completions, stopped: boolean, states: number) {
    this.#mesh = mesh;
    this.#ends = ends;
    this.#states = states;
    this.#kind = ends.found.length === 0 ? "configuration" : "way";
    this.#stopped = stopped || ends.stopped;
  }

  run(): PlanImpossible {
    const denials = this.#denials();
    const core = this.#coreOf(denials, []);
    const conflict = core.conflict.map((denial) => this.#pairOf(denial));
    const resolutions = [...this.#byPairs(denials, core.conflict), ...this.#byVersions(core.conflict)];
    return { kind: this.#kind, conflict, minimal: core.minimal && !this.#stopped && !this.#unsure, resolutions, stopped: this.#stopped };
  }

  #coreOf(denials: readonly Denial[], opened: readonly Denial[]): { conflict: readonly Denial[]; minimal: boolean } {
    const closed = denials.filter((denial) => !opened.includes(denial));
    const isImpossible = (some: readonly Denial[]) => {
      const rules = rulesDenying(some);
      return this.#kind === "configuration" ? !this.#hasEnd(rules) : !this.#isPossible(rules);
    };
    if (closed.length > DENIALS_MAX || !isImpossible(closed)) return { conflict: closed.slice(0, PAIRS_TOGETHER_MAX), minimal: false };
    return minimalConflict(closed, QUESTIONS, isImpossible);
  }

  /** Single pairs where there are any, otherwise pairs that open it together. */
  #byPairs(denials: readonly Denial[], conflict: readonly Denial[]): readonly PlanResolution[] {
    const opens = (opened: readonly Denial[]) => this.#isPossible(this.#rulesAllowing(opened));
    const single = conflict.filter((denial) => opens([denial]));
    if (single.length > 0) return single.map((denial) => ({ kind: "pairs", pairs: [this.#pairOf(denial)] }));
    let opened: readonly Denial[] = [];
    let core = conflict;
    while (opened.length < PAIRS_TOGETHER_MAX && !opens(opened)) {
      const [next] = core;
      if (next === undefined) return [];
      opened = [...opened, next];
      core = opens(opened) ? [] : this.#coreOf(denials, opened).conflict;
    }
    for (const denial of opened) {
      const without = opened.filter((other) => other !== denial);
      if (opens(without)) opened = without;
    }
    return opens(opened) ? [{ kind: "pairs", pairs: opened.map((denial) => this.#pairOf(denial)) }] : [];
  }

  #byVersions(conflict: readonly Denial[]): readonly PlanResolution[] {
    const services = new Set<number>();
    for (const { kind, of } of conflict) {
      if (kind === "step") services.add(of);
      else for (const service of [this.#mesh.edge(of).consumer, this.#mesh.edge(of).provider]) services.add(service);
    }
    return [...services].flatMap((service) => {
      const worksWith = this.#jokerMeets(service);
      return worksWith === null || worksWith.length === 0
        ? []
        : [{ kind: "version", service: this.#mesh.service(service).name, worksWith }];
    });
  }

  /** What a further version of a service would have to work with, if one opened the way; null where none does. */
  #jokerMeets(service: number): readonly VersionRef[] | null {
    const mesh = this.#mesh.under(this.#mesh.rules, service);
    const joker = mesh.service(service).order.size;
    const [blocks] = completionsOf(mesh, mesh.problem.target).found.flatMap((moves) => {
      const found = findWay(mesh, moves, { soft: false, maxStates: this.#states }).blocks;
      return found === null ? [] : [found];
    });
    if (blocks === undefined) return null;
    const met = new Map<string, VersionRef>();
    const standing: Standing = new Map();
    for (const wave of wavesOf(mesh, blocks)) {
      const moving = movingIn(wave);
      for (const move of wave.moves) {
        eachArrival(mesh, standing, { kind: wave.kind, moving }, move, (edge, consumer, provider) => {
          const ends = mesh.edge(edge);
          if (!mesh.isJoker(edge, consumer, provider) || ends.consumer === ends.provider) return;
          const other =
            ends.consumer === service && consumer === joker ? { of: ends.provider, at: provider } : { of: ends.consumer, at: consumer };
          met.set(`${other.of}@${other.at}`, refOf(mesh.problem, other.of, other.at));
        });
      }
      pass(standing, wave);
    }
    return [...met.values()];
  }

  #hasEnd(rules: PlanRules): boolean {
    const ends = completionsOf(this.#mesh.under(rules), this.#mesh.problem.target, 1);
    if (ends.stopped) this.#unsure = true;
    return ends.found.length > 0;
  }

  #isPossible(rules: PlanRules): boolean {
    const mesh = this.#mesh.under(rules);
    const ends = completionsOf(mesh, mesh.problem.target);
    if (ends.stopped) this.#unsure = true;
    return ends.found.some((moves) => {
      const found = findWay(mesh, moves, { soft: false, maxStates: this.#states });
      if (found.stopped) this.#unsure = true;
      return found.blocks !== null;
    });
  }

  #rulesAllowing(opened: readonly Denial[]): PlanRules {
    const { rules } = this.#mesh;
    const denied = rulesDenying(opened);
    return {
      mayMeet: (edge, consumer, provider) => rules.mayMeet(edge, consumer, provider) || !denied.mayMeet(edge, consumer, provider),
      mayStep: (service, from, to) => rules.mayStep(service, from, to) || !denied.mayStep(service, from, to),
    };
  }

  /** All that is forbidden between services concerned; what is live or wanted comes first, so that a conflict is told in these versions. */
  #denials(): readonly Denial[] {
    const mesh = this.#mesh;
    const concerned = this.#concerned();
    const versions = new Map([...concerned].map((service) => [service, this.#versionsOf(service)]));
    const denials: Denial[] = [];
    const deny = (kind: Denial["kind"], of: number, from: number, to: number) => denials.push({ kind, of, from, to });
    for (const service of concerned) {
      const own = versions.get(service) ?? [];
      // Steps have no part in whether there is an end.
      if (this.#kind === "way")
        eachPair(own, own, (from, to) => from !== to && !mesh.rules.mayStep(service, from, to) && deny("step", service, from, to));
      for (const edge of mesh.edgesOf(service)) {
        const { consumer, provider } = mesh.edge(edge);
        if (consumer !== service) continue;
        eachPair(own, versions.get(provider) ?? [], (from, to) => !mesh.rules.mayMeet(edge, from, to) && deny("meet", edge, from, to));
      }
    }
    return denials.sort((left, right) => this.#remoteness(left) - this.#remoteness(right));
  }

  #concerned(): ReadonlySet<number> {
    if (this.#kind === "configuration") return this.#ends.touched;
    const moving = new Set(this.#ends.found.flatMap((moves) => [...moves.keys()]));
    const all = new Set(moving);
    for (const service of moving) for (const edge of this.#mesh.edgesOf(service)) all.add(this.#mesh.otherEnd(edge, service));
    return all;
  }

  #versionsOf(service: number): readonly number[] {
    const { live, candidates } = this.#mesh.service(service);
    const target = this.#mesh.problem.target.get(service);
    return [...new Set([...live, ...(target === undefined ? [] : [target]), ...candidates])];
  }

  #remoteness({ kind, of, from, to }: Denial): number {
    const isNear = (service: number, position: number) =>
      this.#mesh.service(service).live.includes(position) || this.#mesh.problem.target.get(service) === position;
    const ends = kind === "step" ? { consumer: of, provider: of } : this.#mesh.edge(of);
    return (isNear(ends.consumer, from) ? 0 : 1) + (isNear(ends.provider, to) ? 0 : 1);
  }

  #pairOf({ kind, of, from, to }: Denial): PlanConflictPair {
    const { problem } = this.#mesh;
    const ends = kind === "step" ? { consumer: of, provider: of } : this.#mesh.edge(of);
    return { kind, consumer: refOf(problem, ends.consumer, from), provider: refOf(problem, ends.provider, to) };
  }
}

function eachPair(one: readonly number[], other: readonly number[], visit: (from: number, to: number) => void): void {
  for (const from of one) for (const to of other) visit(from, to);
}

function rulesDenying(denials: readonly Denial[]): PlanRules {
  const keys = new Set(denials.map(({ kind, of, from, to }) => `${kind} ${of} ${from} ${to}`));
  return {
    mayMeet: (edge, consumer, provider) => !keys.has(`meet ${edge} ${consumer} ${provider}`),
    mayStep: (service, from, to) => !keys.has(`step ${service} ${from} ${to}`),
  };
}
