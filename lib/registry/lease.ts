import type { Instance, Refusal } from "../model/index.ts";
import type { CancelTimer, Result } from "../std/index.ts";

/** Shortest and longest TTL of a lease. */
export const TTL_MS_MIN = 1_000;
export const TTL_MS_MAX = 86_400_000;
/** How many leases are held; a registration beyond is refused with `registry.full`. */
export const LEASES_MAX = 200_000;

/** An instance that stays registered as long as heartbeats arrive. */
export interface Lease {
  readonly instance: Instance;
  readonly ttlMs: number;
  /** Time left until it may expire, 0 or more. */
  readonly expiresInMs: number;
}

/** Leases of this mesh. Registering and removing are durable (against the death of this process) when they return. */
export interface LeaseRegistry {
  /** Adds a lease. Refused: an id that is taken (`instance.exists`), a TTL out of range (`input.invalid`), a full registry (`registry.full`). */
  register(instance: Instance, ttlMs: number): Result<Lease, Refusal>;
  /** Gives the lease its full TTL again; undefined when it is unknown (never registered, removed or expired). */
  heartbeat(id: string): Lease | undefined;
  /** Puts `instance` in the place of the one with its id, at the same address; its time stays. Undefined when it is unknown. */
  replace(instance: Instance): Lease | undefined;
  /** Ends the lease and returns it; undefined when it is unknown. */
  remove(id: string): Lease | undefined;
  get(id: string): Lease | undefined;
  /** The lease that holds this address within a service. */
  findByAddress(service: string, address: string, port: number): Lease | undefined;
  /** All leases in order of registration, of one service when given. */
  list(service?: string): readonly Lease[];
  readonly size: number;
  /** `listener` is told each lease that expired, after it is gone. */
  onExpired(listener: (lease: Lease) => void): CancelTimer;
  /** Stops the timers. Leases stay in storage. */
  close(): void;
}
