/**
 * The last minute in memory, in bins of half a second, on the monotonic clock: a jump of the wall clock does not empty the picture.
 *
 * A window ends at the newest bin, because what happened since has not been reported yet; when nothing is reported any more it moves on with the
 * clock, two seconds behind, and figures fall to nothing. While less than a window has been seen since the beginning, the window is what has been seen.
 */
import type { EdgeEnd, InstanceDelta } from "../model/index.ts";
import type { EdgeRecord } from "./edge-catalog.ts";
import { createHistogram } from "./histogram.ts";
import { addLiveTally, emptyLiveTally, figuresOf, type LiveTally } from "./tally.ts";
import type { EdgeFigures, EdgeFlow, Figures, InstanceFigures } from "./telemetry-store.ts";
import { TimedBins } from "./timed-bins.ts";

/** Longest window that can be asked for. */
export const LIVE_WINDOW_MS_MAX = 60_000;
const BIN_MS = 500;
/** A little more than the longest window, so that a window two seconds behind is complete. */
const SLOTS_MAX = (LIVE_WINDOW_MS_MAX + 3_000) / BIN_MS;
const SILENCE_MS = 2_000;

interface Window {
  readonly first: number;
  readonly last: number;
  readonly windowMs: number;
}

/** Live figures of edges, versions and instances. All times are monotonic ms. */
export class LiveWindows {
  readonly #edges = new Map<EdgeRecord, TimedBins<LiveTally>>();
  readonly #instances = new Map<string, TimedBins<{ requests: number; failed: number; connectFailures: number }>>();
  readonly #scratch = createHistogram();
  #oldestMs = Number.POSITIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;

  /** Notes that figures have been reported up to a time, whether there were any or not. */
  see(atMs: number): void {
    if (atMs < this.#oldestMs) this.#oldestMs = atMs;
    if (atMs > this.#newestMs) this.#newestMs = atMs;
  }

  /** Counts requests of an edge at a time. */
  addEdge(edge: EdgeRecord, atMs: number, tally: LiveTally): void {
    let bins = this.#edges.get(edge);
    if (bins === undefined) {
      bins = new TimedBins(SLOTS_MAX, emptyLiveTally);
      this.#edges.set(edge, bins);
    }
    addLiveTally(bins.at(slotOf(atMs)), tally);
    this.see(atMs);
  }

  /** Counts what an instance did at a time. */
  addInstance(delta: InstanceDelta, atMs: number): void {
    let bins = this.#instances.get(delta.instance);
    if (bins === undefined) {
      bins = new TimedBins(SLOTS_MAX, () => ({ requests: 0, failed: 0, connectFailures: 0 }));
      this.#instances.set(delta.instance, bins);
    }
    const bin = bins.at(slotOf(atMs));
    bin.requests += delta.requests;
    bin.failed += delta.failed;
    bin.connectFailures += delta.connectFailures;
  }

  /** Edges with requests in the window, or those with mirrored copies. */
  edges(nowMs: number, windowMs: number, mirror = false): readonly EdgeFigures[] {
    const window = this.#window(nowMs, windowMs);
    const edges: EdgeFigures[] = [];
    for (const [edge, bins] of this.#edges) {
      if (edge.isOther || edge.mirror !== mirror) continue;
      const figures = figuresOf(bins.between(window.first, window.last), window.windowMs, this.#scratch);
      if (figures.requests > 0) edges.push({ caller: edge.caller, callee: edge.callee, ...figures });
    }
    return edges;
  }

  /** Edges with requests in the window, and how many. */
  flows(nowMs: number, windowMs: number): readonly EdgeFlow[] {
    const window = this.#window(nowMs, windowMs);
    const flows: EdgeFlow[] = [];
    for (const [{ callee, caller, isOther, mirror }, bins] of this.#edges) {
      if (isOther || mirror) continue;
      let requests = 0;
      for (const tally of bins.between(window.first, window.last)) requests += tally.requests;
      if (requests > 0) flows.push({ caller, callee, requests, rps: (requests * 1_000) / window.windowMs });
    }
    return flows;
  }

  /** Callee service → version ("" for none reached) → figures over all callers. */
  versions(nowMs: number, windowMs: number): ReadonlyMap<string, ReadonlyMap<string, Figures>> {
    const services = new Map<string, Map<string, Figures>>();
    const flat = this.figuresBy(nowMs, windowMs, (_, { service, version }) => `${service}@${version ?? ""}`);
    for (const [key, figures] of flat) {
      const at = key.indexOf("@");
      entry(services, key.slice(0, at), () => new Map<string, Figures>()).set(key.slice(at + 1), figures);
    }
    return services;
  }

  /** Edges with requests in the window, summed by a key; those whose key is null are left out. */
  figuresBy(nowMs: number, windowMs: number, keyOf: (caller: EdgeEnd, callee: EdgeEnd) => string | null): ReadonlyMap<string, Figures> {
    const window = this.#window(nowMs, windowMs);
    const groups = new Map<string, TimedBins<LiveTally>[]>();
    for (const [{ callee, caller, isOther, mirror }, bins] of this.#edges) {
      const key = isOther || mirror ? null : keyOf(caller, callee);
      if (key !== null) entry(groups, key, () => []).push(bins);
    }
    const sums = new Map<string, Figures>();
    for (const [key, lanes] of groups) {
      const tallies = lanes.flatMap((bins) => bins.between(window.first, window.last));
      const figures = figuresOf(tallies, window.windowMs, this.#scratch);
      if (figures.requests > 0) sums.set(key, figures);
    }
    return sums;
  }

  /** Instances that did anything in the window. */
  instances(nowMs: number, windowMs: number): ReadonlyMap<string, InstanceFigures> {
    const window = this.#window(nowMs, windowMs);
    const instances = new Map<string, InstanceFigures>();
    for (const [instance, bins] of this.#instances) {
      const sum = { requests: 0, failed: 0, connectFailures: 0 };
      for (const bin of bins.between(window.first, window.last)) {
        sum.requests += bin.requests;
        sum.failed += bin.failed;
        sum.connectFailures += bin.connectFailures;
      }
      if (sum.requests + sum.connectFailures > 0) instances.set(instance, sum);
    }
    return instances;
  }

  /** Forgets what no window reaches any more. */
  prune(nowMs: number): void {
    const first = slotOf(nowMs) - SLOTS_MAX;
    dropOld(this.#edges, first);
    dropOld(this.#instances, first);
  }

  #window(nowMs: number, windowMs: number): Window {
    const endMs = Math.min(nowMs, Math.max(this.#newestMs, nowMs - SILENCE_MS));
    const wantedSlots = Math.max(1, Math.round(Math.min(windowMs, LIVE_WINDOW_MS_MAX) / BIN_MS));
    const last = slotOf(endMs);
    const seenSlots = Math.max(1, last - slotOf(Math.min(this.#oldestMs, endMs)) + 1);
    const slots = Math.min(wantedSlots, seenSlots);
    return { first: last - slots + 1, last, windowMs: slots * BIN_MS };
  }
}

function slotOf(ms: number): number {
  return Math.floor(ms / BIN_MS);
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

function dropOld<K, V>(map: Map<K, TimedBins<V>>, first: number): void {
  for (const [key, bins] of map) {
    bins.dropBefore(first);
    if (bins.isEmpty) map.delete(key);
  }
}
