"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { useFollowChanges } from "@/components/live/use-follow-changes.ts";
import { api } from "@/components/shell/api.ts";
import { type DescribedRequest, queryKeys, type ResponseOf } from "@/lib/client/index.ts";

export type Freeze = ResponseOf<"GET /api/v1/freezes">["items"][number];
export type Approval = ResponseOf<"GET /api/v1/approvals">["items"][number];
export type Governance = ResponseOf<"GET /api/v1/governance">;

const KEY = "governance";
const ALL = [KEY] as const;
/** Freezes begin and end, and approvals run out, without a change. */
const REFRESH_MS = 20_000;

/** Freezes: those that hold first. */
export function useFreezes() {
  useFollowChanges(ALL);
  return useQuery({
    queryKey: [KEY, "freezes"],
    queryFn: ({ signal }) => api.call("GET /api/v1/freezes", { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** Approvals: those that are open first. */
export function useApprovals() {
  useFollowChanges(ALL);
  return useQuery({
    queryKey: [KEY, "approvals"],
    queryFn: ({ signal }) => api.call("GET /api/v1/approvals", { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** From which risk on a second person is needed. */
export function useSecondPerson() {
  useFollowChanges(ALL);
  return useQuery({ queryKey: [KEY, "settings"], queryFn: ({ signal }) => api.call("GET /api/v1/governance", { signal }) });
}

/** A write of one of these: afterwards all of them are read again. */
export function useGovernanceWrite<Input, Answer>(
  write: (input: Input) => Promise<Answer>,
  onDone: (answer: Answer, input: Input) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: (answer, input) => {
      void client.invalidateQueries({ queryKey: ALL });
      onDone(answer, input);
    },
  });
}

/** Approves, rejects or withdraws. */
export function useDecideApproval(approval: Approval) {
  const t = useTranslations("governance.approvals");
  return useGovernanceWrite(
    (verb: "approve" | "reject" | "withdraw") => api.call(`POST /api/v1/approvals/{id}/${verb}`, { params: { id: approval.id }, body: {} }),
    ({ id, state }) => toast.success(t("done", { id, state: t(`state.${state}`) })),
  );
}

/** Does what was approved, by sending exactly that again. */
export function useApplyApproval({ id, request, summary }: Approval) {
  const t = useTranslations("governance.approvals");
  const client = useQueryClient();
  return useGovernanceWrite(
    (_: undefined) => api.send({ ...request, method: request.method as DescribedRequest["method"] }, id),
    () => {
      toast.success(t("applied", { summary }));
      void client.invalidateQueries({ queryKey: queryKeys.services() });
    },
  );
}

/** Asks a second person to agree to a request. */
export function useAskApproval() {
  const t = useTranslations("governance.risk");
  return useGovernanceWrite(
    ({ reason, request }: { readonly request: DescribedRequest; readonly reason: string }) =>
      api.call("POST /api/v1/approvals", { body: { request, reason }, idempotencyKey: crypto.randomUUID() }),
    ({ id }) => toast.success(t("asked", { id })),
  );
}
