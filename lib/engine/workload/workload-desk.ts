import {
  type Change,
  compareVersions,
  type Deployment,
  type InstanceId,
  type MeshState,
  type NodeName,
  parseNodeName,
  type Refusal,
  type VersionRef,
} from "../../model/index.ts";
import { type CancelTimer, type Clock, ok, type Random, type Result } from "../../std/index.ts";
import type { KnownProcess } from "../decide/context.ts";
import { notDeployed } from "../decide/deployments.ts";
import { unknownInstance } from "../decide/instances.ts";
import { refuse } from "../decide/refusals.ts";
import type { HealthLog } from "../health-log.ts";
import type { EngineNotice } from "../mesh-engine.ts";
import type { InstanceView, ProxyView } from "../views.ts";
import type { AgentReport, Assignment } from "./agent-report.ts";
import { GONE_MS, type KnownAgent, LOST_MS } from "./agent-roster.ts";
import { lastReady } from "./last-ready.ts";
import { deploymentKey, type Slot, type SlotMove, type Wish } from "./slot-table.ts";
import { WorkloadController } from "./workload-controller.ts";
import {
  type DeploymentView,
  deploymentView,
  type ManagedInstanceView,
  managedInstance,
  type NodeView,
  nodeViews,
  workloadProblem,
} from "./workload-views.ts";

/** So many changes are read at the start: an agent that is there hears of a wish within a second. */
const CHANGES_READ = 1_000;

/** Deployments, nodes and their processes; what should be is in the state, and is changed by commands. */
export interface WorkloadFace {
  /** What an agent says, answered with what its node is to have. */
  report(node: string, report: AgentReport): Result<readonly Assignment[], Refusal>;
  /** Every deployment, by service and version. */
  deployments(): readonly DeploymentView[];
  /** A deployment, of the state or of a dry run, with how it stands now. */
  show(deployment: Deployment): DeploymentView;
  /** Every node that is known, by name; and the one named, whether it is or not. */
  nodes(named?: string): readonly NodeView[];
  /** The process behind an instance or an assignment; undefined where no deployment made it. */
  instance(id: string): ManagedInstanceView | undefined;
}

export interface WorkloadDeskParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly health: HealthLog;
  readonly state: () => MeshState;
  /** The newest changes first. */
  readonly changes: (query: { readonly limit: number }) => readonly Change[];
  readonly instances: () => readonly InstanceView[];
  readonly proxies: () => readonly ProxyView[];
  /** Whether figures of every proxy that could send requests have come in lately. */
  readonly isMeasured: () => boolean;
  readonly rps: (ref: { readonly service: string; readonly version: string }) => number;
  readonly watch: (listener: (notice: EngineNotice) => void) => CancelTimer;
  /** Processes or nodes are otherwise than before. */
  readonly onChange: () => void;
}

export interface WorkloadDesk extends WorkloadFace {
  /** What a decision about one process is made on; refused where there is none that can be asked for anything. */
  process(id: string): Result<KnownProcess, Refusal>;
  close(): void;
}

export function createWorkloadDesk(parts: WorkloadDeskParts): WorkloadDesk {
  const { clock, health, instances, isMeasured, proxies, random, rps, state } = parts;
  const readyIds = (): ReadonlySet<string> => new Set(instances().flatMap((each) => (each.health === "ready" ? [each.id] : [])));
  const controller = new WorkloadController({
    clock,
    random,
    state,
    wishes: wishesOf(parts.changes({ limit: CHANGES_READ }).toReversed()),
    proxyNodes: () => new Set(proxies().flatMap(({ connected, node }) => (connected ? [node] : []))),
    readyIds,
    rps: (service, version) => (isMeasured() ? rps({ service, version }) : null),
    onMove: (move) => tellMove(health, move),
    onAgent: (agent, before, slots) => tellAgent(health, agent, before, slots),
    onEmpty: (node) => health.add("node-empty", node, `${node} is drained: no process of a deployment runs there any more.`),
    onChange: parts.onChange,
  });
  const stopWatching = parts.watch((notice) => {
    if (notice.kind !== "change") return;
    if (notice.change.events.some(movesWorkloads)) controller.look();
    for (const event of notice.change.events) {
      if (event.kind !== "process-asked") continue;
      controller.ask(event);
      tellAsked(health, find(event.id), notice.change);
    }
  });
  const find = (id: string): Slot | undefined => controller.slots().find((slot) => slot.id === id || slot.report?.instanceId === id);
  const agentsByNode = () => new Map(controller.agents().map((agent) => [agent.node, agent]));
  const shown = (slot: Slot) => managedInstance(slot, agentsByNode().get(slot.node));
  const emptiedBy = (slot: Slot) =>
    controller.phaseOf(slot, readyIds()) !== "ready"
      ? null
      : lastReady(slot, { service: state().services.get(slot.service), slots: controller.slots(), instances: instances() });

  function show(deployment: Deployment): DeploymentView {
    const ids = readyIds();
    return deploymentView(deployment, {
      slots: controller.slots().filter((slot) => deploymentKey(slot) === deploymentKey(deployment)),
      agents: agentsByNode(),
      aim: controller.aim(deployment),
      phaseOf: (slot) => controller.phaseOf(slot, ids),
      rps: rps(deployment),
      settling: controller.settling,
    });
  }

  return {
    report(node, report) {
      const name = parseNodeName(node);
      return name.ok ? ok(controller.report(name.value, report)) : refuse(name.error);
    },
    deployments: () => [...state().deployments.values()].sort(byServiceAndVersion).map(show),
    show,
    nodes: (named) =>
      nodeViews(
        { state: state(), agents: controller.agents(), proxies: proxies(), slots: controller.slots(), instances: instances() },
        named as NodeName | undefined,
      ),
    instance(id) {
      const slot = find(id);
      return slot === undefined ? undefined : shown(slot);
    },
    process(id) {
      const slot = find(id);
      if (slot === undefined) return refuseVerb(instances(), id);
      const known = knownProcess(slot);
      return known.ok ? ok({ ...known.value, whyKept: emptiedBy(slot) }) : known;
    },
    close() {
      stopWatching();
      controller.close();
    },
  };
}

function byServiceAndVersion(left: Deployment, right: Deployment): number {
  if (left.service !== right.service) return left.service < right.service ? -1 : 1;
  return compareVersions(left.version, right.version);
}

/** The deployment of a version as the state has it, or why there is none. */
export function findDeployment(state: MeshState, ref: VersionRef): Result<Deployment, Refusal> {
  const deployment = state.deployments.get(deploymentKey(ref));
  return deployment === undefined ? refuse(notDeployed(ref)) : ok(deployment);
}

function wishesOf(changes: readonly Change[]): readonly Wish[] {
  return changes.flatMap(({ events }) => events.flatMap((event) => (event.kind === "process-asked" ? [event] : [])));
}

function movesWorkloads({ kind }: { readonly kind: string }): boolean {
  return kind === "deployment-set" || kind === "node-drain-set" || kind === "version-removed" || kind === "service-removed";
}

function refuseVerb(instances: readonly InstanceView[], id: string): Result<never, Refusal> {
  if (!instances.some((instance) => instance.id === id)) return refuse(unknownInstance(id));
  const detail = `${id} was not started by a deployment.`;
  return refuse({ path: "id", code: "instance.unmanaged", detail, fix: "Start or stop it where it was started, or deploy its version." });
}

function knownProcess(slot: Slot): Result<Omit<KnownProcess, "whyKept">, Refusal> {
  const { desired, generation, id, node, report, restartSeq, service, version } = slot;
  if (desired === "drain") {
    const detail = `${report?.instanceId ?? id} is on its way out and ends for good.`;
    return refuse({ path: "id", code: "instance.leaving", detail, fix: "Scale the deployment where more instances are needed." });
  }
  const instance = (report?.instanceId ?? null) as InstanceId | null;
  return ok({
    asked: { kind: "process-asked", id, instance, service, version, node, generation, desired, restartSeq },
    isDown: report?.state === "crashed" || report?.state === "backing-off",
  });
}

function tellAsked(health: HealthLog, slot: Slot | undefined, { author, kind, reason }: Change): void {
  if (slot === undefined) return;
  const asked = kind === "instance.stop" ? "stopped" : kind === "instance.start" ? "started" : "restarted";
  const because = reason === "" ? "" : ` (${reason})`;
  tell(health, "workload-asked", slot, `${author} ${asked} ${nameOf(slot)}${because}.`);
}

function tell(health: HealthLog, kind: Parameters<HealthLog["add"]>[0], slot: Slot, sentence: string): void {
  const instance = slot.report?.instanceId;
  health.add(kind, instance ?? slot.id, sentence, {
    service: slot.service,
    version: slot.version,
    ...(instance === undefined ? {} : { instance: instance as InstanceId }),
  });
}

function nameOf({ id, node, report, service, version }: Slot): string {
  return `${report?.instanceId ?? id} (${service} ${version}) on ${node}`;
}

/** Ends, returns and new problems of processes become events; all else is to be seen in the deployment. */
function tellMove(health: HealthLog, { before, slot }: SlotMove): void {
  const { report } = slot;
  if (report === null) return;
  const { lastExit, problem } = report;
  const isDown = report.state === "crashed" || report.state === "backing-off";
  if (isDown && lastExit !== undefined && before !== null && before.lastExit?.at !== lastExit.at) {
    const how = lastExit.signal === undefined ? `code ${lastExit.code ?? "unknown"}` : lastExit.signal;
    tell(health, "workload-crashed", slot, `${nameOf(slot)} ended with ${how}; it is started again.`);
  }
  if (problem !== undefined && before?.problem?.code !== problem.code) {
    tell(health, "workload-problem", slot, `${nameOf(slot)}: ${problem.detail} ${workloadProblem(problem).fix}`);
  }
  const wasDown = before !== null && (before.state === "crashed" || before.state === "backing-off" || before.restarts < report.restarts);
  if (report.state === "ready" && before?.state !== "ready" && (wasDown || (before?.restarts ?? 0) > 0)) {
    const times = report.restarts === 1 ? "once" : `${report.restarts} times`;
    tell(health, "workload-recovered", slot, `${nameOf(slot)} serves again; it was restarted ${times}.`);
  }
}

function tellAgent(health: HealthLog, { node, standing }: KnownAgent, before: KnownAgent["standing"] | null, slots: number): void {
  const processes = `${slots} ${slots === 1 ? "process" : "processes"}`;
  if (standing === "connected") {
    if (before === null) return;
    health.add("agent-back", node as NodeName, `The agent of ${node} reports again, with ${processes}.`);
  } else if (standing === "lost") {
    const rest = (GONE_MS - LOST_MS) / 1_000;
    const detail = `The agent of ${node} has not reported for ${LOST_MS / 1_000} s; in ${rest} s its ${processes} are replaced elsewhere.`;
    health.add("agent-lost", node, detail);
  } else {
    health.add(
      "agent-gone",
      node,
      `The agent of ${node} has not reported for ${GONE_MS / 1_000} s: its ${processes} are replaced elsewhere.`,
    );
  }
}
