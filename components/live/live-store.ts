/**
 * The live picture of the mesh in the browser, normalised: one entry per service, edge and split, fed by the live stream.
 *
 * Invariants: what did not change keeps its identity (a version's lane whose figures are the same is the same object), so a component that selects
 * one entry renders only when that entry changes; `shape` changes only when something comes or goes; a `reset` keeps the old picture
 * until its snapshot arrives; lists are bounded. It holds facts and what they prove (health): no drafts, no selection.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Change, HealthEvent, LiveEvent, LiveStatus, Mesh, Split, StreamData, TopologyEdge } from "@/lib/client/index.ts";
import { edgeKey } from "@/lib/client/index.ts";
import { mergeById } from "./keep-identity.ts";
import { judgeService, type LiveService } from "./live-service.ts";
import { aggregateEdges, type ServiceEdge } from "./service-edge.ts";
import { EMPTY_SHAPE, nextShape, type TopologyShape } from "./topology-shape.ts";

const RECENT_CHANGES_MAX = 200;
const RECENT_HEALTH_EVENTS_MAX = 100;

export interface LiveState {
  readonly status: LiveStatus;
  /** Wall clock of this browser at the last event or heartbeat, up to which the picture holds; null before the first one. */
  readonly heardAtMs: number | null;
  /** Topics of which a snapshot has arrived. */
  readonly loaded: ReadonlySet<StreamData["topic"]>;
  /** How far back the figures reach. */
  readonly windowMs: number;
  readonly services: ReadonlyMap<string, LiveService>;
  /** Caller version × callee version, by the wire's edge key. */
  readonly versionEdges: ReadonlyMap<string, TopologyEdge>;
  /** Service → service, by `from>to`: what the picture draws. */
  readonly serviceEdges: ReadonlyMap<string, ServiceEdge>;
  readonly shape: TopologyShape;
  readonly splits: ReadonlyMap<string, Split>;
  readonly mesh: Mesh | null;
  /** Newest first. */
  readonly changes: readonly Change[];
  /** Newest first. */
  readonly healthEvents: readonly HealthEvent[];
  /** Grows when instances came, went or changed health. */
  readonly instancesEpoch: number;
}

export type LiveStore = StoreApi<LiveState>;

/** A store without a picture yet. */
export function createLiveStore(): LiveStore {
  return createStore<LiveState>(() => ({
    status: { state: "connecting", lastEventAtMs: null, sinceMs: 0, code: null },
    heardAtMs: null,
    loaded: new Set(),
    windowMs: 0,
    services: new Map(),
    versionEdges: new Map(),
    serviceEdges: new Map(),
    shape: EMPTY_SHAPE,
    splits: new Map(),
    mesh: null,
    changes: [],
    healthEvents: [],
    instancesEpoch: 0,
  }));
}

/** The state after one event of the stream, heard at `atMs`. */
export function reduceLive(before: LiveState, event: LiveEvent, atMs: number): LiveState {
  const state = { ...before, heardAtMs: atMs };
  if (event.kind === "heartbeat" || event.kind === "reset") return state;
  const next = reduceData(state, event.data, event.kind === "snapshot");
  if (event.kind === "delta" || state.loaded.has(event.data.topic)) return next;
  return { ...next, loaded: new Set([...state.loaded, event.data.topic]) };
}

function reduceData(state: LiveState, data: StreamData, whole: boolean): LiveState {
  switch (data.topic) {
    case "topology":
      return reduceTopology(state, data, whole);
    case "splits":
      return { ...state, splits: mergeById(state.splits, data.splits, data.removed, (split) => split.service, whole) };
    case "activity":
      return { ...state, changes: mergeChanges(state.changes, data.changes) };
    case "health":
      return {
        ...state,
        mesh: data.mesh ?? state.mesh,
        // A snapshot carries the recent events whole, those already known among them.
        healthEvents:
          data.events.length === 0 && !whole
            ? state.healthEvents
            : [...data.events.toReversed(), ...(whole ? [] : state.healthEvents)].slice(0, RECENT_HEALTH_EVENTS_MAX),
        instancesEpoch: whole || data.instancesChanged === true ? state.instancesEpoch + 1 : state.instancesEpoch,
      };
  }
}

function reduceTopology(state: LiveState, data: Extract<StreamData, { topic: "topology" }>, whole: boolean): LiveState {
  const incoming = data.services.map((service) => judgeService(service, state.services.get(service.name)));
  const services = mergeById(state.services, incoming, data.removedServices, (service) => service.name, whole);
  const versionEdges = mergeById(state.versionEdges, data.edges, data.removedEdges, edgeKey, whole);
  const serviceEdges = versionEdges === state.versionEdges ? state.serviceEdges : aggregateEdges(versionEdges.values(), state.serviceEdges);
  return {
    ...state,
    windowMs: data.windowMs,
    services,
    versionEdges,
    serviceEdges,
    shape: nextShape(state.shape, services, serviceEdges),
  };
}

function mergeChanges(previous: readonly Change[], incoming: readonly Change[]): readonly Change[] {
  if (incoming.length === 0) return previous;
  const bySeq = new Map([...previous, ...incoming].map((change) => [change.seq, change]));
  return [...bySeq.values()].sort((left, right) => right.seq - left.seq).slice(0, RECENT_CHANGES_MAX);
}
