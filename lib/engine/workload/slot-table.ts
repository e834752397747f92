/**
 * Every process that some node has, or is to have: one slot each.
 *
 *   opened ─► told to its agent ─► reported … ─► asked to leave ─► reported stopped, or not any more ─► closed
 *
 * In memory only. After a start of the engine slots are made anew out of what agents report, with what they were asked for then (`desired`, `restartSeq`);
 * command, environment and check of such a slot are those of the deployment as it is, which an agent ignores for a process that it has.
 */
import type { Deployment, NodeName, ServiceName, Version } from "../../model/index.ts";
import type { AgentReport, Assignment, Desired, ProcessReport } from "./agent-report.ts";

export interface Slot {
  readonly id: string;
  readonly service: ServiceName;
  readonly version: Version;
  readonly node: NodeName;
  readonly generation: number;
  readonly command: Assignment["command"];
  readonly env: Assignment["env"];
  readonly health: Assignment["health"];
  readonly desired: Desired;
  readonly restartSeq: number;
  /** Whether its agent has been sent it: from then on there may be a process. */
  readonly told: boolean;
  /** What its agent said of it last; null before that. */
  readonly report: ProcessReport | null;
}

/** A process that is otherwise than at the last report. `before` null: it is heard of for the first time. */
export interface SlotMove {
  readonly slot: Slot;
  readonly before: ProcessReport | null;
}

/** Key of a deployment, as the state has it. */
export function deploymentKey({ service, version }: { readonly service: string; readonly version: string }): string {
  return `${service}@${version}`;
}

export class SlotTable {
  readonly #slots = new Map<string, Slot>();

  /** Takes what an agent says of its processes; returns those that moved. `deploymentOf` gives what a process unknown here belongs to. */
  take(node: NodeName, { instances }: AgentReport, deploymentOf: (key: string) => Deployment | undefined): readonly SlotMove[] {
    const reported = new Map(instances.map((each) => [each.assignment, each]));
    const moved = [...reported.values()].flatMap((report) => this.#takeOne(node, report, deploymentOf) ?? []);
    const missing = this.of(node).flatMap((slot) => (reported.has(slot.id) ? [] : (this.#miss(slot) ?? [])));
    return [...moved, ...missing];
  }

  #takeOne(node: NodeName, report: ProcessReport, deploymentOf: (key: string) => Deployment | undefined): SlotMove | null {
    const known = this.#slots.get(report.assignment);
    if (known !== undefined && known.node !== node) return null;
    if (report.state === "stopped" && (known?.desired ?? report.desired) === "drain") {
      this.#slots.delete(report.assignment);
      return known === undefined ? null : { slot: { ...known, report }, before: known.report };
    }
    const slot = { ...(known ?? adopted(node, report, deploymentOf(deploymentKey(report)))), report };
    this.#slots.set(slot.id, slot);
    const before = known?.report ?? null;
    return JSON.stringify(before) === JSON.stringify(report) ? null : { slot, before };
  }

  /** Its agent does not have it: it is over, or begins anew. */
  #miss(slot: Slot): SlotMove | null {
    if (slot.desired !== "drain" && slot.report === null) return null;
    if (slot.desired === "drain") this.#slots.delete(slot.id);
    else this.#slots.set(slot.id, { ...slot, report: null });
    return { slot: { ...slot, report: null }, before: slot.report };
  }

  open(slot: Omit<Slot, "desired" | "restartSeq" | "told" | "report">): void {
    this.#slots.set(slot.id, { ...slot, desired: "run", restartSeq: 0, told: false, report: null });
  }

  /** Asks for something else; one that no agent has heard of just goes. */
  ask(id: string, desired: Desired, restartSeq?: number): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    if (desired === "drain" && !slot.told) this.#slots.delete(id);
    else this.#slots.set(id, { ...slot, desired, restartSeq: restartSeq ?? slot.restartSeq });
  }

  /** What the agent of a node is to have; from now on it has been told. */
  assignments(node: NodeName): readonly Assignment[] {
    return this.of(node).map((slot) => {
      if (!slot.told) this.#slots.set(slot.id, { ...slot, told: true });
      const { command, desired, env, generation, health, id, restartSeq, service, version } = slot;
      return { id, service, version, generation, command, env, health, desired, restartSeq };
    });
  }

  /** Forgets the processes of a node that is gone. */
  drop(node: NodeName): number {
    const gone = this.of(node);
    for (const { id } of gone) this.#slots.delete(id);
    return gone.length;
  }

  get(id: string): Slot | undefined {
    return this.#slots.get(id);
  }

  of(node: NodeName): readonly Slot[] {
    return [...this.#slots.values()].filter((slot) => slot.node === node);
  }

  list(): readonly Slot[] {
    return [...this.#slots.values()];
  }
}

/** A process that an agent has and the engine does not know: it was there before the engine started, or its node was gone for a while. */
function adopted(node: NodeName, report: ProcessReport, deployment: Deployment | undefined): Slot {
  const { assignment, desired = "run", generation, restartSeq = 0 } = report;
  return {
    id: assignment,
    service: report.service as ServiceName,
    version: report.version as Version,
    node,
    generation,
    command: deployment?.command ?? [],
    env: deployment?.env ?? {},
    health: deployment?.health ?? { kind: "tcp" },
    desired: deployment === undefined ? "drain" : desired,
    restartSeq,
    told: true,
    report,
  };
}
