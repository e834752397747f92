import type { Instance, InstanceId, Problem, Refusal, ServiceName } from "../model/index.ts";
import { type Lease, type LeaseRegistry, TTL_MS_MAX, TTL_MS_MIN } from "../registry/index.ts";
import { type CancelTimer, ok, type Random, type Result } from "../std/index.ts";
import type { DecideContext } from "./decide/context.ts";
import { checkInstance, isIdUsed, newInstance, unknownInstance } from "./decide/instances.ts";
import { findService, refuse, refuseAll } from "./decide/refusals.ts";
import type { HealthLog } from "./health-log.ts";
import type { HealthFacts } from "./instance-watch.ts";
import type { LeaseInput } from "./mesh-engine.ts";

export interface LeaseDeskParts {
  readonly registry: LeaseRegistry;
  readonly random: Random;
  readonly health: HealthLog;
  readonly context: () => DecideContext;
  /** Instances came or went. */
  readonly onChange: () => void;
}

/** Where programs join and leave by lease: judged like any registration, kept outside the log. */
export interface LeaseDesk {
  /** With `dryRun` it only says what would happen. */
  register(service: ServiceName, lease: LeaseInput, options?: { readonly dryRun?: boolean }): Result<Instance, Refusal>;
  /** `standby` takes the instance out of traffic, or puts it in; undefined leaves it as it is. */
  heartbeat(id: string, standby?: boolean): Result<Lease, Refusal>;
  remove(id: string): Result<Instance, Refusal>;
  close: CancelTimer;
}

export function createLeaseDesk({ registry, random, health, context, onChange }: LeaseDeskParts): LeaseDesk {
  const stopWatching = registry.onExpired(({ instance, ttlMs }) => {
    health.add("lease-expired", instance.id, `${instance.id} sent no heartbeat for ${ttlMs / 1_000} s and was removed.`, factsOf(instance));
    onChange();
  });

  return {
    register(name, lease, { dryRun = false } = {}) {
      const { state, leases, nowIso } = context();
      const found = findService(state, name);
      if (!found.ok) return found;
      const service = found.value;
      const problems = [...checkInstance(context(), service, lease, ""), ...checkTtl(lease.ttlMs)];
      if (problems.length > 0) return refuseAll(problems);
      const id = freshId(`${service.name}-${lease.version}`, random, (candidate) => isIdUsed(state, leases, candidate));
      const standby = lease.standby === true ? ({ standby: true } as const) : {};
      const instance = newInstance(service, id, lease, { kind: "lease", registeredAt: nowIso, ...standby });
      if (dryRun) return ok(instance);
      const registered = registry.register(instance, lease.ttlMs);
      if (!registered.ok) {
        if (registered.error.code === "registry.full") health.add("limit-reached", "leases", registered.error.detail);
        return registered;
      }
      health.add("instance-joined", id, `${id} joined at ${instance.address}:${instance.port}.`, factsOf(instance));
      onChange();
      return ok(instance);
    },
    heartbeat(id, standby) {
      const lease = registry.heartbeat(id);
      if (lease !== undefined) {
        if (standby === undefined || standby === (lease.instance.standby === true)) return ok(lease);
        const { standby: _, ...serving } = lease.instance;
        const replaced = registry.replace(standby ? { ...serving, standby: true } : serving);
        onChange();
        return ok(replaced ?? lease);
      }
      return isStatic(context(), id) ? refuse(staticInstance(id)) : refuse(unknownInstance(id));
    },
    remove(id) {
      const lease = registry.remove(id);
      if (lease === undefined) return isStatic(context(), id) ? refuse(staticInstance(id)) : refuse(unknownInstance(id));
      health.add("instance-left", id, `${id} left.`, factsOf(lease.instance));
      onChange();
      return ok(lease.instance);
    },
    close: stopWatching,
  };
}

function checkTtl(ttlMs: number): readonly Problem[] {
  if (Number.isInteger(ttlMs) && ttlMs >= TTL_MS_MIN && ttlMs <= TTL_MS_MAX) return [];
  const detail = `A TTL of ${ttlMs} ms is out of range.`;
  return [
    {
      path: "ttlMs",
      code: "input.invalid",
      detail,
      fix: `Use 0 for a static instance, or a whole number from ${TTL_MS_MIN} to ${TTL_MS_MAX}.`,
    },
  ];
}

function freshId(prefix: string, random: Random, isUsed: (id: InstanceId) => boolean): InstanceId {
  for (;;) {
    const id = `${prefix}-${random.nextUint32().toString(36).padStart(7, "0")}` as InstanceId;
    if (!isUsed(id)) return id;
  }
}

function isStatic({ state }: DecideContext, id: string): boolean {
  return [...state.services.values()].some(({ staticInstances }) => staticInstances.has(id as InstanceId));
}

function staticInstance(id: string): Problem {
  return {
    path: "id",
    code: "instance.static",
    detail: `${id} is static: it has no lease.`,
    fix: "A static instance needs no heartbeats; remove it like any change.",
  };
}

function factsOf({ id, service, version }: Instance): HealthFacts {
  return { service, version, instance: id };
}
