import type { MeshState, Service, ServiceName, Version, VersionRef } from "../model/index.ts";
import { Bitset, type PlanProblem, type PlanService, Relation, type VersionOrder } from "../versions/index.ts";
import { edgeVerdicts, orderOf } from "./edge-verdicts.ts";
import type { ServiceCall } from "./live-pairs.ts";
import { liveVersions } from "./live-versions.ts";
import { decideConstraints } from "./resolve.ts";
import { notDisprovenPairs, provenPairs, serviceEdges } from "./space-of.ts";

export interface PlanProblemOptions {
  /** The version that each named service shall have alone; all of them registered. */
  readonly target: ReadonlyMap<ServiceName, Version>;
  /** Services seen calling each other. */
  readonly calls?: Iterable<ServiceCall>;
  /** Versions that a way may lead through; all registered ones where left out. */
  readonly candidates?: (version: VersionRef) => boolean;
}

/**
 * What the planner is asked, as the evidence has it at `nowIso`. Services stand in the order in which they were registered, as in `spaceOf`.
 * Two versions of one service may run side by side, read what the other stored, and give way to each other, unless evidence in force says no.
 */
export function planProblemOf(
  state: MeshState,
  nowIso: string,
  { target, calls = [], candidates = () => true }: PlanProblemOptions,
): PlanProblem {
  const services = [...state.services.values()].map((service): PlanService => {
    const order = orderOf(service);
    const versions = order.versions.map((version) => candidates({ service: service.name, version }));
    return {
      name: service.name,
      order,
      live: livePositions(service, order),
      candidates: Bitset.from(order.size, (position) => versions[position] === true),
      ...stepsOf(state, service, order, nowIso),
    };
  });
  const edges = serviceEdges(state, calls, nowIso).map(({ consumer, provider, names }) => ({
    consumer,
    provider,
    allowed: notDisprovenPairs(state, names, nowIso),
    proven: provenPairs(state, names, nowIso),
  }));
  const wanted = services.flatMap(({ name, order }, place): (readonly [number, number])[] => {
    const version = target.get(name as ServiceName);
    const position = version === undefined ? -1 : order.positionOf(version);
    return position === -1 ? [] : [[place, position]];
  });
  return { services, edges, target: new Map(wanted) };
}

/** Positions with weight, the heaviest in the split first; those that only a rule leads to come last. */
function livePositions(service: Service, order: VersionOrder): readonly number[] {
  const weightOf = (version: Version) => service.weights[version] ?? 0;
  const live = [...liveVersions(service)].sort(
    (left, right) => weightOf(right) - weightOf(left) || order.positionOf(left) - order.positionOf(right),
  );
  return live.map((version) => order.positionOf(version)).filter((position) => position >= 0);
}

/** From × to: what evidence on `self` and `state` between versions of one service leaves open. */
function stepsOf(state: MeshState, service: Service, order: VersionOrder, nowIso: string): Pick<PlanService, "steps" | "reversible"> {
  const facts = edgeVerdicts(state, service.name, service.name, nowIso)?.facts ?? null;
  if (facts === null) return { steps: fullRelation(order), reversible: fullRelation(order) };
  const denies = (consumer: Version, provider: Version, wanted: "self" | "state") =>
    decideConstraints(facts.of(consumer, provider).map(({ fact }) => fact)).some(
      ({ constraint, verdict }) => constraint === wanted && verdict === "incompatible",
    );
  const relation = (isOpen: (from: Version, to: Version) => boolean) =>
    new Relation(
      order,
      order,
      order.versions.map((from) =>
        Bitset.from(order.size, (to) => from === order.versions[to] || isOpen(from, order.versions[to] ?? from)),
      ),
    );
  return {
    steps: relation((from, to) => !denies(from, to, "self") && !denies(to, from, "state")),
    reversible: relation((from, to) => !denies(from, to, "state")),
  };
}

function fullRelation(order: VersionOrder): Relation {
  return new Relation(
    order,
    order,
    order.versions.map(() => Bitset.full(order.size)),
  );
}
