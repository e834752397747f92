import type { HealthEvent, Mesh } from "@/lib/client/index.ts";
import type { TopologyShape } from "./topology-shape.ts";
import { useLive } from "./use-live.ts";

/** The summary of the mesh; null while unknown. */
export function useMesh(): Mesh | null {
  return useLive((state) => state.mesh);
}

/** Leases that expired, proxies that came and went: newest first, the last 100. */
export function useHealthEvents(): readonly HealthEvent[] {
  return useLive((state) => state.healthEvents);
}

/** Names only, without figures: changes rarely. */
export function useTopologyShape(): TopologyShape {
  return useLive((state) => state.shape);
}

/** Whether the first picture of the topology has arrived. */
export function useTopologyLoaded(): boolean {
  return useLive((state) => state.loaded.has("topology"));
}

/** Grows when instances came, went or changed health: the moment to ask for them again. */
export function useInstancesEpoch(): number {
  return useLive((state) => state.instancesEpoch);
}
