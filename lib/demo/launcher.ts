import { setTimeout as wait } from "node:timers/promises";
import { type ApiClient, ApiProblem } from "../client/index.ts";
import { invariant, type Random } from "../std/index.ts";
import { DEMO_NODES, DEMO_SERVICES } from "./catalogue.ts";
import { findFreePorts } from "./free-ports.ts";
import { type InstanceProcess, type PlannedInstance, startInstance } from "./instance-process.ts";

const LEASE_TTL_MS = 10_000;
const POLL_MS = 50;
/** How long the first splits may wait for instances to serve. */
const FIRST_SPLITS_MS = 60_000;

interface RunningInstance {
  readonly plan: PlannedInstance;
  id: string;
  process: InstanceProcess;
  /** Set while it joins again, so that it joins once. */
  joining: boolean;
}

/** The running demo. */
export interface DemoMesh {
  /** Ends every program and its lease. */
  stop(): Promise<void>;
}

/**
 * Brings the demo mesh up through the public API, in the order any program joins: register, learn the outbound proxy, start, send heartbeats.
 * Splits are set only for services that did not exist, so that a restart keeps what the operator did.
 */
export async function launchDemo(client: ApiClient, random: Random): Promise<DemoMesh> {
  const fresh = await registerServices(client);
  await removeStaleLeases(client);
  const plans = await planInstances(random);
  const running: RunningInstance[] = [];
  // From the first that has joined: on a slow machine the last may take longer than a lease.
  const beat = setInterval(() => void Promise.all(running.map((instance) => sendHeartbeat(client, instance))), LEASE_TTL_MS / 3);
  await Promise.all(plans.map(async (plan) => running.push({ plan, joining: false, ...(await join(client, plan)) })));
  await setFirstSplits(client, fresh);
  await Promise.all(running.map((instance) => instance.process.listening));
  return {
    async stop() {
      clearInterval(beat);
      await Promise.all(running.map((instance) => leave(client, instance)));
    },
  };
}

/** Registers one instance, waits until the proxy of its node has opened its outbound listener, and starts the program behind it. */
async function join(client: ApiClient, plan: PlannedInstance): Promise<{ id: string; process: InstanceProcess }> {
  const { id } = await client.call("POST /api/v1/services/{service}/instances", {
    params: { service: plan.service },
    body: { version: plan.version.version, address: "127.0.0.1", port: plan.port, node: plan.node, ttlMs: LEASE_TTL_MS },
  });
  for (;;) {
    const { outbound } = await client.call("PUT /api/v1/instances/{id}/heartbeat", { params: { id } });
    if (outbound !== null) return { id, process: startInstance(plan, `http://${outbound.address}:${outbound.port}`) };
    await wait(POLL_MS);
  }
}

/** Registers services and versions; returns the services that were new. */
async function registerServices(client: ApiClient): Promise<ReadonlySet<string>> {
  const { items } = await client.call("GET /api/v1/services", { query: { limit: 500 } });
  const known = new Set(items.map((service) => service.name));
  const services = Object.fromEntries(
    DEMO_SERVICES.map((service) => [
      service.name,
      {
        versions: Object.fromEntries(
          service.versions.map(({ version, requirements, capacityRps }) => [
            version,
            { requirements, ...(capacityRps === undefined ? {} : { capacityRps }) },
          ]),
        ),
      },
    ]),
  );
  await client.call("POST /api/v1/manifest", { query: { reason: "demo mesh" }, body: { services } });
  return new Set(DEMO_SERVICES.map((service) => service.name).filter((name) => !known.has(name)));
}

async function setFirstSplits(client: ApiClient, fresh: ReadonlySet<string>): Promise<void> {
  const services = Object.fromEntries(
    DEMO_SERVICES.flatMap(({ name, split }) => (split !== undefined && fresh.has(name) ? [[name, { split: { weights: split } }]] : [])),
  );
  if (Object.keys(services).length === 0) return;
  const untilMs = performance.now() + FIRST_SPLITS_MS;
  for (;;) {
    try {
      await client.call("POST /api/v1/manifest", { query: { reason: "demo mesh: first splits" }, body: { services } });
      return;
    } catch (error) {
      // On a starved machine instances come late, or fail their first checks.
      const isEarly = error instanceof ApiProblem && error.errors.every(({ code }) => code === "split.no-ready-instance");
      if (!isEarly || performance.now() > untilMs) throw error;
      await wait(250);
    }
  }
}

/** Deals instances out over the nodes in turn, so that every version with several stands on several nodes. */
async function planInstances(random: Random): Promise<PlannedInstance[]> {
  const wanted = DEMO_SERVICES.flatMap((service) =>
    service.versions.flatMap((version) => Array.from({ length: version.instances }, () => ({ service: service.name, version }))),
  );
  const ports = await findFreePorts(wanted.length, random);
  return wanted.map(({ service, version }, index) => {
    const node = DEMO_NODES[index % DEMO_NODES.length];
    const port = ports[index];
    invariant(node !== undefined && port !== undefined, "every instance has a node and a port");
    return { service, version, node, port, seed: index * 7919 + 17 };
  });
}

/** Leases of an earlier run that ended without saying goodbye. */
async function removeStaleLeases(client: ApiClient): Promise<void> {
  const nodes = new Set<string>(DEMO_NODES);
  await Promise.all(
    DEMO_SERVICES.map(async ({ name }) => {
      const { items } = await client.call("GET /api/v1/services/{service}/instances", { params: { service: name } });
      const stale = items.filter((instance) => instance.kind === "lease" && nodes.has(instance.node ?? ""));
      await Promise.all(stale.map(({ id }) => client.call("DELETE /api/v1/instances/{id}", { params: { id } })));
    }),
  );
}

/** Prolongs the lease of a running program. A deaf engine is tried again next time. */
async function sendHeartbeat(client: ApiClient, instance: RunningInstance): Promise<void> {
  if (instance.joining || !instance.process.isAlive()) return;
  try {
    await client.call("PUT /api/v1/instances/{id}/heartbeat", { params: { id: instance.id } });
  } catch (failure) {
    if (failure instanceof ApiProblem && failure.code === "instance.unknown") await joinAgain(client, instance);
  }
}

/** The lease ran out, and with it went the outbound listener: the program starts again behind a new one. */
async function joinAgain(client: ApiClient, instance: RunningInstance): Promise<void> {
  instance.joining = true;
  try {
    await instance.process.stop();
    Object.assign(instance, await join(client, instance.plan));
  } catch (failure) {
    process.stderr.write(`${instance.plan.service} ${instance.plan.version.version} cannot join: ${String(failure)}\n`);
  } finally {
    instance.joining = false;
  }
}

async function leave(client: ApiClient, instance: RunningInstance): Promise<void> {
  try {
    await client.call("DELETE /api/v1/instances/{id}", { params: { id: instance.id }, signal: AbortSignal.timeout(1_000) });
  } catch {
    // The engine is gone or slow: the lease runs out by itself.
  }
  await instance.process.stop();
}
