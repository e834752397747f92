/**
 * The agents of the nodes, as far as they are heard of.
 *
 *   connected ── no report for LOST_MS ──► lost ── none for GONE_MS ──► gone ── a report ──► connected
 *
 * A lost agent's processes still count as there, though not as ready: it is being restarted, most likely, and takes them over again. A gone one's do not.
 * Times are of the monotonic clock: setting the wall clock loses nobody.
 */
import type { NodeName } from "../../model/index.ts";
import type { Clock } from "../../std/index.ts";
import type { AgentReport } from "./agent-report.ts";

/** Without a report for this long an agent counts as lost. */
export const LOST_MS = 10_000;
/** And for this long as gone, with its node. */
export const GONE_MS = 30_000;
/** Agents that are remembered; of those that are gone the longest silent goes first. */
const AGENTS_MAX = 2_000;

export type AgentStanding = "connected" | "lost" | "gone";

export interface KnownAgent {
  readonly node: NodeName;
  readonly agentPid: number;
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly reportedAt: string;
  readonly reportedMs: number;
  readonly standing: AgentStanding;
}

export class AgentRoster {
  readonly #clock: Clock;
  readonly #agents = new Map<NodeName, KnownAgent>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a report; returns how the agent stood before it, null for one that was never heard of. */
  take(node: NodeName, { agentPid, cpus, memoryBytes }: AgentReport): AgentStanding | null {
    const before = this.#agents.get(node)?.standing ?? null;
    this.#agents.delete(node);
    this.#agents.set(node, {
      node,
      agentPid,
      cpus: cpus ?? null,
      memoryBytes: memoryBytes ?? null,
      reportedAt: new Date(this.#clock.wallMs()).toISOString(),
      reportedMs: this.#clock.monotonicMs(),
      standing: "connected",
    });
    for (const [name, { standing }] of this.#agents) {
      if (this.#agents.size <= AGENTS_MAX) break;
      if (standing === "gone") this.#agents.delete(name);
    }
    return before;
  }

  /** Agents that stand otherwise than at the last look. */
  look(): readonly KnownAgent[] {
    const nowMs = this.#clock.monotonicMs();
    const moved: KnownAgent[] = [];
    for (const [node, agent] of this.#agents) {
      const silentMs = nowMs - agent.reportedMs;
      const standing = silentMs >= GONE_MS ? "gone" : silentMs >= LOST_MS ? "lost" : "connected";
      if (standing === agent.standing) continue;
      const next = { ...agent, standing } as const;
      this.#agents.set(node, next);
      moved.push(next);
    }
    return moved;
  }

  get(node: NodeName): KnownAgent | undefined {
    return this.#agents.get(node);
  }

  list(): readonly KnownAgent[] {
    return [...this.#agents.values()];
  }
}
