import type { LiveEvent } from "./live-types.ts";
import { applyTopologyDelta } from "./topology-delta.ts";
import type { StreamData } from "./wire-types.ts";

/** Newest changes and health events that a picture keeps; older ones are read through the API. */
const RECENT_MAX = 200;

type Topic = StreamData["topic"];

/** All that the stream has said so far, as one snapshot per topic: what a tab that comes late is given. */
export interface LivePicture {
  absorb(event: LiveEvent): void;
  /** Snapshot events that bring a newcomer up to date; empty before the first snapshot. */
  snapshots(): LiveEvent[];
  readonly lastEventId: string;
}

/** An empty picture. */
export function createLivePicture(): LivePicture {
  const held = new Map<Topic, StreamData>();
  let lastEventId = "";
  return {
    absorb(event) {
      lastEventId = event.id;
      if (event.kind === "reset") held.delete(event.data.topic);
      if (event.kind === "snapshot") held.set(event.data.topic, event.data);
      if (event.kind !== "delta") return;
      const before = held.get(event.data.topic);
      if (before !== undefined) held.set(event.data.topic, mergeDelta(before, event.data));
    },
    snapshots: () => [...held.values()].map((data) => ({ kind: "snapshot", id: lastEventId, data })),
    get lastEventId() {
      return lastEventId;
    },
  };
}

function mergeDelta(before: StreamData, delta: StreamData): StreamData {
  if (before.topic === "topology" && delta.topic === "topology") return { topic: "topology", ...applyTopologyDelta(before, delta) };
  if (before.topic === "splits" && delta.topic === "splits") {
    const byService = new Map(before.splits.map((split) => [split.service, split]));
    for (const service of delta.removed ?? []) byService.delete(service);
    for (const split of delta.splits) byService.set(split.service, split);
    return { topic: "splits", at: delta.at, splits: [...byService.values()] };
  }
  if (before.topic === "activity" && delta.topic === "activity") {
    return { ...delta, changes: [...before.changes, ...delta.changes].slice(-RECENT_MAX) };
  }
  if (before.topic === "health" && delta.topic === "health") {
    const mesh = delta.mesh ?? before.mesh;
    return { topic: "health", at: delta.at, events: [...before.events, ...delta.events].slice(-RECENT_MAX), ...(mesh && { mesh }) };
  }
  return delta;
}
