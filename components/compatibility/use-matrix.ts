import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLive } from "@/components/live/use-live.ts";
import { queries } from "@/components/shell/api.ts";
import { type CompatibilityMatrix, queryKeys } from "@/lib/client/index.ts";

/** The matrix of an edge, asked for again after each change in the mesh; null until it has come. */
export function useMatrix(consumer: string, provider: string) {
  const client = useQueryClient();
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const { data, error, refetch } = useQuery({ ...queries.compatibility(consumer, provider), retry: false });
  useEffect(() => {
    if (newestChange > 0) void client.invalidateQueries({ queryKey: queryKeys.compatibility() });
  }, [client, newestChange]);
  const matrix: CompatibilityMatrix | null = data ?? null;
  return { matrix, error, refetch };
}
