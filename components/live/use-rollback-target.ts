import { useLive } from "./use-live.ts";
import { useSplit } from "./use-split.ts";

/** Where a rollback of a service would lead, as far as the last changes tell. */
export interface RollbackTarget {
  /** Whether the weights were ever changed by somebody. */
  readonly isPossible: boolean;
  /** The version that would get everything; null where the earlier split had several, or is too long ago to be known here. */
  readonly version: string | null;
}

/** The target of a rollback without a version named: the split before the last change of weights that was no rollback and no undo. */
export function useRollbackTarget(service: string): RollbackTarget {
  const split = useSplit(service);
  const before = useLive((state) => state.changes.find((change) => isShiftOf(change, service))?.before);
  const isPossible = split?.since != null && split.since.cause !== "first-version";
  return { isPossible, version: soleVersion(weightsIn(before, service)) };
}

function isShiftOf(change: { readonly kind: string; readonly before: unknown }, service: string): boolean {
  return change.kind !== "rollback" && change.kind !== "undo" && weightsIn(change.before, service) !== null;
}

/** The weights of a service in a change's `before`, which is keyed by what it changed; null where the change left them alone. */
function weightsIn(before: unknown, service: string): Readonly<Record<string, unknown>> | null {
  if (typeof before !== "object" || before === null) return null;
  const weights = (before as Readonly<Record<string, unknown>>)[service];
  return typeof weights === "object" && weights !== null ? (weights as Readonly<Record<string, unknown>>) : null;
}

function soleVersion(weights: Readonly<Record<string, unknown>> | null): string | null {
  const live = Object.entries(weights ?? {}).filter(([, weightBp]) => typeof weightBp === "number" && weightBp > 0);
  return live.length === 1 ? (live[0]?.[0] ?? null) : null;
}
