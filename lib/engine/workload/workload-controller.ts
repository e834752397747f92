/**
 * Brings processes to where deployments want them, one round of `lib/placement` at a time: every `LOOK_EVERY_MS`, with each report, and with each change of a
 * deployment or a node. What is to be done is told to agents as the answer to their reports.
 *
 * After a start of the engine nothing is decided for `SETTLE_MS` about deployments that there were before: agents tell what runs first, else all of it
 * would be started twice.
 * Nothing here is lasting: deployments and drained nodes are in the state, processes in the reports, and what single ones were asked for in the log.
 */

import type { Deployment, MeshState, NodeName } from "../../model/index.ts";
import { type AutoscaleMemory, autoscale, type NodeRoom, type PlacedInstance, planMoves, startAutoscale } from "../../placement/index.ts";
import type { CancelTimer, Clock, Random } from "../../std/index.ts";
import type { AgentReport, Assignment } from "./agent-report.ts";
import { AgentRoster, type KnownAgent } from "./agent-roster.ts";
import { deploymentKey, type Slot, type SlotMove, SlotTable, type Wish } from "./slot-table.ts";

export const SETTLE_MS = 3_000;
const LOOK_EVERY_MS = 500;

export interface WorkloadControllerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly state: () => MeshState;
  /** What single processes were asked for before this process, the oldest first. */
  readonly wishes: readonly Wish[];
  /** Nodes with a connected proxy. */
  readonly proxyNodes: () => ReadonlySet<string>;
  /** Ids of instances that take requests, as far as is known. */
  readonly readyIds: () => ReadonlySet<string>;
  /** Requests/s that a version gets; null where it is not measured. */
  readonly rps: (service: string, version: string) => number | null;
  readonly onMove: (move: SlotMove) => void;
  readonly onAgent: (agent: KnownAgent, before: KnownAgent["standing"] | null, slots: number) => void;
  /** A drained node has no process any more. */
  readonly onEmpty: (node: NodeName) => void;
  /** Processes or nodes are otherwise than before. */
  readonly onChange: () => void;
}

/** What a deployment wants now, and what it wants it on. */
export interface Aim {
  readonly target: number;
  readonly rooms: readonly NodeRoom[];
}

export class WorkloadController {
  readonly #parts: WorkloadControllerParts;
  readonly #slots: SlotTable;
  readonly #agents: AgentRoster;
  readonly #startMs: number;
  /** Deployments that may have processes from before our start. */
  readonly #inherited: ReadonlySet<string>;
  readonly #autoscale = new Map<string, AutoscaleMemory>();
  readonly #drained = new Set<NodeName>();
  readonly #stop: CancelTimer;

  constructor(parts: WorkloadControllerParts) {
    this.#parts = parts;
    this.#slots = new SlotTable(parts.wishes);
    this.#agents = new AgentRoster(parts.clock);
    this.#startMs = parts.clock.monotonicMs();
    this.#inherited = new Set(parts.state().deployments.keys());
    this.#stop = parts.clock.every(LOOK_EVERY_MS, () => this.look());
  }

  close(): void {
    this.#stop();
  }

  /** Takes the report of a node, and answers with what it is to have. */
  report(node: NodeName, report: AgentReport): readonly Assignment[] {
    const before = this.#agents.take(node, report);
    const moves = this.#slots.take(node, report, (key) => this.#parts.state().deployments.get(key));
    const agent = this.#agents.get(node);
    if (agent !== undefined && before !== "connected") this.#parts.onAgent(agent, before, report.instances.length);
    for (const move of moves) this.#parts.onMove(move);
    if (moves.length > 0 || before !== "connected") {
      this.#place();
      this.#parts.onChange();
    }
    return this.#slots.assignments(node);
  }

  /** Time has gone by, or something has changed. */
  look(): void {
    for (const agent of this.#agents.look()) {
      const lost = agent.standing === "gone" ? this.#slots.drop(agent.node) : this.#slots.of(agent.node).length;
      this.#parts.onAgent(agent, "connected", lost);
      this.#parts.onChange();
    }
    if (this.#place()) this.#parts.onChange();
  }

  get settling(): boolean {
    return this.#parts.clock.monotonicMs() - this.#startMs < SETTLE_MS;
  }

  slots(): readonly Slot[] {
    return this.#slots.list();
  }

  agents(): readonly KnownAgent[] {
    return this.#agents.list();
  }

  ask(wish: Wish): void {
    this.#slots.ask(wish);
    this.#place();
    this.#parts.onChange();
  }

  aim(deployment: Deployment): Aim {
    const memory = deployment.autoscale === null ? undefined : this.#autoscale.get(deploymentKey(deployment));
    return { target: memory?.target ?? startTarget(deployment), rooms: this.#rooms(deployment, this.#slots.list()) };
  }

  phaseOf({ desired, node, report }: Slot, readyIds: ReadonlySet<string>): PlacedInstance["phase"] {
    if (desired === "drain") return "leaving";
    if (desired === "stop") return "held";
    if (this.#agents.get(node)?.standing !== "connected" || report?.state === "crashed" || report?.state === "backing-off")
      return "failing";
    if (report?.state !== "ready") return "starting";
    return report.instanceId === undefined || readyIds.has(report.instanceId) ? "ready" : "failing";
  }

  /** One round of every deployment; whether it asked for anything. */
  #place(): boolean {
    const isSettling = this.settling;
    const { deployments } = this.#parts.state();
    const readyIds = this.#parts.readyIds();
    let hasMoved = false;
    const byKey = Map.groupBy(this.#slots.list(), deploymentKey);
    for (const [key, slots] of byKey) {
      if (isSettling || deployments.has(key)) continue;
      for (const { desired, id } of slots) {
        if (desired === "drain") continue;
        this.#slots.drain(id);
        hasMoved = true;
      }
    }
    for (const key of this.#autoscale.keys()) if (!deployments.has(key)) this.#autoscale.delete(key);
    for (const [key, deployment] of deployments) {
      if (isSettling && this.#inherited.has(key)) continue;
      hasMoved = this.#placeOne(key, deployment, byKey.get(key) ?? [], readyIds) || hasMoved;
    }
    this.#tellEmpty();
    return hasMoved;
  }

  #placeOne(key: string, deployment: Deployment, slots: readonly Slot[], readyIds: ReadonlySet<string>): boolean {
    const placed = slots.map((slot): PlacedInstance => {
      const { generation, id, node } = slot;
      return { id, node, generation, phase: this.phaseOf(slot, readyIds) };
    });
    const target = this.#target(key, deployment, placed);
    const { alpha, gamma, generation, maxSurge, maxUnavailable } = deployment;
    const wanted = { target, generation, alpha, gamma, maxSurge, maxUnavailable };
    const { leave, start } = planMoves(wanted, placed, this.#rooms(deployment, this.#slots.list()));
    for (const id of leave) this.#slots.drain(id);
    for (const node of start) this.#open(deployment, node as NodeName);
    return leave.length + start.length > 0;
  }

  #target(key: string, deployment: Deployment, placed: readonly PlacedInstance[]): number {
    const { autoscale: settings, service, version } = deployment;
    if (settings === null) {
      this.#autoscale.delete(key);
      return deployment.replicas;
    }
    const nowMs = this.#parts.clock.monotonicMs();
    const running = placed.filter(({ phase }) => phase !== "leaving").length;
    const memory = this.#autoscale.get(key) ?? startAutoscale(settings, running || deployment.replicas, nowMs);
    const next = autoscale(settings, memory, this.#parts.rps(service, version), nowMs);
    this.#autoscale.set(key, next);
    return next.target;
  }

  /** Nodes where instances of a deployment may stay, and which of them take new ones. */
  #rooms({ nodes }: Deployment, slots: readonly Slot[]): readonly NodeRoom[] {
    const { drainedNodes } = this.#parts.state();
    const proxies = this.#parts.proxyNodes();
    const counts = Map.groupBy(slots, ({ node }) => node);
    return this.#agents
      .list()
      .filter(({ node, standing }) => standing !== "gone" && !drainedNodes.has(node) && (nodes.length === 0 || nodes.includes(node)))
      .map(({ node, standing }) => ({
        node,
        takes: standing === "connected" && proxies.has(node),
        instances: counts.get(node)?.length ?? 0,
      }));
  }

  #open({ command, env, generation, health, service, version }: Deployment, node: NodeName): void {
    const id = this.#freshId();
    this.#slots.open({ id, service, version, node, generation, command, env, health });
  }

  #freshId(): string {
    const { random } = this.#parts;
    for (;;) {
      const id = `run-${[random.nextUint32(), random.nextUint32()].map((part) => part.toString(36).padStart(7, "0")).join("")}`;
      if (this.#slots.get(id) === undefined) return id;
    }
  }

  #tellEmpty(): void {
    const { drainedNodes } = this.#parts.state();
    for (const node of drainedNodes.keys()) {
      if (this.#slots.of(node).length > 0) this.#drained.add(node);
      else if (this.#drained.delete(node)) this.#parts.onEmpty(node);
    }
    for (const node of this.#drained) if (!drainedNodes.has(node)) this.#drained.delete(node);
  }
}

function startTarget({ autoscale: settings, replicas }: Deployment): number {
  return settings === null ? replicas : Math.min(settings.max, Math.max(settings.min, replicas));
}
