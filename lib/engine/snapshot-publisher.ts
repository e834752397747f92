import type { Instance, MeshState, ServiceName, Snapshot } from "../model/index.ts";
import type { SnapshotVersions } from "../registry/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { nextExpiryMs } from "./incompatible.ts";
import { heldState, movedServices, neededInstances, unawareProxies } from "./make-before-break.ts";
import type { StandingProxy } from "./proxies/known-proxy.ts";
import type { ProxyHub } from "./proxies/proxy-hub.ts";
import { buildSnapshot, equalSnapshots, type SnapshotInput } from "./snapshot-builder.ts";
import { waitUntil } from "./wait-until.ts";
import { type HoldOutcome, WeightHolds } from "./weight-holds.ts";

/** Pushes of churn in the registry are at least this far apart; the first goes at once. */
const CHURN_GAP_MS = 100;
/** After this time a snapshot that could not be built or numbered is tried again. */
const TRY_AGAIN_MS = 1_000;
/** The wall clock is looked at this often while an override is in force: it may jump. */
const EXPIRY_LOOK_MS = 60_000;

export interface SnapshotPublisher {
  /**
   * Publishes what is now, at once; returns the version that carries it, null where proxies would serve alike. Where it cannot be published, proxies keep what
   * they have, it is tried again each second, and the version returned is one that nobody serves yet.
   */
  publishNow(): number | null;
  /**
   * Publishes a change. Where a proxy does not know the instances yet that its weights need, the endpoints go first and the weights follow once all know
   * them, or after `HOLD_MS`; `accepted` of the number returned waits for the weights.
   */
  publishChange(before: MeshState): number | null;
  /** Resolves true once every connected proxy serves what was published under `version`, or newer; false after `timeoutMs`. */
  accepted(version: number, timeoutMs: number): Promise<boolean>;
  /** Proxies acknowledged, refused, came or went. */
  look(): void;
  /** Proxies that the weights of a service wait for; undefined where they do not wait. */
  waitingFor(service: ServiceName): readonly StandingProxy[] | undefined;
  /** Publishes what will be then, at once or with the next push allowed: for instances that come and go. */
  publishSoon(): void;
  /** Publishes what is under a version above `version`. */
  publishAbove(version: number): void;
  close(): void;
}

export interface SnapshotPublisherParts {
  readonly clock: Clock;
  readonly hub: Pick<ProxyHub, "publish" | "current" | "standing" | "inbound" | "accepted">;
  readonly versions: SnapshotVersions;
  readonly egress: readonly string[];
  readonly reservedPorts: readonly number[];
  readonly onFault: (error: unknown) => void;
  /** Weights that waited for proxies are on their way. */
  readonly onReleased: (outcome: HoldOutcome) => void;
  readonly read: () => { readonly state: MeshState; readonly leases: readonly Instance[] };
  readonly fillKeys: NonNullable<SnapshotInput["fillKeys"]>;
}

/** Decides when a snapshot is built and sent. Changes of weights are never held back by churn. */
export function createSnapshotPublisher(parts: SnapshotPublisherParts): SnapshotPublisher {
  return new Publisher(parts);
}

class Publisher implements SnapshotPublisher {
  readonly #parts: SnapshotPublisherParts;
  readonly #startedMs: number;
  readonly #holds: WeightHolds;
  readonly #waiters = new Set<() => void>();
  #lastChurnMs = Number.NEGATIVE_INFINITY;
  #pending: CancelTimer | null = null;
  #expiry: CancelTimer | null = null;

  constructor(parts: SnapshotPublisherParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.wallMs();
    this.#holds = new WeightHolds({
      clock: parts.clock,
      proxies: () => parts.hub.standing(),
      release: (outcomes) => {
        const version = this.publishNow() ?? parts.hub.current?.version ?? 0;
        for (const outcome of outcomes) parts.onReleased(outcome);
        for (const check of [...this.#waiters]) check();
        return version;
      },
    });
  }

  publishNow(): number | null {
    const { clock, hub, versions, onFault } = this.#parts;
    this.#pending?.();
    this.#pending = null;
    this.#watchExpiry();
    const current = hub.current?.version ?? 0;
    try {
      const draft = this.#build(current);
      if (hub.current !== null && equalSnapshots(hub.current, draft)) return null;
      const snapshot = { ...draft, version: versions.next() };
      hub.publish(snapshot);
      return snapshot.version;
    } catch (error) {
      onFault(error);
      this.#pending = clock.after(TRY_AGAIN_MS, () => this.publishNow());
      return current + 1;
    }
  }

  publishChange(before: MeshState): number | null {
    const { hub, read } = this.#parts;
    const { state, leases } = read();
    const moved = movedServices(before, state);
    const needed = neededInstances(moved, state, leases);
    if (needed.size === 0 || unawareProxies(needed, hub.standing()).length === 0) return this.publishNow();
    const ticket = this.#takeTicket();
    if (ticket !== null) this.#holds.add(ticket, moved, needed);
    const published = this.publishNow();
    return ticket ?? published;
  }

  publishSoon(): void {
    if (this.#pending !== null) return;
    const { clock } = this.#parts;
    const publish = () => {
      this.#lastChurnMs = clock.monotonicMs();
      this.publishNow();
    };
    const waitMs = this.#lastChurnMs + CHURN_GAP_MS - clock.monotonicMs();
    if (waitMs <= 0) publish();
    else this.#pending = clock.after(waitMs, publish);
  }

  publishAbove(version: number): void {
    const { hub, versions } = this.#parts;
    versions.raiseAbove(version);
    hub.publish(this.#build(versions.next()));
  }

  accepted(version: number, timeoutMs: number): Promise<boolean> {
    const { hub } = this.#parts;
    return this.#holds.isHeld(version) ? this.#acceptedHeld(version, timeoutMs) : hub.accepted(this.#holds.carrierOf(version), timeoutMs);
  }

  look(): void {
    this.#holds.look();
  }

  waitingFor(service: ServiceName): readonly StandingProxy[] | undefined {
    return this.#holds.waitingFor(service);
  }

  close(): void {
    this.#pending?.();
    this.#pending = null;
    this.#expiry?.();
    this.#holds.close();
  }

  async #acceptedHeld(ticket: number, timeoutMs: number): Promise<boolean> {
    const { clock, hub } = this.#parts;
    const untilMs = clock.monotonicMs() + timeoutMs;
    const isOut = await waitUntil(() => !this.#holds.isHeld(ticket), { clock, timeoutMs, waiters: this.#waiters });
    return isOut && hub.accepted(this.#holds.carrierOf(ticket), Math.max(0, untilMs - clock.monotonicMs()));
  }

  /** Null where no number can be had: nothing is held then, and publishing says why. */
  #takeTicket(): number | null {
    try {
      return this.#parts.versions.next();
    } catch {
      return null;
    }
  }

  #build(version: number): Snapshot {
    const { clock, hub, egress, reservedPorts, fillKeys, read } = this.#parts;
    const { state, leases } = read();
    return buildSnapshot({
      state: heldState(state, this.#holds.services),
      leases,
      version,
      at: new Date(clock.wallMs()).toISOString(),
      egress,
      reservedPorts,
      inbound: hub.inbound,
      fillKeys,
      startedMs: this.#startedMs,
      ...(hub.current === null ? {} : { previous: hub.current }),
    });
  }

  /** An override that ends takes its pair's requests away: proxies are told then. */
  #watchExpiry(): void {
    const { clock, read } = this.#parts;
    this.#expiry?.();
    const nowMs = clock.wallMs();
    const nextMs = nextExpiryMs(read().state, nowMs);
    this.#expiry = nextMs === null ? null : clock.after(Math.min(nextMs - nowMs, EXPIRY_LOOK_MS), () => this.publishNow());
  }
}
