import type { Version } from "../../model/index.ts";
import type { PlanWorld, WorldEdge } from "../check-plan.ts";
import type { Relation } from "../relation.ts";
import type { PlanProblem } from "./plan-problem.ts";

/** A problem as the checker asks about it: by names, and with what is live now. */
export function planWorldOf({ edges, services }: PlanProblem): PlanWorld {
  const nameOf = (place: number) => services[place]?.name ?? "";
  const byName = new Map(services.map((service) => [service.name, service]));
  const edgesOf: WorldEdge[][] = services.map(() => []);
  for (const { allowed, consumer, provider } of edges) {
    const edge = edgeOf(nameOf(consumer), nameOf(provider), allowed);
    edgesOf[consumer]?.push(edge);
    if (provider !== consumer) edgesOf[provider]?.push(edge);
  }
  const edgesByName = new Map(services.map(({ name }, place) => [name, edgesOf[place] ?? []]));
  return {
    live: Object.fromEntries(services.map(({ name, live, order }) => [name, live.map((position) => order.versions[position] ?? "")])),
    edgesOf: (service) => edgesByName.get(service) ?? [],
    mayStep(name, from, to) {
      const service = byName.get(name);
      return service?.steps.has(service.order.positionOf(from as Version), service.order.positionOf(to as Version)) === true;
    },
  };
}

function edgeOf(consumer: string, provider: string, allowed: Relation): WorldEdge {
  const { consumers, providers } = allowed;
  const mayMeet = (one: string, other: string) => allowed.has(consumers.positionOf(one as Version), providers.positionOf(other as Version));
  return { consumer, provider, mayMeet };
}
