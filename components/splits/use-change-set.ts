import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";
import { markApplied } from "./applied-store.ts";
import { discardDraft, draftStore, rebaseDraft, type SplitDraft } from "./draft-store.ts";

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
      const sent = drafts;
      const startedAtMs = Date.now();
      const answer = await api.call("POST /api/v1/changes", { body: { changes, reason }, idempotencyKey: crypto.randomUUID() });
      return { answer, sent, startedAtMs };
    },
    onSuccess: ({ answer, sent, startedAtMs }) => {
      for (const draft of sent) {
        const rev = answer.revs[draft.service] ?? draft.rev + 1;
        markApplied({ service: draft.service, weights: draft.weights, rev, startedAtMs, answeredAtMs: Date.now() });
        // What was drawn while the answer was on its way stays, on top of what holds now.
        if (draftStore.getState().drafts[draft.service] === draft) discardDraft(draft.service);
        else rebaseDraft(draft.service, rev, draft.weights);
      }
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
