/**
 * Says whether a plan is safe, from nothing but its certificate and what is known of pairs now; shares nothing with the planner. While a wave is
 * under way every mix of old and new may meet, so each pair that a version arrives in has to be allowed; what met before the plan is no step's
 * doing. In a lane no request sees old and new of two services that switch together.
 */
import type { PlanCertificate } from "../model/index.ts";
export type WorldEdge = { readonly consumer: string; readonly provider: string; readonly mayMeet: (one: string, other: string) => boolean };
export interface PlanWorld {
  readonly live: Readonly<Record<string, readonly string[]>>;
  edgesOf(service: string): readonly WorldEdge[];
  /** Whether both may run side by side, the second after the first. */
  mayStep(service: string, from: string, to: string): boolean;
}
/** What serves before a wave, what comes in it, and both. */
type Standing = { readonly now: readonly string[]; readonly next?: string; readonly all: readonly string[] };

/** Why the plan must not be executed, in a sentence; null when it holds. */
export function checkPlan({ start, target, waves }: PlanCertificate, world: PlanWorld): string | null {
  const live = new Map<string, Standing>();
  const moved = waves.flatMap(({ moves }) => moves.map(({ service }) => service));
  const concerned = new Set<string>([...moved, ...Object.keys(target)]);
  for (const service of moved) for (const edge of world.edgesOf(service)) concerned.add(edge.consumer).add(edge.provider);
  for (const service of concerned) {
    const [then, now] = [setOf(start, service), setOf(world.live, service)];
    if (then.toSorted().join() !== now.toSorted().join()) return `${service} does not stand where the plan starts.`;
    live.set(service, { now: then, all: then });
  }
  for (const [index, wave] of waves.entries()) {
    const [fault] = faultsOf(wave, live, world);
    if (fault !== undefined) return `Wave ${index + 1}: ${fault}`;
    for (const { service, to } of wave.moves) live.set(service, { now: [to], all: [to] });
  }
  const missed = Object.entries(target).find(([service, version]) => live.get(service)?.now.join() !== version);
  return missed === undefined ? null : `The plan does not end with ${missed[0]} at ${missed[1]}.`;
}

function* faultsOf({ kind, moves }: PlanCertificate["waves"][number], live: Map<string, Standing>, world: PlanWorld): Generator<string> {
  if (new Set(moves.map(({ service }) => service)).size < moves.length) yield "a service moves twice.";
  for (const { service, from, to } of moves) {
    const { now } = live.get(service) as Standing;
    if (now.length === 0 ? from !== to : !now.includes(from)) yield `${service} does not stand at ${from}.`;
    const stuck = now.find((version) => version !== to && !world.mayStep(service, version, to));
    if (stuck !== undefined) yield `${service} may not go from ${stuck} to ${to}.`;
    live.set(service, { now, next: to, all: [...now, to] });
  }
  for (const { service } of moves) yield* world.edgesOf(service).flatMap((edge) => pairFault(edge, kind, live) ?? []);
}
function pairFault({ consumer, provider, mayMeet }: WorldEdge, kind: string, live: Map<string, Standing>): string | null {
  const [caller, called] = [live.get(consumer) as Standing, live.get(provider) as Standing];
  const isKnown = consumer === provider && caller.now.includes(caller.next ?? "");
  const arrivals = isKnown || (kind === "lane" && caller.next !== undefined && called.next !== undefined) ? 2 : 1;
  for (const one of caller.all) {
    for (const other of called.all) {
      if (Number(one === caller.next) + Number(other === called.next) < arrivals) continue;
      if (!mayMeet(one, other)) return `${consumer} ${one} must not meet ${provider} ${other}.`;
    }
  }
  return null;
}
const setOf = (sets: PlanWorld["live"], service: string) => (Object.hasOwn(sets, service) ? (sets[service] ?? []) : []);
