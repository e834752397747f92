import { createStore } from "zustand/vanilla";
import type { Weights } from "@/lib/model/index.ts";

/** A split that this tab applied, while its effect is being watched. */
export interface AppliedSplit {
  readonly service: string;
  readonly weights: Weights;
  readonly rev: number;
  /** Wall clock of the browser when the operator pressed Apply, and when the engine answered. */
  readonly startedAtMs: number;
  readonly answeredAtMs: number;
}

interface AppliedState {
  readonly applied: ReadonlyMap<string, AppliedSplit>;
}

/** The last split that this tab applied, by service. */
export const appliedStore = createStore<AppliedState>(() => ({ applied: new Map() }));

/** Begins to watch a split that was just applied. */
export function markApplied(split: AppliedSplit): void {
  appliedStore.setState((state) => ({ applied: new Map(state.applied).set(split.service, split) }));
}
