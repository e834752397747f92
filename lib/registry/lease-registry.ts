/**
 * Leases on the monotonic clock.
 *
 * A lease's deadline is in *listening time*: monotonic time less the stretches in which this process stood still. A stretch is noticed because
 * the sweep, due every `SWEEP_MS`, comes over `STALL_MS` late; everything but one sweep period of it is then taken off. So whoever sends heartbeats
 * in time is never dropped, however long the process was stopped, while a lease of a process that runs is dropped at most one sweep after its TTL.
 */
import type { Instance, Refusal } from "../model/index.ts";
import { type Clock, err, ok } from "../std/index.ts";
import { LEASES_MAX, type Lease, type LeaseRegistry, TTL_MS_MAX, TTL_MS_MIN } from "./lease.ts";
import type { LeaseStorage } from "./lease-storage.ts";

/** How often expired leases are looked for; below the shortest TTL, so that none outlives twice its TTL. */
const SWEEP_MS = 250;
/** A gap between two signs of life of this process that counts as standing still. */
const STALL_MS = 1_000;

interface Held {
  instance: Instance;
  readonly ttlMs: number;
  deadlineMs: number;
}

/** Leases over `storage`; those found there get one full TTL. */
export function createLeaseRegistry(parts: {
  readonly clock: Clock;
  readonly storage: LeaseStorage;
  readonly leasesMax?: number;
}): LeaseRegistry {
  const { clock, storage, leasesMax = LEASES_MAX } = parts;
  const held = new Map<string, Held>();
  const byService = new Map<string, Map<string, Held>>();
  const byAddress = new Map<string, Held>();
  const listeners = new Set<(lease: Lease) => void>();
  const listeningMs = createListeningTime(clock);

  function add(instance: Instance, ttlMs: number): Held {
    const lease = { instance, ttlMs, deadlineMs: listeningMs() + ttlMs };
    held.set(instance.id, lease);
    byAddress.set(addressKey(instance.service, instance.address, instance.port), lease);
    const ofService = byService.get(instance.service) ?? new Map<string, Held>();
    ofService.set(instance.id, lease);
    byService.set(instance.service, ofService);
    return lease;
  }

  function drop(lease: Held): void {
    const { id, service, address, port } = lease.instance;
    held.delete(id);
    if (byAddress.get(addressKey(service, address, port)) === lease) byAddress.delete(addressKey(service, address, port));
    const ofService = byService.get(service);
    ofService?.delete(id);
    if (ofService?.size === 0) byService.delete(service);
  }

  function show(lease: Held): Lease {
    return { instance: lease.instance, ttlMs: lease.ttlMs, expiresInMs: Math.max(0, lease.deadlineMs - listeningMs()) };
  }

  function sweep(): void {
    const nowMs = listeningMs();
    const expired: Held[] = [];
    for (const lease of held.values()) if (lease.deadlineMs <= nowMs) expired.push(lease);
    if (expired.length === 0) return;
    for (const lease of expired) drop(lease);
    try {
      storage.remove(expired.map(({ instance }) => instance.id));
    } catch {
      // A disk that fails must not stop the sweep: at worst these leases come back for one TTL after a restart.
    }
    for (const lease of expired) for (const listener of listeners) listener(show(lease));
  }

  for (const { instance, ttlMs } of storage.load()) add(instance, ttlMs);
  const stopSweeping = clock.every(SWEEP_MS, sweep);

  return {
    register(instance, ttlMs) {
      const refusal = refusalOf(instance, ttlMs, held, leasesMax);
      if (refusal !== null) return err(refusal);
      storage.put({ instance, ttlMs });
      return ok(show(add(instance, ttlMs)));
    },
    heartbeat(id) {
      const lease = held.get(id);
      if (lease === undefined) return undefined;
      lease.deadlineMs = listeningMs() + lease.ttlMs;
      return show(lease);
    },
    replace: (instance) => optional(replaceIn(held, storage, instance), show),
    remove(id) {
      const lease = held.get(id);
      if (lease === undefined) return undefined;
      storage.remove([id]);
      drop(lease);
      return show(lease);
    },
    get: (id) => optional(held.get(id), show),
    findByAddress: (service, address, port) => optional(byAddress.get(addressKey(service, address, port)), show),
    list: (service) => [...(service === undefined ? held : (byService.get(service) ?? new Map<string, Held>())).values()].map(show),
    get size() {
      return held.size;
    },
    onExpired(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: stopSweeping,
  };
}

function replaceIn(held: ReadonlyMap<string, Held>, storage: LeaseStorage, instance: Instance): Held | undefined {
  const lease = held.get(instance.id);
  if (lease === undefined) return undefined;
  storage.replace({ instance, ttlMs: lease.ttlMs });
  lease.instance = instance;
  return lease;
}

/** Monotonic time less the time that this process stood still; to be asked at every sign of life. */
function createListeningTime(clock: Clock): () => number {
  let lastMs = clock.monotonicMs();
  let stalledMs = 0;
  return () => {
    const nowMs = clock.monotonicMs();
    const gapMs = nowMs - lastMs;
    if (gapMs > STALL_MS) stalledMs += gapMs - SWEEP_MS;
    lastMs = nowMs;
    return nowMs - stalledMs;
  };
}

function refusalOf(instance: Instance, ttlMs: number, held: ReadonlyMap<string, Held>, leasesMax: number): Refusal | null {
  if (!Number.isInteger(ttlMs) || ttlMs < TTL_MS_MIN || ttlMs > TTL_MS_MAX) {
    return refuse(
      "input.invalid",
      "ttlMs",
      `A TTL of ${ttlMs} ms is out of range.`,
      `Use a whole number from ${TTL_MS_MIN} to ${TTL_MS_MAX}.`,
    );
  }
  if (held.has(instance.id)) {
    return refuse("instance.exists", "id", `Instance ${instance.id} is registered.`, "Choose another id, or remove the instance first.");
  }
  if (held.size >= leasesMax) {
    const detail = `The registry holds ${leasesMax} leases, which is its limit.`;
    return refuse("registry.full", "", detail, "Remove instances that are no longer needed, or let them expire.");
  }
  return null;
}

function refuse(code: Refusal["code"], path: string, detail: string, fix: string): Refusal {
  return { code, detail, problems: [{ path, code, detail, fix }] };
}

function addressKey(service: string, address: string, port: number): string {
  return `${service} ${address} ${port}`;
}

function optional<T, U>(value: T | undefined, map: (value: T) => U): U | undefined {
  return value === undefined ? undefined : map(value);
}
