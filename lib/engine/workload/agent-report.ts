import type { DeploymentHealth } from "../../model/index.ts";

/** What a node is asked to do with a process. `stop` keeps its place, `drain` is the end of it; both take it out of traffic first. */
export type Desired = "run" | "stop" | "drain";

/** How a process stands, as its agent says. */
export type ProcessState = "starting" | "ready" | "draining" | "stopped" | "crashed" | "backing-off";

export interface LastExit {
  readonly code?: number;
  readonly signal?: string;
  readonly at: string;
}

/** One process of a node. */
export interface ProcessReport {
  readonly assignment: string;
  readonly service: string;
  readonly version: string;
  readonly generation: number;
  readonly state: ProcessState;
  readonly desired?: Desired;
  readonly restartSeq?: number;
  readonly instanceId?: string;
  readonly pid?: number;
  readonly port?: number;
  readonly startedAt?: string;
  readonly restarts: number;
  readonly lastExit?: LastExit;
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** What the agent of a node says, twice a second and whenever something changed. */
export interface AgentReport {
  readonly agentPid: number;
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly instances: readonly ProcessReport[];
}

/** One process that a node is to have. */
export interface Assignment {
  readonly id: string;
  readonly service: string;
  readonly version: string;
  readonly generation: number;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly health: DeploymentHealth;
  readonly desired: Desired;
  readonly restartSeq: number;
}
