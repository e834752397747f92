import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useLive } from "@/components/live/use-live.ts";
import { useInstancesEpoch } from "@/components/live/use-mesh.ts";
import { api, isGivenUp } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";

export type PlanPreview = ResponseOf<"POST /api/v1/plans">;

type Target = Readonly<Record<string, string>>;

/**
 * The way to a target as it would be planned now, and the step that keeps it as a plan and opens it. Of a target that is known to be contradictory
 * no preview is asked for: the engine says why when somebody wants a plan all the same.
 */
export function usePlanFromHere(target: Target, isConsistent: boolean) {
  const router = useRouter();
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const instancesEpoch = useInstancesEpoch();
  const isEmpty = Object.keys(target).length === 0;
  const preview = useQuery({
    queryKey: ["plan-preview", target, newestChange, instancesEpoch],
    queryFn: ({ signal }) => api.call("POST /api/v1/plans", { body: { target: { ...target } }, dryRun: true, signal }),
    enabled: !isEmpty && isConsistent,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const create = useMutation({
    mutationFn: (wanted: Target) => api.call("POST /api/v1/plans", { body: { target: { ...wanted } } }),
    onSuccess: ({ id }) => router.push(`/plans/${encodeURIComponent(id)}`),
  });
  const isOfThis = JSON.stringify(create.variables) === JSON.stringify(target);
  const refused = isOfThis && create.error !== null && !isGivenUp(create.error) ? create.error : null;
  return {
    isEmpty,
    isConsistent,
    plan: isEmpty || !isConsistent || preview.error !== null ? null : (preview.data ?? null),
    isAsking: !isEmpty && preview.isFetching && preview.isPlaceholderData,
    error: isEmpty ? null : (refused ?? (isConsistent ? preview.error : null)),
    create: () => create.mutate(target),
    isCreating: create.isPending,
  };
}
