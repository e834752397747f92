"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api, requireAuthor } from "@/components/shell/api.ts";
import { queryKeys } from "@/lib/client/index.ts";
import type { RollbackAnswer } from "./rollback-answer.ts";
import { closeRollback, rollbackStore } from "./rollback-store.ts";

interface RollbackTarget {
  readonly service: string;
  /** Absent: the split before the last change of weights. */
  readonly to: string | undefined;
  readonly rev: number;
}

/** What a rollback would do, asked of the engine without doing it; asked anew when the service changes. */
export function useRollbackPreview({ service, to, rev }: RollbackTarget) {
  return useQuery({
    queryKey: ["rollback-preview", service, to ?? null, rev],
    queryFn: ({ signal }): Promise<RollbackAnswer> =>
      api.call("POST /api/v1/services/{service}/rollback", {
        params: { service },
        body: { ...(to !== undefined && { to }), reason: "" },
        rev,
        dryRun: true,
        signal,
      }),
    retry: false,
    gcTime: 0,
  });
}

/** Makes a plan of a rollback that takes other services along, and walks it. */
export function useRollbackPlan(onStarted: (plan: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ reason, service, to }: Omit<RollbackTarget, "rev"> & { readonly reason: string }) => {
      const body = { rollback: { service, ...(to !== undefined && { to }) }, reason };
      const { id } = await api.call("POST /api/v1/plans", { body, idempotencyKey: crypto.randomUUID() });
      // From here on the plan is there to be looked at, also where it cannot be walked at once; its page then says why.
      const failure = await execute(id, reason);
      return { id, failure };
    },
    onSuccess: ({ failure, id }) => {
      closeRollback();
      void client.invalidateQueries({ queryKey: ["plans"] });
      if (failure !== null) toast.error(failure);
      onStarted(id);
    },
  });
}

async function execute(id: string, reason: string): Promise<string | null> {
  try {
    await api.call("POST /api/v1/plans/{id}/execute", { params: { id }, body: { reason }, idempotencyKey: crypto.randomUUID() });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Carries a rollback out and hands it to the strip, which watches its effect. */
export function useRollback() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ service, to, rev, reason }: RollbackTarget & { readonly reason: string }) => {
      // Asked before the clock starts: the figure is about the mesh, not about typing a name.
      await requireAuthor();
      const startedAtMs = Date.now();
      const answer = await api.call("POST /api/v1/services/{service}/rollback", {
        params: { service },
        body: { ...(to !== undefined && { to }), reason },
        rev,
        idempotencyKey: crypto.randomUUID(),
      });
      return { service, answer, startedAtMs, answeredAtMs: Date.now() };
    },
    onSuccess: ({ service, answer, startedAtMs, answeredAtMs }) => {
      closeRollback();
      rollbackStore.setState({
        running: {
          service,
          changeId: answer.change?.id ?? "",
          from: answer.from,
          to: answer.to,
          startedAtMs,
          answeredAtMs,
          rev: answer.rev ?? 0,
          acceptedAtMs: isAccepted(answer) ? answeredAtMs : null,
          quietSinceMs: null,
          stray: 0,
          finishedAtMs: null,
          ended: null,
        },
      });
      void client.invalidateQueries({ queryKey: queryKeys.service(service) });
    },
  });
}

function isAccepted({ accepted }: RollbackAnswer): boolean {
  return accepted !== undefined && accepted.proxies > 0 && accepted.acknowledged >= accepted.proxies;
}
