import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/components/shell/api.ts";
import { type EvidenceFact, queryKeys, type Service } from "@/lib/client/index.ts";
import { useLive } from "./use-live.ts";
import { useServices } from "./use-services.ts";

/** What verdicts are read from: services with their versions and requirements, and the recorded facts that are in force. */
export interface KnownMesh {
  readonly services: readonly Service[];
  readonly facts: readonly EvidenceFact[];
}

const NONE: readonly EvidenceFact[] = [];
const PAGE = 500;
/** The newest that are read; a mesh with more still has the engine's word on every change. */
const PAGES_MAX = 10;

/** Everything that the gate's own code needs to answer in the browser, asked for again whenever something in the mesh changed. */
export function useKnownMesh(): KnownMesh {
  const services = useServices();
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const { data: facts = NONE } = useQuery({
    queryKey: queryKeys.facts(newestChange),
    queryFn: ({ signal }) => readFacts(signal),
    placeholderData: (previous) => previous,
    staleTime: 60_000,
  });
  return useMemo(() => ({ services, facts }), [services, facts]);
}

async function readFacts(signal: AbortSignal): Promise<readonly EvidenceFact[]> {
  const facts: EvidenceFact[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await api.call("GET /api/v1/evidence", { query, signal });
    facts.push(...answer.items);
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return facts;
}
