"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api, isGivenUp } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";

export type DeploymentView = ResponseOf<"GET /api/v1/deployments">["items"][number];
export type ProcessView = DeploymentView["instances"][number];
export type NodeView = ResponseOf<"GET /api/v1/nodes">["items"][number];
export type ProcessVerb = "start" | "stop" | "restart";

/** Processes come and go outside the log, so they are asked for again and again while somebody looks. */
const REFRESH_MS = 1_000;
/** Where nobody looks at them but at their number. */
const SLOW_REFRESH_MS = 5_000;

export const workloadKeys = { all: ["workloads"] as const };

export function useNodes({ slow = false }: { readonly slow?: boolean } = {}) {
  return useQuery({
    queryKey: [...workloadKeys.all, "nodes"],
    queryFn: ({ signal }) => api.call("GET /api/v1/nodes", { signal }),
    refetchInterval: slow ? SLOW_REFRESH_MS : REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}

/** Every deployment, by service and version. */
export function useDeployments() {
  return useQuery({
    queryKey: [...workloadKeys.all, "deployments"],
    queryFn: ({ signal }) => api.call("GET /api/v1/deployments", { signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}

/** A write to deployments, nodes or processes: afterwards everything about them is read again. */
export function useWorkloadWrite<Input>({
  write,
  done,
  onDone,
}: {
  readonly write: (input: Input) => Promise<unknown>;
  readonly done: (input: Input) => string;
  readonly onDone?: () => void;
}) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: write,
    onSuccess: (_answer, input) => {
      toast.success(done(input));
      onDone?.();
      void client.invalidateQueries({ queryKey: workloadKeys.all });
    },
  });
  return {
    run: mutation.mutate,
    isPending: mutation.isPending,
    problem: mutation.error && !isGivenUp(mutation.error) ? mutation.error : null,
  };
}

/** What a person calls a process: its instance, or where it runs while it has none. */
export function nameOfProcess({ instance, assignment }: Pick<ProcessView, "instance" | "assignment">): string {
  return instance ?? assignment;
}
