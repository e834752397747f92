import type { Service, ServiceName } from "../model/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { type NeededInstances, unawareProxies } from "./make-before-break.ts";
import type { StandingProxy } from "./proxies/known-proxy.ts";

/** How long weights wait for proxies to acknowledge the instances that they need. */
export const HOLD_MS = 500;
/** Holds that are over and may still be asked for. */
const OVER_MAX = 256;

/** How the wait of one change ended: empty when every proxy knew the instances in time. */
export interface HoldOutcome {
  readonly services: ReadonlyMap<ServiceName, Service>;
  readonly unaware: readonly StandingProxy[];
}

interface Hold {
  readonly ticket: number;
  readonly services: ReadonlyMap<ServiceName, Service>;
  readonly needed: NeededInstances;
  outcome: HoldOutcome | null;
  readonly cancel: CancelTimer;
}

export interface WeightHoldsParts {
  readonly clock: Clock;
  readonly proxies: () => readonly StandingProxy[];
  /** The oldest holds are over: what they held back goes out now; returns the snapshot version that carries it. */
  readonly release: (outcomes: readonly HoldOutcome[]) => number;
}

/** Changes whose weights wait. They are let go in the order in which they were made, so that no later one is seen before an earlier one. */
export class WeightHolds {
  readonly #parts: WeightHoldsParts;
  readonly #holds: Hold[] = [];
  readonly #over = new Map<number, number>();

  constructor(parts: WeightHoldsParts) {
    this.#parts = parts;
  }

  /** What is held back, oldest first. */
  get services(): readonly ReadonlyMap<ServiceName, Service>[] {
    return this.#holds.map(({ services }) => services);
  }

  /** Holds the services of a change until each proxy knows the instances, at most `HOLD_MS`. */
  add(ticket: number, services: ReadonlyMap<ServiceName, Service>, needed: NeededInstances): void {
    const cancel = this.#parts.clock.after(HOLD_MS, () => {
      hold.outcome = { services, unaware: unawareProxies(needed, this.#parts.proxies()) };
      this.#letGo();
    });
    const hold: Hold = { ticket, services, needed, outcome: null, cancel };
    this.#holds.push(hold);
  }

  isHeld(ticket: number): boolean {
    return this.#holds.some((hold) => hold.ticket === ticket);
  }

  /** Proxies that a held service still waits for; undefined where it is not held. */
  waitingFor(service: ServiceName): readonly StandingProxy[] | undefined {
    const hold = this.#holds.findLast(({ services }) => services.has(service));
    return hold === undefined ? undefined : unawareProxies(hold.needed, this.#parts.proxies());
  }

  /** The snapshot version that carries what was published under `ticket`; the ticket itself where nothing was held. */
  carrierOf(ticket: number): number {
    return this.#over.get(ticket) ?? ticket;
  }

  /** Proxies acknowledged, came or went. */
  look(): void {
    for (const hold of this.#holds) {
      if (hold.outcome === null && unawareProxies(hold.needed, this.#parts.proxies()).length === 0) {
        hold.outcome = { services: hold.services, unaware: [] };
      }
    }
    this.#letGo();
  }

  close(): void {
    for (const { cancel } of this.#holds.splice(0)) cancel();
  }

  #letGo(): void {
    const over: Hold[] = [];
    while (this.#holds[0]?.outcome) over.push(...this.#holds.splice(0, 1));
    if (over.length === 0) return;
    for (const { cancel } of over) cancel();
    const version = this.#parts.release(over.flatMap(({ outcome }) => outcome ?? []));
    for (const { ticket } of over) this.#over.set(ticket, version);
    for (const ticket of this.#over.keys()) {
      if (this.#over.size <= OVER_MAX) return;
      this.#over.delete(ticket);
    }
  }
}
