import type { ResponseOf } from "@/lib/client/index.ts";
import { losers } from "./weight-moves.ts";

/** What the engine says of a rollback, asked or carried out. */
export type RollbackAnswer = ResponseOf<"POST /api/v1/services/{service}/rollback">;

/** What must move with a service, in order. */
export type Closure = NonNullable<RollbackAnswer["closure"]>;

/** The services that must move along, each once, in order; none where the service can go alone. */
export function othersOf({ service, steps }: Closure): readonly string[] {
  return [...new Set(steps.map((step) => step.service))].filter((name) => name !== service);
}

/** Whether a rollback is a way of several changes, which only a plan can walk. */
export function needsPlan(closure: Closure | undefined): closure is Closure {
  return closure !== undefined && othersOf(closure).length > 0;
}

/**
 * What an accepted answer says of other services: nothing has to move only where the engine found a way for the service alone. Without a closure
 * (a rollback to a split of several versions) it has still refused what would break a live pair; it judges nothing of pairs that are unproven, and
 * without an exposure it has not said what it judged.
 */
export function alsoOf({
  closure,
  exposure,
}: Pick<RollbackAnswer, "exposure" | "closure">): "alsoAlone" | "alsoAlong" | "alsoNothing" | "alsoUnproven" | "alsoUnknown" {
  if (closure !== undefined) return needsPlan(closure) ? "alsoAlong" : "alsoAlone";
  if (exposure === undefined) return "alsoUnknown";
  return exposure.after.unproven > 0 ? "alsoUnproven" : "alsoNothing";
}

type Step = {
  readonly key: "stepAccept" | "stepMove" | "stepProof" | "stepSettle";
  readonly values: { readonly n: number; readonly to: string; readonly versions: string };
};

/** What happens after the press, in order. Only a version that ends without weight can be seen to fall silent. */
export function rollbackSteps({ from, to }: Pick<RollbackAnswer, "from" | "to">, proxies: number): readonly Step[] {
  const left = losers(from, to, { entirely: true });
  const staying = Object.keys(to).filter((version) => (to[version] ?? 0) > 0);
  const values = { n: proxies, to: staying.join(", "), versions: left.join(", ") };
  return (["stepAccept", "stepMove", left.length > 0 ? "stepProof" : "stepSettle"] as const).map((key) => ({ key, values }));
}
