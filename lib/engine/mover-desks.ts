import type { ServiceName, VersionRef } from "../model/index.ts";
import type { DecideContext } from "./decide/context.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import type { MeshEngineParts } from "./mesh-engine-parts.ts";
import type { MeshLog } from "./mesh-log.ts";
import type { MetricReader } from "./metric-source.ts";
import type { NoticeBoard } from "./notice-board.ts";
import { createPlanDesk, type PlanDesk } from "./plan-desk.ts";
import type { ProxyHub } from "./proxies/proxy-hub.ts";
import { createReleaseDesk, type ReleaseDesk } from "./release-desk.ts";
import type { SpaceDesk } from "./space-desk.ts";
import type { SplitPhases } from "./split-phases.ts";
import { LIVE_WINDOW_MS } from "./views/figures.ts";
import { readyInstances } from "./views/instances.ts";
import { createWorkloadDesk, type WorkloadDesk } from "./workload/workload-desk.ts";

/** The parts of an engine that plans and releases are moved with. */
export interface MoverParts {
  readonly parts: MeshEngineParts;
  readonly log: MeshLog;
  readonly hub: ProxyHub;
  readonly phases: SplitPhases;
  readonly notices: NoticeBoard;
  readonly space: SpaceDesk;
  readonly metrics: MetricReader;
  readonly engine: Pick<MeshEngine, "execute" | "instances" | "split">;
  readonly context: () => DecideContext;
  /** Requests to a version that ended lately. */
  readonly requestsTo: (ref: VersionRef) => number;
}

/** What moves the mesh by itself: the walkers of plans and of releases, and the placement of programs. */
export function createMoverDesks(movers: MoverParts): {
  readonly plans: PlanDesk;
  readonly releases: ReleaseDesk;
  readonly workloads: WorkloadDesk;
} {
  const { engine, log, notices, parts } = movers;
  const { clock, onFault } = parts;
  const shared = {
    clock,
    onFault,
    state: () => log.state,
    execute: (...[command, author]: Parameters<MeshEngine["execute"]>) => engine.execute(command, author),
    watch: (listener: Parameters<NoticeBoard["watch"]>[0]) => notices.watch(listener),
  };
  const ready = (ref: VersionRef) => readyInstances(engine.instances(ref.service), ref.version);
  const plans = createPlanDesk({
    ...shared,
    context: movers.context,
    closure: (service, to) => movers.space.closure(service, to),
    split: (service) => engine.split(service),
    ready: (ref) => ready(ref).length,
    requestsTo: movers.requestsTo,
  });
  return { plans, releases: releaseDesk(movers, shared, ready), workloads: workloadDesk(movers, shared) };
}

function workloadDesk(
  { engine, hub, log, notices, parts }: MoverParts,
  { state, watch }: Pick<Parameters<typeof createWorkloadDesk>[0], "state" | "watch">,
): WorkloadDesk {
  const { clock, health, random, telemetry } = parts;
  return createWorkloadDesk({
    ...{ clock, random, health, state, watch },
    changes: (query) => log.changes(query),
    instances: () => engine.instances(),
    proxies: () => hub.proxies(),
    isMeasured: () => hub.isMeasured(LIVE_WINDOW_MS),
    rps: ({ service, version }) => telemetry.versions(LIVE_WINDOW_MS).get(service)?.get(version)?.rps ?? 0,
    onChange: () => notices.tell({ kind: "instances" }),
  });
}

function releaseDesk(
  { context, hub, log, metrics, parts, phases }: MoverParts,
  shared: Pick<Parameters<typeof createReleaseDesk>[0], "clock" | "onFault" | "state" | "execute" | "watch">,
  ready: (ref: VersionRef) => readonly string[],
): ReleaseDesk {
  const { health, judges, telemetry } = parts;
  const serviceOf = (name: ServiceName) => log.state.services.get(name);
  return createReleaseDesk({
    ...shared,
    telemetry,
    storage: judges,
    ready,
    phases(name) {
      const service = serviceOf(name);
      return service === undefined ? [] : phases.of(service);
    },
    acceptance: (name) => hub.acceptance(name, serviceOf(name)?.rev ?? 0),
    calls: () => context().calls,
    changes: (service) => log.changes({ limit: 200, service }),
    metrics: () => metrics.look(),
    tellWorse: ({ service, version }, sentence) => health.add("release-worse", `${service}@${version}`, sentence, { service, version }),
  });
}
