import type { InstanceId, SnapshotEndpoint } from "../../model/index.ts";
import { stableHash } from "./stable-hash.ts";

/** Time over which Peak EWMA forgets, ms. */
const DECAY_MS = 10_000;
/** Load of an instance that has been asked and has never answered. */
const UNPROVEN = 1e12;

/**
 * One instance as the balancers of a proxy see it. `lib/routing/health` makes it and says whether it is healthy; whoever sends requests
 * keeps `inFlight` and reports latencies. One object per instance and proxy, the same in every pool.
 */
export class Member {
  readonly id: InstanceId;
  readonly hash: number;
  /** Requests under way. */
  inFlight = 0;
  /** Not ejected, good by active checks, not refused a connection a moment ago. */
  isHealthy = true;
  #endpoint: SnapshotEndpoint;
  #slowStart = 1;
  #weight: number;
  #costMs = 0;
  #costAtMs = 0;

  constructor(endpoint: SnapshotEndpoint) {
    this.id = endpoint.id;
    this.hash = stableHash(endpoint.id);
    this.#endpoint = endpoint;
    this.#weight = this.shareWeight;
  }

  get endpoint(): SnapshotEndpoint {
    return this.#endpoint;
  }

  set endpoint(endpoint: SnapshotEndpoint) {
    this.#endpoint = endpoint;
    this.#weight = this.shareWeight * this.#slowStart;
  }

  /** As registered: 1 when nothing was said. */
  get shareWeight(): number {
    return this.#endpoint.weight ?? 1;
  }

  /** Above 0 to 1: part of its weight that an instance gets while it warms up. */
  get slowStart(): number {
    return this.#slowStart;
  }

  set slowStart(factor: number) {
    this.#slowStart = factor;
    this.#weight = this.shareWeight * factor;
  }

  /** `shareWeight` × `slowStart`. */
  get weight(): number {
    return this.#weight;
  }

  /** A request took `latencyMs` until its answer began. Peaks count at once, and are forgotten over 10 s (Finagle, `PeakEwma.scala`). */
  observeLatency(latencyMs: number, nowMs: number): void {
    const kept = Math.exp((this.#costAtMs - nowMs) / DECAY_MS);
    this.#costMs = latencyMs > this.#costMs ? latencyMs : this.#costMs * kept + latencyMs * (1 - kept);
    this.#costAtMs = nowMs;
  }

  /** Peak EWMA's load: latency, times the requests that a new one would stand with. */
  loadAt(nowMs: number): number {
    if (this.#costMs === 0) return this.inFlight === 0 ? 0 : UNPROVEN + this.inFlight;
    return this.#costMs * Math.exp((this.#costAtMs - nowMs) / DECAY_MS) * (this.inFlight / this.#weight + 1);
  }
}
