import type { InstanceHealthEvent } from "../../model/index.ts";

const UNSENT_MAX = 1_000;

type Kind = InstanceHealthEvent["kind"];

/** What ends what: an end takes its beginning off the list of decisions that stand. */
const BEGINNINGS: Partial<Record<Kind, Kind>> = {
  "instance-returned": "instance-ejected",
  "instance-healthy": "instance-unhealthy",
  "breaker-closed": "breaker-open",
  "failover-ended": "failover",
  "panic-ended": "panic",
  "shedding-ended": "shedding",
};
const ENDS = new Map(Object.entries(BEGINNINGS).map(([end, beginning]) => [beginning, end as Kind]));

/**
 * Events on their way to the engine. While it is away the last 1 000 wait; decisions that still stand are told again after each hello, since
 * the engine takes them as over when the connection is.
 */
export class HealthOutbox {
  #unsent: InstanceHealthEvent[] = [];
  readonly #standing = new Map<string, InstanceHealthEvent>();
  #send: (events: readonly InstanceHealthEvent[]) => boolean = () => false;

  /** Decisions that have not ended. */
  get standing(): readonly InstanceHealthEvent[] {
    return [...this.#standing.values()];
  }

  /** `send` says whether the engine is there to take it. */
  sendBy(send: (events: readonly InstanceHealthEvent[]) => boolean): void {
    this.#send = send;
  }

  add(events: readonly InstanceHealthEvent[]): void {
    for (const event of events) {
      const beginning = BEGINNINGS[event.kind];
      if (beginning === undefined) this.#standing.set(keyOf(event.kind, event), event);
      else this.#standing.delete(keyOf(beginning, event));
    }
    this.#unsent.push(...events);
    if (this.#unsent.length > UNSENT_MAX) this.#unsent.splice(0, this.#unsent.length - UNSENT_MAX);
    this.#flush();
  }

  /** Takes over decisions of the process before, which will end here. */
  resume(events: readonly InstanceHealthEvent[]): void {
    for (const event of events) this.#standing.set(keyOf(event.kind, event), event);
  }

  /** The engine said hello back: what stands goes first, then what happened meanwhile. */
  greet(): void {
    const waiting = new Set(this.#unsent);
    const standing = [...this.#standing.values()].filter((event) => !waiting.has(event));
    this.#unsent.unshift(...standing);
    this.#flush();
  }

  /** Ends decisions about instances, versions and services that are gone. */
  endGone(isThere: (event: InstanceHealthEvent) => boolean, wallMs: number): void {
    const gone = [...this.#standing.values()].filter((event) => !isThere(event));
    this.add(
      gone.map((event) => {
        const name = event.instance ?? (event.version === null ? event.service : `${event.service}@${event.version}`);
        return { ...event, kind: ENDS.get(event.kind) ?? event.kind, atMs: wallMs, reason: `${name} is gone.`, untilMs: null };
      }),
    );
  }

  #flush(): void {
    if (this.#unsent.length > 0 && this.#send(this.#unsent)) this.#unsent = [];
  }
}

function keyOf(kind: Kind, { instance, service, version }: InstanceHealthEvent): string {
  return `${kind} ${service} ${version ?? ""} ${instance ?? ""}`;
}
