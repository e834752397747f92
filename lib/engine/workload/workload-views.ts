import type { Deployment, DrainedNode, MeshEvent, MeshState, NodeName, ServiceName, Version } from "../../model/index.ts";
import type { InstanceView, ProxyView } from "../views.ts";
import type { Desired, LastExit, ProcessState } from "./agent-report.ts";
import type { KnownAgent } from "./agent-roster.ts";
import type { Slot } from "./slot-table.ts";
import type { Aim } from "./workload-controller.ts";

/** What is wrong with the processes of a deployment: the field of the deployment that it is about, and what would be right. */
export interface WorkloadProblem {
  readonly code: string;
  readonly path: string;
  readonly detail: string;
  readonly fix: string;
}

export interface ManagedInstanceView {
  readonly assignment: string;
  readonly service: ServiceName;
  readonly version: Version;
  readonly node: NodeName;
  readonly generation: number;
  /** `waiting`: its agent has not answered for it yet; `lost`: nothing is heard of its agent. */
  readonly state: ProcessState | "waiting" | "lost";
  readonly desired: Desired;
  readonly instance: string | null;
  readonly pid: number | null;
  readonly port: number | null;
  readonly startedAt: string | null;
  readonly restarts: number;
  readonly lastExit: LastExit | null;
  readonly problem: WorkloadProblem | null;
}

/** A process that was asked for something, while nothing is heard of it. */
export function unheardInstance({
  desired,
  generation,
  id,
  instance,
  node,
  service,
  version,
}: Extract<MeshEvent, { readonly kind: "process-asked" }>): ManagedInstanceView {
  const unknown = { pid: null, port: null, startedAt: null, restarts: 0, lastExit: null, problem: null };
  return { assignment: id, service, version, node, generation, state: "waiting", desired, instance, ...unknown };
}

export interface DeploymentView extends Omit<Deployment, "capacityRps"> {
  readonly capacityRps: number | null;
  /** How many there should be now. */
  readonly target: number;
  readonly actual: number;
  readonly ready: number;
  readonly starting: number;
  readonly crashed: number;
  /** Ready and of the present generation. */
  readonly updated: number;
  readonly leaving: number;
  readonly readyCapacityRps: number | null;
  readonly rps: number;
  readonly instances: readonly ManagedInstanceView[];
  readonly waitingFor: string | null;
  /** What somebody left otherwise than wanted, and nothing waits for. */
  readonly note: string | null;
  readonly problem: WorkloadProblem | null;
}

export interface NodeView {
  readonly node: NodeName;
  readonly agent: KnownAgent["standing"] | "none";
  readonly agentPid: number | null;
  readonly reportedAt: string | null;
  readonly proxy: boolean;
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  /** Whether instances may be placed here now, and why not. */
  readonly schedulable: boolean;
  readonly reason: string | null;
  readonly drained: (Omit<DrainedNode, "node"> & { readonly empty: boolean }) | null;
  readonly instances: readonly NodeInstanceView[];
}

interface NodeInstanceView {
  readonly service: string;
  readonly version: string;
  readonly instance: string | null;
  readonly state: string;
  readonly assignment: string | null;
}

/** What a deployment is shown with. */
export interface DeploymentInput {
  readonly slots: readonly Slot[];
  readonly agents: ReadonlyMap<NodeName, KnownAgent>;
  readonly aim: Aim;
  readonly phaseOf: (slot: Slot) => "starting" | "ready" | "failing" | "held" | "leaving";
  readonly rps: number;
  readonly settling: boolean;
}

export function deploymentView(deployment: Deployment, input: DeploymentInput): DeploymentView {
  const { agents, aim, phaseOf, rps, slots } = input;
  const phases = slots.map((slot) => ({ slot, phase: phaseOf(slot) }));
  const count = (wanted: (each: (typeof phases)[number]) => boolean) => phases.filter(wanted).length;
  const leaving = count(({ phase }) => phase === "leaving");
  const ready = count(({ phase }) => phase === "ready");
  const isUpdated = ({ generation }: Slot) => generation === deployment.generation;
  const rooms = new Set(aim.rooms.map(({ node }) => node));
  const instances = slots.map((slot) => managedInstance(slot, agents.get(slot.node)));
  const counts = {
    target: aim.target,
    actual: slots.length - leaving,
    ready,
    starting: count(({ phase }) => phase === "starting"),
    crashed: count(({ phase }) => phase === "failing"),
    updated: count(({ phase, slot }) => phase === "ready" && isUpdated(slot)),
    leaving,
  };
  const { capacityRps = null } = deployment;
  const outdated = count(({ phase, slot }) => phase !== "leaving" && (!isUpdated(slot) || !rooms.has(slot.node)));
  const held = count(({ phase }) => phase === "held");
  const restarting = count(
    ({ phase, slot }) => phase === "failing" && (slot.report?.state === "crashed" || slot.report?.state === "backing-off"),
  );
  return {
    ...deployment,
    capacityRps,
    ...counts,
    readyCapacityRps: capacityRps === null ? null : capacityRps * ready,
    rps,
    instances,
    waitingFor: waitingFor(deployment, input, { ...counts, outdated, restarting }),
    note: held === 0 ? null : counted(held, "was stopped by hand", "were stopped by hand"),
    problem: instances.find(({ generation, problem }) => problem !== null && generation === deployment.generation)?.problem ?? null,
  };
}

interface Counts extends Pick<DeploymentView, "target" | "actual" | "ready" | "starting" | "crashed" | "updated" | "leaving"> {
  readonly outdated: number;
  /** Of those that do not serve, the ones that ended. */
  readonly restarting: number;
}

/** What stands between what is and what is wanted, the first of it. */
function waitingFor({ nodes }: Deployment, { aim, settling }: DeploymentInput, counts: Counts): string | null {
  const { actual, crashed, leaving, outdated, ready, restarting, starting, target } = counts;
  if (settling) return "The engine has just started and lets agents say what runs.";
  const missing = target - (actual - outdated);
  const where = nodes.length === 0 ? "No node" : `None of ${nodes.join(", ")}`;
  const sentences: readonly (readonly [boolean, string])[] = [
    [
      (missing > 0 || outdated > 0) && !aim.rooms.some(({ takes }) => takes),
      `${where} takes instances now: it needs an agent and a proxy, and must not be drained.`,
    ],
    [restarting > 0, counted(restarting, "does not run; it is started again", "do not run; they are started again")],
    [crashed > restarting, counted(crashed - restarting, "takes no requests at the moment", "take no requests at the moment")],
    [outdated > 0, `${outdated} of ${target} still ${outdated === 1 ? "has" : "have"} to be replaced.`],
    [starting > 0, counted(starting, "starts", "start")],
    [leaving > 0, counted(leaving, "lets its requests end", "let their requests end")],
    [missing > 0, `${ready} of ${target} are there.`],
    [actual > target, counted(actual - target, "is to leave", "are to leave")],
  ];
  return sentences.find(([holds]) => holds)?.[1] ?? null;
}

function counted(count: number, one: string, several: string): string {
  return count === 1 ? `1 instance ${one}.` : `${count} instances ${several}.`;
}

export function managedInstance(slot: Slot, agent: KnownAgent | undefined): ManagedInstanceView {
  const { desired, generation, id, node, report, service, version } = slot;
  const problem = report?.problem;
  return {
    assignment: id,
    service,
    version,
    node,
    generation,
    state: agent?.standing === "connected" ? (report?.state ?? "waiting") : "lost",
    desired,
    instance: report?.instanceId ?? null,
    pid: report?.pid ?? null,
    port: report?.port ?? null,
    startedAt: report?.startedAt ?? null,
    restarts: report?.restarts ?? 0,
    lastExit: report?.lastExit ?? null,
    problem: problem === undefined ? null : workloadProblem(problem),
  };
}

/** Which field of a deployment a problem of its processes is about, and what helps. */
const REMEDIES: Readonly<Record<string, { readonly path: string; readonly fix: string }>> = {
  "workload.command-not-found": { path: "command.0", fix: "Give a program that is on the node, by its path or found in PATH." },
  "workload.not-executable": { path: "command.0", fix: "Make the file executable, or start it with its interpreter." },
  "workload.output-not-writable": { path: "", fix: "Make room on the node's disk, or let its agent write to its data folder." },
  "workload.exits-at-once": { path: "command", fix: "Look at its log, correct the command or the environment, and deploy again." },
  "workload.never-healthy": {
    path: "health",
    fix: "Let the program listen on $PORT and pass the check, or correct the check; a slow one needs more startWithinMs.",
  },
};

export function workloadProblem({ code, detail }: { readonly code: string; readonly detail: string }): WorkloadProblem {
  const remedy = REMEDIES[code] ?? { path: "", fix: "Look at its log." };
  return { code, detail, ...remedy };
}

export interface NodesInput {
  readonly state: MeshState;
  readonly agents: readonly KnownAgent[];
  readonly proxies: readonly ProxyView[];
  readonly slots: readonly Slot[];
  readonly instances: readonly InstanceView[];
}

/** Every node that has, or had lately, an agent, a proxy or an instance, or is drained, and the one named; by name. */
export function nodeViews(input: NodesInput, named?: NodeName): readonly NodeView[] {
  const { agents, instances, proxies, slots, state } = input;
  const names = new Set([
    ...agents.map(({ node }) => node),
    ...proxies.map(({ node }) => node as NodeName),
    ...slots.map(({ node }) => node),
    ...instances.flatMap(({ node }) => (node === undefined ? [] : [node])),
    ...state.drainedNodes.keys(),
    ...(named === undefined ? [] : [named]),
  ]);
  return [...names].sort().map((node) => nodeView(node, input));
}

function nodeView(node: NodeName, { agents, instances, proxies, slots, state }: NodesInput): NodeView {
  const agent = agents.find((each) => each.node === node);
  const proxy = proxies.some((each) => each.node === node && each.connected);
  const own = slots.filter((slot) => slot.node === node);
  const drained = state.drainedNodes.get(node);
  const managed = new Set(own.flatMap(({ report }) => report?.instanceId ?? []));
  const health = new Map(instances.map((instance) => [instance.id as string, instance.health]));
  const reason = whyNot(agent, proxy, drained);
  return {
    node,
    agent: agent?.standing ?? "none",
    agentPid: agent?.standing === "connected" ? agent.agentPid : null,
    reportedAt: agent?.reportedAt ?? null,
    proxy,
    cpus: agent?.cpus ?? null,
    memoryBytes: agent?.memoryBytes ?? null,
    schedulable: reason === null,
    reason,
    drained: drained === undefined ? null : { since: drained.since, by: drained.by, reason: drained.reason, empty: own.length === 0 },
    instances: [
      ...own.map((slot): NodeInstanceView => {
        const { assignment, instance, service, state: processState, version } = managedInstance(slot, agent);
        const shown = processState === "ready" ? (health.get(instance ?? "") ?? processState) : processState;
        return { service, version, instance, state: slot.desired === "drain" ? "draining" : shown, assignment };
      }),
      ...instances
        .filter((instance) => instance.node === node && !managed.has(instance.id))
        .map((instance): NodeInstanceView => {
          const { health: standing, id, service, version } = instance;
          return { service, version, instance: id, state: standing, assignment: null };
        }),
    ],
  };
}

function whyNot(agent: KnownAgent | undefined, proxy: boolean, drained: DrainedNode | undefined): string | null {
  if (drained !== undefined) return `Drained by ${drained.by}.`;
  if (agent === undefined) return "It has no agent that could start anything.";
  if (agent.standing !== "connected") return `Its agent was last heard of at ${agent.reportedAt}.`;
  return proxy ? null : "No proxy of it is connected.";
}
