import { createStore } from "zustand/vanilla";
import { equalWeights, type Weights } from "@/lib/model/index.ts";

/** An operator's word that versions may meet what they are known not to work with; it opens these versions and no other. */
export interface DraftOverride {
  readonly versions: readonly string[];
  readonly reason: string;
  readonly expiresAt: string;
}

/** Weights that an operator has drawn up but not applied. */
export interface SplitDraft {
  readonly service: string;
  /** The service's rev the draft was made on: a later one is a conflict. */
  readonly rev: number;
  /** Weights at that time. */
  readonly before: Weights;
  readonly weights: Weights;
  readonly override?: DraftOverride;
}

interface DraftState {
  /** By service. A map, because a service may be called `constructor`. */
  readonly drafts: ReadonlyMap<string, SplitDraft>;
  /** Whether the dialog is open in which all drafts are reviewed: never without a draft, so that the next one does not open it by itself. */
  readonly isReviewing: boolean;
}

/** The drafts of this tab, by service: nothing of it reaches the mesh before it is applied. */
export const draftStore = createStore<DraftState>(() => ({ drafts: new Map(), isReviewing: false }));

/** Drafts weights for a service; a draft equal to what is in force is none. */
export function draftSplit(draft: SplitDraft): void {
  if (equalWeights(draft.weights, draft.before)) {
    discardDraft(draft.service);
    return;
  }
  draftStore.setState((state) => {
    const override = stillNeeded(draft.override ?? state.drafts.get(draft.service)?.override, draft.weights);
    const { override: _, ...bare } = draft;
    return { drafts: new Map(state.drafts).set(draft.service, override ? { ...bare, override } : bare) };
  });
}

/** Opens one more version: what earlier overrides of the draft opened stays open, until the earlier of the ends. */
export function joinOverrides(known: DraftOverride | undefined, added: DraftOverride): DraftOverride {
  if (!known) return added;
  return {
    versions: [...new Set([...known.versions, ...added.versions])],
    reason: known.reason === added.reason ? known.reason : `${known.reason}; ${added.reason}`,
    expiresAt: Date.parse(known.expiresAt) < Date.parse(added.expiresAt) ? known.expiresAt : added.expiresAt,
  };
}

/** The override without the versions that the weights have left; undefined when none is left. */
function stillNeeded(override: DraftOverride | undefined, weights: Weights): DraftOverride | undefined {
  const versions = override?.versions.filter((version) => (weights[version] ?? 0) > 0) ?? [];
  if (!override || versions.length === 0) return undefined;
  return versions.length === override.versions.length ? override : { ...override, versions };
}

/** Opens the review of all drafts, or closes it. */
export function review(isReviewing: boolean): void {
  draftStore.setState((state) => ({ isReviewing: isReviewing && state.drafts.size > 0 }));
}

/** Drops the draft of one service. */
export function discardDraft(service: string): void {
  discardDrafts([service]);
}

/** Drops all drafts, or those of the services given. */
export function discardDrafts(services?: readonly string[]): void {
  draftStore.setState((state) => {
    const drafts = new Map([...state.drafts].filter(([service]) => services && !services.includes(service)));
    return { drafts, isReviewing: state.isReviewing && drafts.size > 0 };
  });
}

/** Puts a draft on the state that somebody else made meanwhile: the operator's weights stay. */
export function rebaseDraft(service: string, rev: number, before: Weights): void {
  const draft = draftStore.getState().drafts.get(service);
  if (draft) draftSplit({ ...draft, rev, before });
}
