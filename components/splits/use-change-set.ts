import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";
import { markApplied } from "./applied-store.ts";
import { discardDrafts, type SplitDraft } from "./draft-store.ts";

const DRY_RUN_DELAY_MS = 180;

type ChangeSetAnswer = ResponseOf<"POST /api/v1/changes">;

/** The change set that some drafts make: what it would do, and the way to apply it. */
export interface ChangeSet {
  /** What the engine says would happen; null until it has answered for exactly these drafts. */
  readonly dryRun: ChangeSetAnswer | null;
  /** Why the engine would refuse it, or why it could not be asked. */
  readonly dryRunError: unknown;
  readonly isApplying: boolean;
  readonly applyError: unknown;
  apply(reason: string): void;
}

/** Asks for a dry run of the drafts, a moment after the last drag, and applies them all or none. */
export function useChangeSet(drafts: readonly SplitDraft[]): ChangeSet {
  const changes = drafts.map(({ service, rev, weights, override }) => ({
    kind: "split" as const,
    service,
    rev,
    weights,
    ...(override && { override }),
  }));
  const settled = useSettled(JSON.stringify(changes));
  const isSettled = settled === JSON.stringify(changes);
  const dryRun = useQuery({
    queryKey: ["change-set", settled],
    queryFn: ({ signal }) => api.call("POST /api/v1/changes", { body: { changes, reason: "" }, dryRun: true, signal }),
    enabled: changes.length > 0 && isSettled,
    staleTime: 1_000,
    retry: false,
  });
  const mutation = useMutation({
    mutationFn: async (reason: string) => {
      const startedAtMs = Date.now();
      const answer = await api.call("POST /api/v1/changes", { body: { changes, reason }, idempotencyKey: crypto.randomUUID() });
      return { answer, startedAtMs };
    },
    onSuccess: ({ answer, startedAtMs }) => {
      for (const draft of drafts) {
        markApplied({
          service: draft.service,
          weights: draft.weights,
          rev: answer.revs[draft.service] ?? draft.rev + 1,
          startedAtMs,
          answeredAtMs: Date.now(),
        });
      }
      discardDrafts(drafts.map((draft) => draft.service));
    },
  });
  return {
    dryRun: isSettled ? (dryRun.data ?? null) : null,
    dryRunError: isSettled ? dryRun.error : null,
    isApplying: mutation.isPending,
    applyError: mutation.error,
    apply: (reason) => mutation.mutate(reason),
  };
}

/** The text, once it has not changed for a moment: a drag asks once, at its end. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), DRY_RUN_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
