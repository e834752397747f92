import { useQuery } from "@tanstack/react-query";
import { api } from "@/components/shell/api.ts";
import type { Split } from "@/lib/client/index.ts";
import { type WeightSince, weightSince } from "./weight-since.ts";

/** The engine hands out no more at once; who has had weight for longer than this many changes is said to have it "longer". */
const CHANGES_MAX = 500;

/** Since when versions of a service have had weight, in the order asked; null until the log has answered. */
export function useWeightSince(split: Split, versions: readonly string[]): readonly WeightSince[] | null {
  const { service, since } = split;
  const { data, error } = useQuery({
    // Asked again only when the weights have changed.
    queryKey: ["weight-since", service, since?.changeId ?? null],
    queryFn: ({ signal }) => api.call("GET /api/v1/changes", { query: { service, limit: CHANGES_MAX }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (error) return versions.map(() => ({ kind: "unknown" }));
  if (!data) return null;
  return versions.map((version) => weightSince(service, version, data.items, data.nextCursor === undefined));
}
