import type { Change } from "@/lib/client/index.ts";

/** Since when a version has had weight in its service's split without a break. */
export type WeightSince =
  /** The change that gave it its first weight. */
  | { readonly kind: "since"; readonly at: string; readonly author: string; readonly changeId: string }
  /** Longer than the changes that were read reach back. */
  | { readonly kind: "longer"; readonly at: string }
  | { readonly kind: "unknown" };

type LoggedChange = Pick<Change, "id" | "at" | "author" | "subject" | "before" | "after" | "services">;

/**
 * Walks back through a service's changes, newest first, to the one before which the version had no weight. `isWhole`: they reach back to
 * the beginning of the log. Weight in the split only: what route rules send there is no part of it.
 */
export function weightSince(service: string, version: string, changes: readonly LoggedChange[], isWhole: boolean): WeightSince {
  for (const change of changes) {
    if (!change.services.includes(service)) continue;
    const before = weightsIn(change.before, service);
    const after = weightsIn(change.after, service);
    const isArrival = change.before === null && (change.subject === service || change.subject === `${service}@${version}`);
    if (before === null && after === null && !isArrival) continue;
    // It has weight now and had none after its newest change: these changes end before the one that gave it.
    if (after !== null && !hasWeight(after, version)) return { kind: "unknown" };
    if (!hasWeight(before, version)) return { kind: "since", at: change.at, author: change.author, changeId: change.id };
  }
  const oldest = changes.at(-1);
  return isWhole || oldest === undefined ? { kind: "unknown" } : { kind: "longer", at: oldest.at };
}

type Weights = Readonly<Record<string, unknown>>;

/** A change of one split shows its weights as they are, a change of many things by the service's name; null where it shows none. */
function weightsIn(value: unknown, service: string): Weights | null {
  if (typeof value !== "object" || value === null) return null;
  const shown = value as Weights;
  const own = shown[service];
  if (typeof own === "object" && own !== null) return own as Weights;
  const weights = Object.values(shown);
  return weights.length > 0 && weights.every((weight) => typeof weight === "number") ? shown : null;
}

function hasWeight(weights: Weights | null, version: string): boolean {
  const weightBp = weights?.[version];
  return typeof weightBp === "number" && weightBp > 0;
}
