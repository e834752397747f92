import { randomBytes } from "node:crypto";
import type { InstanceView, MeshEngine } from "../../engine/index.ts";
import type { Instance, InstanceId, InstanceInput, NodeName, Refusal, ServiceName, Version, VersionRef } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Call, Done, Handlers, ResponseOf } from "../operation.ts";
import { findService } from "./lookup.ts";
import { byName, pageOf } from "./page.ts";

type Register = "POST /api/v1/services/{service}/instances";
type Key =
  | "GET /api/v1/services/{service}/instances"
  | Register
  | "PUT /api/v1/instances/{id}/heartbeat"
  | "DELETE /api/v1/instances/{id}"
  | "GET /api/v1/discovery/{service}";

/** Instances: static ones become commands, leases live outside the log. Discovery reads both. */
export function createInstanceRoutes(engine: MeshEngine): Handlers<Key> {
  const lease = (id: string) => engine.instances().find((instance) => instance.id === id && instance.kind === "lease");
  return {
    "GET /api/v1/services/{service}/instances": {
      kind: "direct",
      answer({ params, query }) {
        const service = findService(engine.state(), params.service);
        if (!service.ok) return service;
        const page = pageOf(sortedById(engine.instances(service.value.name)), query, BY_ID);
        return ok({ body: { ...page, items: page.items.map(instanceView) } });
      },
    },
    [REGISTER]: {
      kind: "command",
      aside: (call) => (call.body.ttlMs === 0 ? undefined : registerLease(engine, call)),
      command(call) {
        if (call.body.standby === true) return err(refusal(STATIC_STANDBY));
        const instance = instanceInput(call);
        return ok({ kind: "instance.register", service: call.params.service as ServiceName, id: newId(call), instance });
      },
      service: ({ params }) => params.service,
      fields: (done, call) => registeredView(engine, done, call),
    },
    "PUT /api/v1/instances/{id}/heartbeat": {
      kind: "direct",
      answer({ params, query }) {
        const prolonged = engine.heartbeat(params.id, query.standby === undefined ? undefined : query.standby === "true");
        return prolonged.ok ? ok({ body: instanceView(prolonged.value) }) : prolonged;
      },
    },
    "DELETE /api/v1/instances/{id}": {
      kind: "command",
      aside({ params, dryRun }) {
        if (lease(params.id) === undefined) return undefined;
        if (dryRun) return ok({ body: { change: null, dryRun: true } });
        const removed = engine.removeLease(params.id);
        return removed.ok ? ok({ body: { change: null } }) : removed;
      },
      command({ params }) {
        const found = engine.instances().find((instance) => instance.id === params.id);
        if (found !== undefined) return ok({ kind: "instance.remove", service: found.service, id: found.id });
        const detail = `There is no instance "${params.id}".`;
        return err(refusal({ path: "id", code: "instance.unknown", detail, fix: "Look at the instances of the service." }));
      },
      fields: () => ({}),
    },
    "GET /api/v1/discovery/{service}": {
      kind: "direct",
      answer({ params, query }) {
        const caller = parseCaller(query.caller);
        if (!caller.ok) return caller;
        const found = engine.discover({
          service: params.service,
          ...(query.version !== undefined && { version: query.version }),
          ...(query.range !== undefined && { range: query.range }),
          ...(caller.value && { caller: caller.value }),
          ...(query.key !== undefined && { key: query.key }),
        });
        if (!found.ok) return found;
        const page =
          query.key === undefined ? pageOf(sortedById(found.value), query, BY_ID) : pageOf(found.value, query, asListed(found.value));
        const chosen = query.key === undefined ? {} : { chosen: found.value[0]?.id ?? null };
        return ok({
          body: { ...page, ...chosen, items: page.items.map((instance) => ({ ...instanceView(instance), verdict: instance.verdict })) },
        });
      },
    },
  };
}

const REGISTER = "POST /api/v1/services/{service}/instances" satisfies Register;

const STATIC_STANDBY = {
  path: "standby",
  code: "input.invalid",
  detail: "Only a lease can stand by: a static instance sends no heartbeat that would end it.",
  fix: "Leave out standby, or register a lease with a ttlMs of at least 1000.",
} as const;

const BY_ID = byName(({ id }: Pick<Instance, "id">) => id);

/** The order in which a key prefers them: a cursor is the place in it. */
function asListed<T extends Pick<Instance, "id">>(instances: readonly T[]) {
  const places = new Map(instances.map(({ id }, place) => [id, place]));
  const placeOf = ({ id }: T) => places.get(id) ?? 0;
  return {
    cursorOf: (instance: T) => `${placeOf(instance)}`,
    isAfter: (instance: T, cursor: string) => placeOf(instance) > Number(cursor),
  };
}

function sortedById<T extends Pick<Instance, "id">>(instances: readonly T[]): T[] {
  return instances.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

function instanceInput({ body }: Call<Register>): InstanceInput {
  const { version, address, port, node, zone, weight } = body;
  return {
    version: version as Version,
    address,
    port,
    ...(node !== undefined && { node: node as NodeName }),
    ...(zone !== undefined && { zone }),
    ...(weight !== undefined && { weight }),
  };
}

function newId({ params, body }: Call<Register>): InstanceId {
  return `${params.service}-${body.version}-${randomBytes(4).toString("hex")}` as InstanceId;
}

function registerLease(engine: MeshEngine, call: Call<Register>) {
  const { dryRun, body } = call;
  const lease = { ...instanceInput(call), ttlMs: body.ttlMs, ...(body.standby !== undefined && { standby: body.standby }) };
  const registered = engine.registerLease(call.params.service as ServiceName, lease, { dryRun });
  if (!registered.ok) return registered;
  const view = { ...currentView(engine, registered.value, body.ttlMs), change: null };
  return dryRun ? ok({ body: { ...view, dryRun: true as const } }) : ok({ body: view, status: 201 as const });
}

/** The instance that a command registered, or would register. */
function registeredView(engine: MeshEngine, done: Done, call: Call<Register>) {
  const event = done.change?.events.find((candidate) => candidate.kind === "instance-registered");
  const registered = event?.kind === "instance-registered" ? event.instance : undefined;
  const planned: Instance = {
    ...instanceInput(call),
    id: newId(call),
    service: call.params.service as ServiceName,
    kind: "static",
    registeredAt: done.change?.at ?? "",
  };
  return currentView(engine, registered ?? planned, call.body.ttlMs);
}

function currentView(engine: MeshEngine, instance: Instance, ttlMs: number) {
  const view = engine.instances(instance.service).find((candidate) => candidate.id === instance.id);
  return instanceView(
    view ?? {
      ...instance,
      health: "ready",
      ejectedUntil: null,
      history: [],
      ttlMs,
      expiresInMs: ttlMs === 0 ? null : ttlMs,
      outbound: null,
    },
  );
}

function instanceView(view: InstanceView): ResponseOf<"PUT /api/v1/instances/{id}/heartbeat"> {
  const { id, service, version, address, port, node, zone, weight, kind, ttlMs, registeredAt, health, expiresInMs, outbound } = view;
  const { ejectedUntil, history } = view;
  return {
    id,
    service,
    version,
    address,
    port,
    ...(node !== undefined && { node }),
    ...(zone !== undefined && { zone }),
    ...(weight !== undefined && { weight }),
    kind,
    ttlMs,
    registeredAt,
    health,
    ejectedUntil,
    history: [...history],
    expiresInMs,
    outbound,
  };
}

/** `checkout@1.4.0` */
function parseCaller(text: string | undefined): Result<VersionRef | undefined, Refusal> {
  if (text === undefined) return ok(undefined);
  const [service = "", version = "", ...rest] = text.split("@");
  if (service !== "" && version !== "" && rest.length === 0) return ok({ service: service as ServiceName, version: version as Version });
  const detail = `"${text}" names no version of a service.`;
  return err(refusal({ path: "query.caller", code: "input.invalid", detail, fix: "Write service@version, such as checkout@1.4.0." }));
}
