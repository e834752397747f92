/**
 * Instances that are taken out of traffic by command, until a time. In every snapshot they stand by: they keep proxy and identity, and get no new requests; what is
 * in flight ends where it is. Kept in memory: a new process of the engine lets them back in, and the policy that took them out does so again where it still holds.
 *
 * Invariant: the last instance of a version that takes requests is never taken out; where the others stop later, one that is out comes back within `LOOK_MS`.
 */
import type { Instance, InstanceId, MeshState, Refusal, Service, ServiceName } from "../model/index.ts";
import { type CancelTimer, type Clock, ok, type Result } from "../std/index.ts";
import { unknownInstance } from "./decide/instances.ts";
import { refuse } from "./decide/refusals.ts";
import type { HealthLog } from "./health-log.ts";
import type { InstanceStanding } from "./instance-watch.ts";
import type { InstanceView } from "./views.ts";

const LOOK_MS = 2_000;

/** What the snapshot is made of. */
interface MeshRead {
  readonly state: MeshState;
  readonly leases: readonly Instance[];
}

export interface EjectParts {
  readonly clock: Clock;
  readonly health: HealthLog;
  readonly instances: () => readonly InstanceView[];
  readonly onChange: () => void;
}

/** Instances out by command. */
export interface EjectFace {
  eject(id: string, forMs: number, because: string): Result<{ readonly until: string }, Refusal>;
  /** Lets it back in before its time; false where it was not out. */
  readmit(id: string, because: string): boolean;
}

interface Out {
  readonly untilMs: number;
  readonly instance: InstanceView;
  readonly cancel: CancelTimer;
}

export class EjectBoard implements EjectFace {
  readonly #parts: EjectParts;
  readonly #out = new Map<string, Out>();
  /** Instances and services as snapshots have them while something of them is out, so that equal reads are the same objects. */
  #marked = new WeakMap<object, object>();
  /** Looks go on while something is out. */
  #stopLooks: CancelTimer | null = null;

  constructor(parts: EjectParts) {
    this.#parts = parts;
  }

  eject(id: string, forMs: number, because: string): Result<{ readonly until: string }, Refusal> {
    const { clock, health, instances } = this.#parts;
    const all = instances();
    const instance = all.find((each) => each.id === id);
    if (instance === undefined) return refuse(unknownInstance(id));
    if (!hasReady(all, instance)) {
      const detail = `${id} is the last instance of ${instance.service} ${instance.version} that takes requests.`;
      return refuse({ path: "instance", code: "guardrail.ready", detail, fix: "Start another instance first, or move the weight away." });
    }
    this.#out.get(id)?.cancel();
    const untilMs = clock.wallMs() + forMs;
    const cancel = clock.after(Math.min(forMs, 2 ** 31 - 1), () => this.readmit(id, "its time is over"));
    this.#out.set(id, { untilMs, instance, cancel });
    this.#stopLooks ??= clock.every(LOOK_MS, () => this.#look());
    const until = new Date(untilMs).toISOString();
    health.add("instance-ejected", id, `${id} was taken out until ${until.slice(11, 19)}: ${because}.`, {
      ...factsOf(instance),
      reason: because,
      until,
    });
    this.#changed();
    return ok({ until });
  }

  readmit(id: string, because: string): boolean {
    const out = this.#out.get(id);
    if (out === undefined) return false;
    out.cancel();
    this.#out.delete(id);
    if (this.#out.size === 0) this.#endLooks();
    this.#parts.health.add("instance-returned", id, `${id} takes requests again: ${because}.`, {
      ...factsOf(out.instance),
      reason: because,
    });
    this.#changed();
    return true;
  }

  /** How instances stand, those that are out here included. */
  over(standing: (id: string) => InstanceStanding): (id: string) => InstanceStanding {
    if (this.#out.size === 0) return standing;
    return (id) => {
      const out = this.#out.get(id);
      return out === undefined ? standing(id) : { ...standing(id), health: "ejected", ejectedUntil: new Date(out.untilMs).toISOString() };
    };
  }

  /** The mesh as snapshots have it. */
  applyTo(read: MeshRead): MeshRead {
    if (this.#out.size === 0) return read;
    const leases = read.leases.map((lease) =>
      this.#out.has(lease.id) ? this.#mark(lease, () => ({ ...lease, standby: true as const })) : lease,
    );
    const services = new Map<ServiceName, Service>(read.state.services);
    for (const [name, service] of services) {
      if (![...service.staticInstances.keys()].some((id) => this.#out.has(id))) continue;
      services.set(
        name,
        this.#mark(service, () => ({ ...service, staticInstances: this.#standingBy(service.staticInstances) })),
      );
    }
    return { state: { ...read.state, services }, leases };
  }

  close(): void {
    for (const { cancel } of this.#out.values()) cancel();
    this.#endLooks();
  }

  /** Versions of which nothing is left that takes requests get one back; the next look, another one where that one does not take requests either. */
  #look(): void {
    const all = this.#parts.instances();
    const helped = new Set<string>();
    for (const [id, { instance }] of this.#out) {
      const version = `${instance.service}@${instance.version}`;
      if (helped.has(version) || !all.some((each) => each.id === id) || hasReady(all, instance)) continue;
      helped.add(version);
      this.readmit(id, `no other instance of ${instance.service} ${instance.version} takes requests`);
    }
  }

  #endLooks(): void {
    this.#stopLooks?.();
    this.#stopLooks = null;
  }

  #standingBy(instances: ReadonlyMap<InstanceId, Instance>): ReadonlyMap<InstanceId, Instance> {
    return new Map([...instances].map(([id, instance]) => [id, this.#out.has(id) ? { ...instance, standby: true as const } : instance]));
  }

  #mark<T extends object>(key: T, make: () => T): T {
    const known = this.#marked.get(key) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#marked.set(key, made);
    return made;
  }

  #changed(): void {
    this.#marked = new WeakMap();
    this.#parts.onChange();
  }
}

/** Whether another instance of the same version takes requests. */
function hasReady(all: readonly InstanceView[], { id: own, service, version }: InstanceView): boolean {
  return all.some((each) => each.id !== own && each.service === service && each.version === version && each.health === "ready");
}

function factsOf({ id, service, version }: InstanceView) {
  return { service, version, instance: id };
}
