import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { queries } from "@/components/shell/api.ts";
import { queryKeys } from "@/lib/client/index.ts";
import { useInstancesEpoch } from "./use-mesh.ts";

const REFRESH_MS = 5_000;

/** The instances of a service, asked again when one came, went or changed health. `isWanted`: nothing is asked otherwise. */
export function useInstances(service: string, isWanted = true) {
  const client = useQueryClient();
  const epoch = useInstancesEpoch();
  useEffect(() => {
    if (epoch > 0) void client.invalidateQueries({ queryKey: queryKeys.instances(service) });
  }, [epoch, client, service]);
  return useQuery({ ...queries.instances(service), refetchInterval: REFRESH_MS, enabled: isWanted });
}
