import { useMemo } from "react";
import type { LiveLane, LiveService } from "./live-service.ts";
import { type ServiceFigures, sumFigures } from "./service-figures.ts";
import { useLive } from "./use-live.ts";

/** One version of a service as measured; null while unknown. */
export function useLane(service: string, version: string): LiveLane | null {
  return useLive((state) => state.services.get(service)?.versions.find((lane) => lane.version === version) ?? null);
}

/** A service as measured, with all its versions; null while unknown. */
export function useTopologyService(service: string): LiveService | null {
  return useLive((state) => state.services.get(service) ?? null);
}

/** All versions of a service taken together, with its health; null while unknown. */
export function useServiceFigures(service: string): ServiceFigures | null {
  const measured = useTopologyService(service);
  return useMemo(() => (measured ? sumFigures(measured) : null), [measured]);
}
