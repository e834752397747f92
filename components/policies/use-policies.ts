"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useFollowChanges } from "@/components/live/use-follow-changes.ts";
import { api } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";
import type { PolicyInput } from "@/lib/model/index.ts";

export type PolicyView = ResponseOf<"GET /api/v1/policies">["items"][number];
export type AlertView = ResponseOf<"GET /api/v1/alerts">["items"][number];
export type AlertGroup = ResponseOf<"GET /api/v1/alerts">["groups"][number];
export type Cause = ResponseOf<"GET /api/v1/alerts/{id}/diagnosis">["causes"][number];
export type DryRun = ResponseOf<"POST /api/v1/policies/{id}/dry-run">;

const KEY = "policies";
const ALL = [KEY] as const;
/** What policies would do moves with the figures. */
const REFRESH_MS = 4_000;

/** Every policy with what it would do now. */
export function usePolicies() {
  useFollowChanges(ALL);
  return useQuery({
    queryKey: [KEY, "list"],
    queryFn: ({ signal }) => api.call("GET /api/v1/policies", { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** Alerts, those that fire first: asked again with every change of the mesh. */
export function useAlerts() {
  useFollowChanges(ALL);
  return useQuery({ queryKey: [KEY, "alerts"], queryFn: ({ signal }) => api.call("GET /api/v1/alerts", { signal }) });
}

/** One alert, however many there are. */
export function useAlert(id: string) {
  useFollowChanges(ALL);
  return useQuery({
    queryKey: [KEY, "alert", id],
    queryFn: ({ signal }) => api.call("GET /api/v1/alerts/{id}", { params: { id }, signal }),
  });
}

/** Changes that an alert may come from. */
export function useDiagnosis(id: string) {
  return useQuery({
    queryKey: [KEY, "diagnosis", id],
    queryFn: ({ signal }) => api.call("GET /api/v1/alerts/{id}/diagnosis", { params: { id }, signal }),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
}

/** A write about a policy or an alert: afterwards all of them are read again. */
export function usePolicyWrite<Input, Answer>(write: (input: Input) => Promise<Answer>, onDone: (answer: Answer, input: Input) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: (answer, input) => {
      void client.invalidateQueries({ queryKey: ALL });
      onDone(answer, input);
    },
  });
}

/** What a rule would have done in the last hour; asked when told to. */
export function useDryRun() {
  return useMutation({
    mutationFn: ({ id, policy }: { readonly id: string; readonly policy: PolicyInput }) =>
      api.call("POST /api/v1/policies/{id}/dry-run", { params: { id }, body: { policy: bodyOf(policy) } }),
  });
}

/** A rule as the contract takes it. */
export function bodyOf(policy: PolicyInput) {
  return structuredClone(policy) as unknown as Pick<PolicyView, "actions" | "enabled" | "guard" | "kind" | "name" | "trigger">;
}
