import { useQuery } from "@tanstack/react-query";
import { useFollowChanges } from "@/components/live/use-follow-changes.ts";
import { queries } from "@/components/shell/api.ts";
import { type CompatibilityMatrix, queryKeys } from "@/lib/client/index.ts";

const ALL = queryKeys.compatibility();

/** The matrix of an edge, asked for again after each change in the mesh; null until it has come. */
export function useMatrix(consumer: string, provider: string) {
  useFollowChanges(ALL);
  const { data, error, refetch } = useQuery({ ...queries.compatibility(consumer, provider), retry: false });
  const matrix: CompatibilityMatrix | null = data ?? null;
  return { matrix, error, refetch };
}
