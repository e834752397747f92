import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useServices } from "@/components/live/use-services.ts";
import { api } from "@/components/shell/api.ts";
import type { Weights } from "@/lib/model/index.ts";
import type { SplitDraft } from "./draft-store.ts";
import { type DraftedWeights, findAllLocks, findLocks, type RefusalReason, type SplitLock } from "./split-locks.ts";
import { useDrafts } from "./use-drafts.ts";

function weightsByService(drafts: readonly SplitDraft[]): DraftedWeights {
  return Object.fromEntries(drafts.map((draft) => [draft.service, draft.weights]));
}

/** Versions of a service that may not get traffic, given what is drafted for the other services. */
export function useSplitLocks(service: string): readonly SplitLock[] {
  const services = useServices();
  const drafts = useDrafts();
  return useMemo(
    () => findLocks(services, service, weightsByService(drafts.filter((draft) => draft.service !== service)), new Date().toISOString()),
    [services, drafts, service],
  );
}

/** The locks of all services, as the mesh is now. */
export function useAllLocks(): ReadonlyMap<string, readonly SplitLock[]> {
  const services = useServices();
  return useMemo(() => findAllLocks(services, {}, new Date().toISOString()), [services]);
}

interface GateAnswer {
  /** What the engine says stands in the way; null until it has answered. */
  readonly reasons: readonly RefusalReason[] | null;
  /** Whether the engine would let it pass after all: an override was granted earlier. */
  readonly passes: boolean;
}

/** The engine's own word on giving `version` a little traffic; asked only while `version` is not null. */
export function useGateAnswer(service: string, version: string | null, weights: Weights): GateAnswer {
  const others = weightsByService(useDrafts().filter((draft) => draft.service !== service));
  const changes = [
    ...Object.entries(others).map(([name, drafted]) => ({ service: name, weights: drafted })),
    { service, weights: version === null ? weights : probe(weights, version) },
  ];
  const { data } = useQuery({
    queryKey: ["can-i-shift", changes],
    queryFn: ({ signal }) => api.call("POST /api/v1/can-i-shift", { body: { changes }, signal }),
    enabled: version !== null,
    staleTime: 2_000,
  });
  if (!data) return { reasons: null, passes: false };
  const refused = data.reasons.filter(
    (reason) => reason.verdict === "incompatible" && !reason.evidence.some((fact) => fact.kind === "override"),
  );
  return { reasons: refused, passes: refused.length === 0 };
}

/** The same split with one per cent for `version`, taken from the heaviest. */
function probe(weights: Weights, version: string): Weights {
  const heaviest = Object.entries(weights).toSorted(([, left], [, right]) => right - left)[0];
  if (!heaviest) return { [version]: 10_000 };
  return { ...weights, [heaviest[0]]: Math.max(0, heaviest[1] - 100), [version]: Math.min(100, heaviest[1]) };
}
