import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ApiClient, ApiProblem, type ResponseOf } from "../client/index.ts";
import { CRASHING, DEMO_SERVICES, type DemoService, type DemoVersion } from "./catalogue.ts";

const ENTRY = fileURLToPath(new URL("./service-main.ts", import.meta.url));
const POLL_MS = 100;
/** How long the first splits may wait for instances to serve. */
const FIRST_SPLITS_MS = 60_000;
/** How many nodes the supervisor runs for the demo, and how long they may take. */
const NODES = 3;
const NODES_MS = 10_000;
/** How long the load waits for the mesh; a version that somebody broke must not hold it back for ever. */
const SERVING_MS = 30_000;

const DEPLOYMENT = "/api/v1/services/{service}/versions/{version}/deployment";
type Deployment = ResponseOf<"GET /api/v1/deployments">["items"][number];

/**
 * Brings the demo mesh up through the public API, as anybody would deploy programs: register services and versions, deploy each version, wait until they
 * serve. The agents of the nodes run them. What an operator did is kept: splits are set only for services that did not exist, and what was scaled,
 * changed or undeployed stays so.
 */
export async function launchDemo(client: ApiClient, options: { readonly crashing?: boolean } = {}): Promise<void> {
  const services = options.crashing === true ? withCrashing(DEMO_SERVICES) : DEMO_SERVICES;
  const fresh = await registerServices(client, services);
  await untilNodes(client);
  await deploy(client, services, fresh);
  await setFirstSplits(client, services, fresh);
  await untilServing(client);
}

function withCrashing(services: readonly DemoService[]): readonly DemoService[] {
  return services.map((service) =>
    service.name === CRASHING.service ? { ...service, versions: [...service.versions, CRASHING.version] } : service,
  );
}

/** Registers services and versions; returns the services that were new. */
async function registerServices(client: ApiClient, wanted: readonly DemoService[]): Promise<ReadonlySet<string>> {
  const { items } = await client.call("GET /api/v1/services", { query: { limit: 500 } });
  const known = new Set(items.map((service) => service.name));
  const services = Object.fromEntries(
    wanted.map((service) => [
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
  return new Set(wanted.map((service) => service.name).filter((name) => !known.has(name)));
}

/** Deploys what was never deployed, and gives a deployment whose program is gone (another folder, another Node) the one that is here. */
async function deploy(client: ApiClient, services: readonly DemoService[], fresh: ReadonlySet<string>): Promise<void> {
  const { items } = await client.call("GET /api/v1/deployments");
  const deployed = new Map(items.map((item) => [`${item.service}@${item.version}`, item]));
  const isFirst = items.length === 0;
  const reason = "demo mesh";
  const all = services.flatMap((service) => service.versions.map((version) => [service.name, version] as const));
  await Promise.all(
    all.map(async ([service, version]) => {
      const params = { service, version: version.version };
      const known = deployed.get(`${service}@${version.version}`);
      const isNew = isFirst || fresh.has(service) || version === CRASHING.version;
      if (known === undefined && isNew) {
        const health = { kind: "http" as const, path: "/healthz" };
        const capacity = version.capacityRps === undefined ? {} : { capacityRps: version.capacityRps };
        const body = { ...programOf(service, version), ...capacity, replicas: version.instances, health, reason };
        await client.call(`PUT ${DEPLOYMENT}`, { params, body });
      } else if (known !== undefined && !hasProgram(known)) {
        await client.call(`PUT ${DEPLOYMENT}`, { params, body: { ...kept(known), ...programOf(service, version), reason } });
      }
    }),
  );
}

function programOf(service: string, { behaviour = {}, errorRate, latency, version }: DemoVersion) {
  const flags = ["--max-old-space-size=48", "--max-semi-space-size=1", "--disable-warning=ExperimentalWarning"];
  const cache = process.env["NODE_COMPILE_CACHE"];
  return {
    command: [process.execPath, ...flags, ENTRY],
    env: {
      DEMO_SERVICE: service,
      DEMO_VERSION: version,
      DEMO_BEHAVIOUR: JSON.stringify({ latency, errorRate }),
      NODE_ENV: "production",
      ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
      ...behaviour,
    },
  };
}

function hasProgram({ command }: Deployment): boolean {
  const [program = "", ...args] = command;
  return existsSync(program) && args.filter((arg) => arg.endsWith("service-main.ts")).every((entry) => existsSync(entry));
}

/** What an operator may have chosen. */
function kept({ alpha, autoscale, capacityRps, gamma, health, maxSurge, maxUnavailable, nodes, replicas }: Deployment) {
  return { alpha, autoscale, capacityRps, gamma, health, maxSurge, maxUnavailable, nodes, replicas };
}

async function setFirstSplits(client: ApiClient, wanted: readonly DemoService[], fresh: ReadonlySet<string>): Promise<void> {
  const services = Object.fromEntries(
    wanted.flatMap(({ name, split }) => (split !== undefined && fresh.has(name) ? [[name, { split: { weights: split } }]] : [])),
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
      await wait(POLL_MS);
    }
  }
}

/** Resolves once the nodes can take programs: what is deployed before would all go to the first. */
async function untilNodes(client: ApiClient): Promise<void> {
  const untilMs = performance.now() + NODES_MS;
  while (performance.now() < untilMs) {
    const { items } = await client.call("GET /api/v1/nodes");
    if (items.filter(({ drained, schedulable }) => schedulable || drained !== null).length >= NODES) return;
    await wait(POLL_MS);
  }
}

/** Resolves once every version that is to run has all of its instances serving. */
async function untilServing(client: ApiClient): Promise<void> {
  const untilMs = performance.now() + SERVING_MS;
  while (performance.now() < untilMs) {
    const { items } = await client.call("GET /api/v1/deployments");
    if (items.every(({ ready, target }) => ready >= target)) return;
    await wait(POLL_MS);
  }
}
