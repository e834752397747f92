import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { draftStore, type SplitDraft } from "./draft-store.ts";

/** What is drafted for one service; null without a draft. */
export function useDraft(service: string): SplitDraft | null {
  return useStore(draftStore, (state) => state.drafts.get(service) ?? null);
}

/** All drafts, by name of service. */
export function useDrafts(): readonly SplitDraft[] {
  return useStore(
    draftStore,
    useShallow((state) => [...state.drafts.values()].toSorted((left, right) => (left.service < right.service ? -1 : 1))),
  );
}
