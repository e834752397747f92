"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useFollowChanges } from "@/components/live/use-follow-changes.ts";
import { useLive } from "@/components/live/use-live.ts";
import { api } from "@/components/shell/api.ts";
import { ApiProblem, type ResponseOf } from "@/lib/client/index.ts";
import { isWalking, type PlanVerb, type PlanView } from "./plan-view.ts";

const KEY = ["plans"] as const;

const REFRESH_MS = 1000;
/** The log is asked for as many changes as one page has; what is older says no times. */
const HISTORY_LIMIT = 200;

/** Body of a request for a plan. */
export interface PlanRequest {
  readonly target?: Record<string, string>;
  readonly rollback?: { readonly service: string; readonly to?: string };
  readonly avoid?: { service: string; version: string }[];
  readonly prefer?: "steps" | "waves" | "risk";
  readonly reason?: string;
}

/** Every plan, the one under way first: asked again with every change of the mesh, and each second while one moves. */
export function usePlans() {
  useFollowChanges(KEY);
  return useQuery({
    queryKey: ["plans", "list"],
    queryFn: ({ signal }) => api.call("GET /api/v1/plans", { signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isWalking) === true ? REFRESH_MS : false),
  });
}

/** One plan with how it stands: asked again with every change of the mesh, and each second while it moves. */
export function usePlan(id: string) {
  useFollowChanges(KEY);
  return useQuery({
    queryKey: ["plans", "one", id],
    queryFn: ({ signal }) => api.call("GET /api/v1/plans/{id}", { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isWalking(state.data) ? REFRESH_MS : false),
    retry: (count, error) => !(error instanceof ApiProblem && error.code === "plan.unknown") && count < 2,
  });
}

/** The newest changes of a service that the plan moves, the plan's own among them. */
export function usePlanChanges(plan: PlanView | undefined) {
  const service = plan?.waves[0]?.steps[0]?.service;
  return useQuery({
    // Asked anew whenever the plan moved.
    queryKey: ["plans", "history", plan?.id, plan?.movedAt],
    queryFn: ({ signal }) => api.call("GET /api/v1/changes", { query: { service: service ?? "", limit: HISTORY_LIMIT }, signal }),
    enabled: service !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** What a plan would look like, asked of the engine without keeping it; asked anew when the mesh changes. */
export function usePlanPreview(body: PlanRequest | null) {
  const seq = useLive((state) => state.changes[0]?.seq ?? 0);
  return useQuery({
    queryKey: ["plan-preview", body, seq],
    queryFn: ({ signal }) => api.call("POST /api/v1/plans", { body: body ?? {}, dryRun: true, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}

/** Keeps a plan; nothing moves. */
export function useMakePlan(onMade: (plan: ResponseOf<"POST /api/v1/plans">) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PlanRequest) => api.call("POST /api/v1/plans", { body, idempotencyKey: crypto.randomUUID() }),
    onSuccess: (plan) => {
      void client.invalidateQueries({ queryKey: KEY });
      onMade(plan);
    },
  });
}

/** What a verb would do, without doing it. */
export function useVerbPreview(id: string, verb: PlanVerb) {
  return useQuery({
    queryKey: ["plan-verb-preview", id, verb],
    queryFn: ({ signal }) => api.call(`POST /api/v1/plans/{id}/${verb}`, { params: { id }, body: {}, dryRun: true, signal }),
    retry: false,
    gcTime: 0,
  });
}

/** Executes, pauses, resumes or reverses a plan. */
export function usePlanVerb(id: string, onDone: () => void = () => undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reason = "", verb }: { readonly verb: PlanVerb; readonly reason?: string }) =>
      api.call(`POST /api/v1/plans/{id}/${verb}`, {
        params: { id },
        body: reason === "" ? {} : { reason },
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: KEY });
      onDone();
    },
  });
}
