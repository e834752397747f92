import { useShallow } from "zustand/react/shallow";
import type { TopologyEdge } from "@/lib/client/index.ts";
import type { ServiceEdge } from "./service-edge.ts";
import { useLive } from "./use-live.ts";

/** All traffic between two services, by `from>to`; null while there is none. */
export function useEdge(key: string): ServiceEdge | null {
  return useLive((state) => state.serviceEdges.get(key) ?? null);
}

/** The version pairs of an edge between two services. */
export function useVersionEdges(from: string, to: string): readonly TopologyEdge[] {
  return useLive(
    useShallow((state) => [...state.versionEdges.values()].filter((edge) => edge.from.service === from && edge.to.service === to)),
  );
}

/** The version pairs that end at a service. */
export function useIncomingEdges(service: string): readonly TopologyEdge[] {
  return useLive(useShallow((state) => [...state.versionEdges.values()].filter((edge) => edge.to.service === service)));
}

/** All edges between services; for what looks at the mesh as a whole. */
export function useServiceEdges(): readonly ServiceEdge[] {
  return useLive(useShallow((state) => [...state.serviceEdges.values()]));
}
