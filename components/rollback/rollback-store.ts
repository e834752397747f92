import { createStore } from "zustand/vanilla";

/** A rollback that was carried out, while its effect is being watched. */
export interface RunningRollback {
  readonly service: string;
  readonly changeId: string;
  /** Weights in basis points, before and after. */
  readonly from: Readonly<Record<string, number>>;
  readonly to: Readonly<Record<string, number>>;
  /** Wall clock of the browser when the request was sent. */
  readonly startedAtMs: number;
  /** Wall clock of the browser when the engine answered. */
  readonly answeredAtMs: number;
  /** The rev whose acceptance by the proxies is awaited. */
  readonly rev: number;
  /** When every connected proxy had accepted it; null while some have not. */
  readonly acceptedAtMs: number | null;
  /** Since when the count of requests that went astray has stood still; null before acceptance. */
  readonly quietSinceMs: number | null;
  /** Requests that began after the change and yet went to a version that was left. */
  readonly stray: number;
  /** When it had stood still for long enough; null until then. */
  readonly finishedAtMs: number | null;
  /** What ended it before that; null where nothing did. */
  readonly ended: RollbackEnd | null;
}

/** Why a rollback is not seen through to its end. */
export type RollbackEnd =
  /** Somebody changed the weights again. */
  | {
      readonly kind: "superseded";
      readonly author: string;
      readonly changeId: string;
      readonly weights: Readonly<Record<string, number>>;
    }
  /** The service was removed. */
  | { readonly kind: "removed" };

interface RollbackState {
  /** Service whose sheet is open. */
  readonly open: string | null;
  /** Version to suggest, where the caller knows one. */
  readonly suggested: string | null;
  readonly running: RunningRollback | null;
}

/** Which rollback is being considered, and which is being watched. */
export const rollbackStore = createStore<RollbackState>(() => ({ open: null, suggested: null, running: null }));

/** Opens the sheet, from anywhere. `to`: the version to suggest. */
export function openRollback(service: string, to?: string): void {
  rollbackStore.setState({ open: service, suggested: to ?? null });
}

/** Closes the sheet; nothing is changed. */
export function closeRollback(): void {
  rollbackStore.setState({ open: null, suggested: null });
}
