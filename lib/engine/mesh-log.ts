import { type Change, EMPTY_MESH_STATE, type MeshState } from "../model/index.ts";
import { invariant } from "../std/index.ts";
import { type EventStore, StoreWriteError } from "../store/index.ts";
import { foldChanges } from "./fold.ts";
import { laterChanges } from "./later-changes.ts";
import { decodeState, encodeState } from "./state-codec.ts";

/** A fold is put aside after this many entries, so that a start folds at most as many. */
const SNAPSHOT_EVERY = 500;
const READ_AT_ONCE = 1_000;

/** The log and its fold, always in step. */
export interface MeshLog {
  readonly state: MeshState;
  readonly readOnly: boolean;
  /** Durable when it returns; throws `StoreWriteError`. `after` is the fold of the change on the state, which the decision was judged by. */
  append(change: Change, after: MeshState, idempotency?: { readonly key: string; readonly requestHash: string }): Change;
  changes(query: { readonly beforeSeq?: number; readonly limit: number; readonly service?: string }): readonly Change[];
  changesAfter(seq: number, limit: number): readonly Change[];
  /** As it stands in the log. */
  read(id: string): Change | undefined;
  /** As `changes` shows it: `undoable` says what holds now. */
  shown(id: string): Change | undefined;
  /** Puts the fold aside where that was not done since the last entry. */
  save(): void;
}

/** Folds the log, from the newest state snapshot that this engine reads, else from the beginning. */
export function createMeshLog(store: EventStore): MeshLog {
  let { state, savedSeq } = restore(store);

  function save(): void {
    if (state.seq === savedSeq || store.readOnly) return;
    store.saveStateSnapshot(state.seq, encodeState(state));
    savedSeq = state.seq;
  }

  /** The change is durable, whatever becomes of the fold put aside; a store that refuses it takes no further change either. */
  function saveQuietly(): void {
    try {
      save();
    } catch (error) {
      if (!(error instanceof StoreWriteError)) throw error;
    }
  }

  const isUndo = (id: string): boolean => store.read(id)?.undoes !== undefined;

  /** Whether a change can be undone changes with time: a later one may stand in its way. */
  const show = (change: Change): Change => ({ ...change, undoable: change.undoable && laterChanges(state, change, isUndo).length === 0 });

  return {
    get state() {
      return state;
    },
    get readOnly() {
      return store.readOnly;
    },
    append(change, after, idempotency) {
      const appended = store.append((place) => {
        invariant(
          place.seq === change.seq && place.id === change.id && after.seq === change.seq,
          "a change is decided for the place that it gets",
        );
        return change;
      }, idempotency);
      state = after;
      if (state.seq - savedSeq >= SNAPSHOT_EVERY) saveQuietly();
      return appended;
    },
    changes: ({ beforeSeq = Number.MAX_SAFE_INTEGER, limit, service }) => store.readBefore(beforeSeq, limit, service).map(show),
    changesAfter: (seq, limit) => store.readAfter(seq, limit).map(show),
    read: (id) => store.read(id),
    shown(id) {
      const change = store.read(id);
      return change === undefined ? undefined : show(change);
    },
    save: saveQuietly,
  };
}

function restore(store: EventStore): { readonly state: MeshState; readonly savedSeq: number } {
  const snapshot = store.latestStateSnapshot();
  const decoded = snapshot === undefined ? undefined : decodeState(snapshot.state);
  let state = decoded?.ok ? decoded.value : EMPTY_MESH_STATE;
  const savedSeq = state.seq;
  for (;;) {
    const changes = store.readAfter(state.seq, READ_AT_ONCE);
    if (changes.length === 0) break;
    state = foldChanges(state, changes);
  }
  invariant(state.seq === store.lastSeq, `the fold ends at ${state.seq}, the log at ${store.lastSeq}`);
  return { state, savedSeq };
}
