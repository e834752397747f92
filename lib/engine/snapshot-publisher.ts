import type { Instance, MeshState, Snapshot } from "../model/index.ts";
import type { SnapshotVersions } from "../registry/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import type { ProxyHub } from "./proxies/proxy-hub.ts";
import { buildSnapshot, equalSnapshots } from "./snapshot-builder.ts";

/** Pushes of churn in the registry are at least this far apart; the first goes at once. */
const CHURN_GAP_MS = 100;
/** After this time a snapshot that could not be built or numbered is tried again. */
const TRY_AGAIN_MS = 1_000;

export interface SnapshotPublisher {
  /**
   * Publishes what is now, at once; returns the version that carries it, null where proxies would serve alike. Where it cannot be published, proxies keep what
   * they have, it is tried again each second, and the version returned is one that nobody serves yet.
   */
  publishNow(): number | null;
  /** Publishes what will be then, at once or with the next push allowed: for instances that come and go. */
  publishSoon(): void;
  /** Publishes what is under a version above `version`. */
  publishAbove(version: number): void;
  close(): void;
}

/** Decides when a snapshot is built and sent. Changes of weights are never held back by churn. */
export function createSnapshotPublisher(parts: {
  readonly clock: Clock;
  readonly hub: Pick<ProxyHub, "publish" | "current">;
  readonly versions: SnapshotVersions;
  readonly egress: readonly string[];
  readonly reservedPorts: readonly number[];
  readonly onFault: (error: unknown) => void;
  readonly read: () => { readonly state: MeshState; readonly leases: readonly Instance[] };
}): SnapshotPublisher {
  const { clock, hub, versions, egress, reservedPorts, onFault, read } = parts;
  let lastChurnMs = Number.NEGATIVE_INFINITY;
  let pending: CancelTimer | null = null;

  function build(version: number): Snapshot {
    const at = new Date(clock.wallMs()).toISOString();
    return buildSnapshot({ ...read(), version, at, egress, reservedPorts, ...(hub.current === null ? {} : { previous: hub.current }) });
  }

  function publishNow(): number | null {
    pending?.();
    pending = null;
    const current = hub.current?.version ?? 0;
    try {
      const draft = build(current);
      if (hub.current !== null && equalSnapshots(hub.current, draft)) return null;
      const snapshot = { ...draft, version: versions.next() };
      hub.publish(snapshot);
      return snapshot.version;
    } catch (error) {
      onFault(error);
      pending = clock.after(TRY_AGAIN_MS, publishNow);
      return current + 1;
    }
  }

  function publishChurn(): void {
    lastChurnMs = clock.monotonicMs();
    publishNow();
  }

  return {
    publishNow,
    publishSoon() {
      if (pending !== null) return;
      const waitMs = lastChurnMs + CHURN_GAP_MS - clock.monotonicMs();
      if (waitMs <= 0) publishChurn();
      else pending = clock.after(waitMs, publishChurn);
    },
    publishAbove(version) {
      versions.raiseAbove(version);
      hub.publish(build(versions.next()));
    },
    close() {
      pending?.();
      pending = null;
    },
  };
}
