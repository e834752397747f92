import { createStore } from "zustand/vanilla";
import { equalWeights, type Weights } from "@/lib/model/index.ts";

/** Weights that an operator has drawn up but not applied. */
export interface SplitDraft {
  readonly service: string;
  /** The service's rev the draft was made on: a later one is a conflict. */
  readonly rev: number;
  /** Weights at that time. */
  readonly before: Weights;
  readonly weights: Weights;
  readonly override?: { readonly reason: string; readonly expiresAt: string };
}

interface DraftState {
  readonly drafts: Readonly<Record<string, SplitDraft>>;
}

/** The drafts of this tab, by service: nothing of it reaches the mesh before it is applied. */
export const draftStore = createStore<DraftState>(() => ({ drafts: {} }));

/** Drafts weights for a service; a draft equal to what is in force is none. */
export function draftSplit(draft: SplitDraft): void {
  if (equalWeights(draft.weights, draft.before)) {
    discardDraft(draft.service);
    return;
  }
  draftStore.setState((state) => {
    const override = draft.override ?? state.drafts[draft.service]?.override;
    return { drafts: { ...state.drafts, [draft.service]: override ? { ...draft, override } : draft } };
  });
}

/** Drops the draft of one service. */
export function discardDraft(service: string): void {
  draftStore.setState((state) => {
    const { [service]: _, ...drafts } = state.drafts;
    return { drafts };
  });
}

/** Drops all drafts, or those of the services given. */
export function discardDrafts(services?: readonly string[]): void {
  draftStore.setState((state) => ({
    drafts: services ? Object.fromEntries(Object.entries(state.drafts).filter(([service]) => !services.includes(service))) : {},
  }));
}

/** Puts a draft on the state that somebody else made meanwhile: the operator's weights stay. */
export function rebaseDraft(service: string, rev: number, before: Weights): void {
  const draft = draftStore.getState().drafts[service];
  if (draft) draftSplit({ ...draft, rev, before });
}
