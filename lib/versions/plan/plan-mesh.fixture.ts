import type { Version } from "../../model/index.ts";
import { Bitset } from "../bitset.ts";
import { checkPlan } from "../check-plan.ts";
import { Relation } from "../relation.ts";
import { VersionOrder } from "../version-order.ts";
import type { PlannedWay, PlanProblem, PlanService } from "./plan-problem.ts";
import { planWorldOf } from "./plan-world.ts";

/** A mesh in few words: services with their versions, pairs that must not meet, steps that must not be taken. */
export interface SketchedMesh {
  /** Versions lowest first; live ones by position. */
  readonly services: Readonly<Record<string, { readonly versions: readonly string[]; readonly live: readonly number[] }>>;
  /** `consumer > provider`. */
  readonly edges: readonly (readonly [string, string])[];
  readonly target: Readonly<Record<string, number>>;
  readonly mayMeet?: (consumer: string, consumerPosition: number, provider: string, providerPosition: number) => boolean;
  readonly isProven?: (consumer: string, consumerPosition: number, provider: string, providerPosition: number) => boolean;
  readonly mayStep?: (service: string, from: number, to: number) => boolean;
  readonly isReversible?: (service: string, from: number, to: number) => boolean;
  readonly candidates?: (service: string, position: number) => boolean;
}

function relation(from: VersionOrder, to: VersionOrder, has: (from: number, to: number) => boolean): Relation {
  return new Relation(
    from,
    to,
    from.versions.map((_, row) => Bitset.from(to.size, (column) => has(row, column))),
  );
}

const always = () => true;

export function problemOf(mesh: SketchedMesh): PlanProblem {
  const names = Object.keys(mesh.services);
  const { mayMeet = always, isProven = always, mayStep = always, isReversible = always, candidates = always } = mesh;
  const services = names.map((name): PlanService => {
    const { versions, live } = mesh.services[name] ?? { versions: [], live: [] };
    const order = new VersionOrder(versions as Version[]);
    return {
      name,
      order,
      live,
      candidates: Bitset.from(order.size, (position) => candidates(name, position)),
      steps: relation(order, order, (from, to) => from === to || mayStep(name, from, to)),
      reversible: relation(order, order, (from, to) => isReversible(name, from, to)),
    };
  });
  const edges = mesh.edges.map(([consumer, provider]) => {
    const [one, other] = [names.indexOf(consumer), names.indexOf(provider)];
    const [consumers, providers] = [services[one]?.order ?? new VersionOrder([]), services[other]?.order ?? new VersionOrder([])];
    const allowed = relation(consumers, providers, (from, to) => mayMeet(consumer, from, provider, to));
    const proven = relation(consumers, providers, (from, to) => allowed.has(from, to) && isProven(consumer, from, provider, to));
    return { consumer: one, provider: other, allowed, proven };
  });
  return { services, edges, target: new Map(Object.entries(mesh.target).map(([name, position]) => [names.indexOf(name), position])) };
}

export function faultOf(problem: PlanProblem, way: PlannedWay): string | null {
  return checkPlan(way.certificate, planWorldOf(problem));
}

export const describePair = (consumer: { service: string; version: string }, provider: { service: string; version: string }) =>
  `${consumer.service} ${consumer.version} with ${provider.service} ${provider.version}`;

/** Waves in short: `a 1.0.0>2.0.0 + b 1.0.0>2.0.0`, one text per wave. */
export function wavesInWords({ waves }: PlannedWay): readonly string[] {
  return waves.map(({ kind, steps }) => `${kind}: ${steps.map(({ service, from, to }) => `${service} ${from}>${to}`).join(" + ")}`);
}
