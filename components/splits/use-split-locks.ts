import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { useKnownMesh } from "@/components/live/use-known-mesh.ts";
import { useLive } from "@/components/live/use-live.ts";
import { api } from "@/components/shell/api.ts";
import type { Weights } from "@/lib/model/index.ts";
import type { SplitDraft } from "./draft-store.ts";
import { type DraftedWeights, findAllLocks, findLocks, type RefusalReason, type SplitLock, standingReasons } from "./split-locks.ts";
import { useDrafts } from "./use-drafts.ts";

function weightsByService(drafts: readonly SplitDraft[]): DraftedWeights {
  return Object.fromEntries(drafts.map((draft) => [draft.service, draft.weights]));
}

/** Versions of a service that may not get traffic, given what is drafted for the other services. */
export function useSplitLocks(service: string): readonly SplitLock[] {
  const known = useKnownMesh();
  const drafts = useDrafts();
  return useMemo(
    () => findLocks(known, service, weightsByService(drafts.filter((draft) => draft.service !== service)), new Date().toISOString()),
    [known, drafts, service],
  );
}

/** The locks of all services, as the mesh is now. */
export function useAllLocks(): ReadonlyMap<string, readonly SplitLock[]> {
  const known = useKnownMesh();
  return useMemo(() => findAllLocks(known, {}, new Date().toISOString()), [known]);
}

interface GateAnswer {
  /** What the engine says stands in the way; null until it has answered. */
  readonly reasons: readonly RefusalReason[] | null;
  /** Whether the engine would let it pass after all: an override was granted earlier. */
  readonly passes: boolean;
}

/** The engine's own word on giving each of `versions` a little traffic, given what is drafted for the other services. */
export function useGateAnswers(service: string, versions: readonly string[], weights: Weights): ReadonlyMap<string, GateAnswer> {
  const others = weightsByService(useDrafts().filter((draft) => draft.service !== service));
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const answers = useQueries({
    queries: versions.map((version) => {
      const changes = [
        ...Object.entries(others).map(([name, drafted]) => ({ service: name, weights: drafted })),
        { service, weights: probe(weights, version) },
      ];
      return {
        queryKey: ["can-i-shift", changes, newestChange],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) => api.call("POST /api/v1/can-i-shift", { body: { changes }, signal }),
        staleTime: 2_000,
      };
    }),
  });
  return new Map(
    versions.map((version, index): [string, GateAnswer] => {
      const data = answers[index]?.data;
      if (!data) return [version, { reasons: null, passes: false }];
      const reasons = standingReasons(data.reasons);
      return [version, { reasons, passes: reasons.length === 0 }];
    }),
  );
}

/** The same split with one per cent for `version`, taken from the heaviest. */
function probe(weights: Weights, version: string): Weights {
  const heaviest = Object.entries(weights).toSorted(([, left], [, right]) => right - left)[0];
  if (!heaviest) return { [version]: 10_000 };
  return { ...weights, [heaviest[0]]: Math.max(0, heaviest[1] - 100), [version]: Math.min(100, heaviest[1]) };
}
