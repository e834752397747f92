/**
 * Every process that some node has, or is to have: one slot each.
 *
 *   opened ─► told to its agent ─► reported … ─► asked to leave ─► reported stopped, or not any more ─► closed
 *
 * In memory only. After a start of the engine slots are made anew out of what agents report, with what they were asked for then (`desired`, `restartSeq`),
 * or with what the log says was asked since, which no agent may have heard of; command, environment and check of such a slot are those of the deployment as it
 * is, which an agent ignores for a process that it has.
 */
import type { Deployment, MeshEvent, NodeName, ServiceName, Version } from "../../model/index.ts";
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

/** What somebody asked of one process last; `id` names its assignment. */
export type Wish = Pick<Extract<MeshEvent, { readonly kind: "process-asked" }>, "id" | "desired" | "restartSeq">;

/** Wishes kept for processes whose agents are away. */
const WISHES_MAX = 1_000;

/** Key of a deployment, as the state has it. */
export function deploymentKey({ service, version }: { readonly service: string; readonly version: string }): string {
  return `${service}@${version}`;
}

export class SlotTable {
  readonly #slots = new Map<string, Slot>();
  /** By assignment, the latest last. */
  readonly #wishes = new Map<string, Wish>();

  /** `wishes`: of before this process, the oldest first. */
  constructor(wishes: readonly Wish[] = []) {
    for (const wish of wishes) this.#keep(wish);
  }

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
      this.#close(report.assignment);
      return known === undefined ? null : { slot: { ...known, report }, before: known.report };
    }
    const slot = { ...(known ?? this.#adopt(node, report, deploymentOf(deploymentKey(report)))), report };
    this.#slots.set(slot.id, slot);
    const before = known?.report ?? null;
    return JSON.stringify(before) === JSON.stringify(report) ? null : { slot, before };
  }

  /** Its agent does not have it: it is over, or begins anew. */
  #miss(slot: Slot): SlotMove | null {
    if (slot.desired !== "drain" && slot.report === null) return null;
    if (slot.desired === "drain") this.#close(slot.id);
    else this.#slots.set(slot.id, { ...slot, report: null });
    return { slot: { ...slot, report: null }, before: slot.report };
  }

  open(slot: Omit<Slot, "desired" | "restartSeq" | "told" | "report">): void {
    this.#slots.set(slot.id, { ...slot, desired: "run", restartSeq: 0, told: false, report: null });
  }

  /** Asks for the end of a process; one that no agent has heard of just goes. */
  drain(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    if (slot.told) this.#slots.set(id, { ...slot, desired: "drain" });
    else this.#close(id);
  }

  /** Asks for what somebody wants of a process. */
  ask(wish: Wish): void {
    this.#keep(wish);
    const slot = this.#slots.get(wish.id);
    if (slot !== undefined) this.#slots.set(wish.id, { ...slot, desired: wish.desired, restartSeq: wish.restartSeq });
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

  #close(id: string): void {
    this.#slots.delete(id);
    this.#wishes.delete(id);
  }

  #keep({ desired, id, restartSeq }: Wish): void {
    this.#wishes.delete(id);
    this.#wishes.set(id, { id, desired, restartSeq });
    const [oldest = ""] = this.#wishes.keys();
    if (this.#wishes.size > WISHES_MAX) this.#wishes.delete(oldest);
  }

  /** A process that an agent has and the engine does not know: it was there before the engine started, or its node was gone for a while. */
  #adopt(node: NodeName, report: ProcessReport, deployment: Deployment | undefined): Slot {
    const { assignment, generation } = report;
    const reported = { desired: report.desired ?? "run", restartSeq: report.restartSeq ?? 0 };
    const wish = this.#wishes.get(assignment);
    // An agent that was asked more often than the wish says has heard of it.
    const isUnheard = wish !== undefined && reported.desired !== "drain" && wish.restartSeq >= reported.restartSeq;
    const { desired, restartSeq } = isUnheard ? wish : reported;
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
}
