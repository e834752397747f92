/**
 * Says whether a plan is safe, from nothing but its certificate and what is known of pairs now; shares nothing with the planner. While a wave is
 * under way every mix of old and new may meet, so each pair that a version arrives in has to be allowed; what met before the plan is no step's
 * doing. In a lane no request sees old and new of two services that switch together.
 */
import type { PlanCertificate } from "../model/index.ts";

export interface PlanWorld {
  readonly live: Readonly<Record<string, readonly string[]>>;
  /** Names of consumer and provider. */
  readonly edges: Iterable<readonly [consumer: string, provider: string]>;
  mayMeet(consumer: string, consumerVersion: string, provider: string, providerVersion: string): boolean;
  /** Whether both may run side by side, the second after the first. */
  mayStep(service: string, from: string, to: string): boolean;
}

/** Why the plan must not be executed, in a sentence; null when it holds. */
export function checkPlan({ start, target, waves }: PlanCertificate, world: PlanWorld): string | null {
  const live = new Map<string, readonly string[]>(Object.entries(start));
  const moved = new Set<string>(waves.flatMap(({ moves }) => moves.map(({ service }) => service)));
  const edges = [...world.edges].filter(([consumer, provider]) => moved.has(consumer) || moved.has(provider));
  for (const service of new Set([...moved, ...Object.keys(target), ...edges.flat()])) {
    const [then, now] = [live.get(service) ?? [], world.live[service] ?? []];
    if (then.toSorted().join() !== now.toSorted().join()) return `${service} does not stand where the plan starts.`;
  }
  for (const [index, { kind, moves }] of waves.entries()) {
    const to = new Map<string, string>(moves.map((move) => [move.service, move.to]));
    const faults =
      to.size < moves.length ? ["a service moves twice."] : moves.map((move) => moveFault(move, live.get(move.service) ?? [], world));
    for (const edge of edges) faults.push(pairFault(edge, kind === "lane", to, live, world));
    const fault = faults.find((found) => found !== null);
    if (fault !== undefined) return `Wave ${index + 1}: ${fault}`;
    for (const [service, version] of to) live.set(service, [version]);
  }
  const missed = Object.entries(target).find(([service, version]) => live.get(service)?.join() !== version);
  return missed === undefined ? null : `The plan does not end with ${missed[0]} at ${missed[1]}.`;
}

function moveFault(move: { service: string; from: string; to: string }, old: readonly string[], world: PlanWorld): string | null {
  const { service, from, to } = move;
  if (old.length === 0 ? from !== to : !old.includes(from)) return `${service} does not stand at ${from}.`;
  const stuck = old.find((version) => version !== to && !world.mayStep(service, version, to));
  return stuck === undefined ? null : `${service} may not go from ${stuck} to ${to}.`;
}

type Standing = ReadonlyMap<string, readonly string[]>;
function pairFault(edge: readonly [string, string], lane: boolean, to: ReadonlyMap<string, string>, live: Standing, world: PlanWorld) {
  const [consumer, provider] = edge;
  const during = (service: string) => new Set([...(live.get(service) ?? []), to.get(service) ?? []].flat());
  const isKnown = consumer === provider && live.get(consumer)?.includes(to.get(consumer) ?? "") === true;
  const arrivals = isKnown || (lane && to.has(consumer) && to.has(provider)) ? 2 : 1;
  for (const one of to.has(consumer) || to.has(provider) ? during(consumer) : []) {
    for (const other of during(provider)) {
      if (Number(one === to.get(consumer)) + Number(other === to.get(provider)) < arrivals) continue;
      if (!world.mayMeet(consumer, one, provider, other)) return `${consumer} ${one} must not meet ${provider} ${other}.`;
    }
  }
  return null;
}
