import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useLive } from "@/components/live/use-live.ts";
import { api, isGivenUp } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";

export type PlanPreview = ResponseOf<"POST /api/v1/plans">;

/** The way to a target as it would be planned now, and the step that keeps it as a plan and opens it. */
export function usePlanFromHere(target: Readonly<Record<string, string>>) {
  const router = useRouter();
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const isEmpty = Object.keys(target).length === 0;
  const preview = useQuery({
    queryKey: ["plan-preview", target, newestChange],
    queryFn: ({ signal }) => api.call("POST /api/v1/plans", { body: { target: { ...target } }, dryRun: true, signal }),
    enabled: !isEmpty,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const create = useMutation({
    mutationFn: () => api.call("POST /api/v1/plans", { body: { target: { ...target } } }),
    onSuccess: ({ id }) => router.push(`/plans/${encodeURIComponent(id)}`),
  });
  const refused = create.error !== null && !isGivenUp(create.error) ? create.error : null;
  return {
    isEmpty,
    plan: isEmpty || preview.error !== null ? null : (preview.data ?? null),
    isAsking: !isEmpty && preview.isFetching && preview.isPlaceholderData,
    error: isEmpty ? null : (preview.error ?? refused),
    create: () => create.mutate(),
    isCreating: create.isPending,
  };
}
