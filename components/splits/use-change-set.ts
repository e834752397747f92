import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";
import type { SplitDraft } from "./draft-store.ts";
import { splitChange } from "./split-change.ts";
import { takeApplied } from "./take-applied.ts";

const DRY_RUN_DELAY_MS = 180;

type ChangeSetAnswer = ResponseOf<"POST /api/v1/changes">;

/** The change set that some drafts make: what it would do, and the way to apply it. */
export interface ChangeSet {
  /** What the engine says would happen; null until it has answered for exactly these drafts. */
  readonly dryRun: ChangeSetAnswer | null;
  /** Why the engine would refuse it, or why it could not be asked. */
  readonly dryRunError: unknown;
  readonly isApplying: boolean;
  /** Why exactly these drafts could not be applied; null once they were drawn anew. */
  readonly applyError: unknown;
  apply(reason: string): void;
}

/** Asks for a dry run of the drafts, a moment after the last drag, and applies them all or none. */
export function useChangeSet(drafts: readonly SplitDraft[]): ChangeSet {
  const changes = drafts.map(splitChange);
  const text = JSON.stringify(changes);
  const settled = useSettled(text);
  const isSettled = settled === text;
  const dryRun = useQuery({
    queryKey: ["change-set", settled],
    queryFn: ({ signal }) => api.call("POST /api/v1/changes", { body: { changes, reason: "" }, dryRun: true, signal }),
    enabled: changes.length > 0 && isSettled,
    staleTime: 1_000,
    retry: false,
  });
  const mutation = useMutation({
    mutationFn: async ({ reason }: Attempt) => {
      const sent = drafts;
      const startedAtMs = Date.now();
      const answer = await api.call("POST /api/v1/changes", { body: { changes, reason }, idempotencyKey: crypto.randomUUID() });
      return { answer, sent, startedAtMs };
    },
    onSuccess: ({ answer, sent, startedAtMs }) => takeApplied(sent, answer.revs, { startedAtMs, answeredAtMs: Date.now() }),
  });
  return {
    dryRun: isSettled ? (dryRun.data ?? null) : null,
    dryRunError: isSettled ? dryRun.error : null,
    isApplying: mutation.isPending,
    applyError: errorOf(mutation, text),
    apply: (reason) => mutation.mutate({ reason, text }),
  };
}

/** What Apply was pressed for: the reason, and the changes as text. */
interface Attempt {
  readonly reason: string;
  readonly text: string;
}

/** Why applying failed, as long as the changes on screen are those that were tried; drawn anew, the dry run has the word again. */
export function errorOf(tried: { readonly error: unknown; readonly variables: Attempt | undefined }, text: string): unknown {
  return tried.variables?.text === text ? tried.error : null;
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
