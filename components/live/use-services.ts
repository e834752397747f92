import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { queries } from "@/components/shell/api.ts";
import { queryKeys, type Service } from "@/lib/client/index.ts";
import { useLive } from "./use-live.ts";

const NONE: readonly Service[] = [];

/** Every service with its versions and requirements, asked for again whenever something in the mesh changed; empty while unknown. */
export function useServices(): readonly Service[] {
  const queryClient = useQueryClient();
  const { data } = useQuery(queries.services());
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const instancesEpoch = useLive((state) => state.instancesEpoch);
  useEffect(() => {
    if (newestChange + instancesEpoch > 0) void queryClient.invalidateQueries({ queryKey: queryKeys.services(), exact: true });
  }, [queryClient, newestChange, instancesEpoch]);
  return data?.items ?? NONE;
}

/** One service as the API lists it; null while unknown. */
export function useService(name: string): Service | null {
  return useServices().find((service) => service.name === name) ?? null;
}
