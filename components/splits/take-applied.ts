import { markApplied } from "./applied-store.ts";
import { discardDraft, draftStore, rebaseDraft, type SplitDraft } from "./draft-store.ts";

interface AppliedTimes {
  readonly startedAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * The engine took `sent`, and services now have the revs of `revs`: those drafts go, and their effect is watched. What was drawn for a service
 * while the answer was on its way stays, on top of what holds now.
 */
export function takeApplied(sent: readonly SplitDraft[], revs: Readonly<Record<string, number>>, times: AppliedTimes): void {
  for (const draft of sent) {
    const rev = revs[draft.service] ?? draft.rev + 1;
    markApplied({ service: draft.service, weights: draft.weights, rev, ...times });
    if (draftStore.getState().drafts.get(draft.service) === draft) discardDraft(draft.service);
    else rebaseDraft(draft.service, rev, draft.weights);
  }
}
