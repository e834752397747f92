import type { NodeName, ServiceName, Version } from "./names.ts";

/** How an instance of a deployment is asked whether it serves. `path` for `http`. */
export interface DeploymentHealth {
  readonly kind: "http" | "tcp";
  readonly path?: string;
  /** From the start until it has to serve. */
  readonly startWithinMs?: number;
}

/** Instances follow the load: `targetRps` per instance, within `min` and `max`; fewer only after the load was low for `stabilisationMs`. */
export interface Autoscale {
  readonly min: number;
  readonly max: number;
  readonly targetRps: number;
  readonly stabilisationMs: number;
}

/** Instances of one version on nodes. Whoever sets it may start processes there: it takes the local token. */
export interface Deployment {
  readonly service: ServiceName;
  readonly version: Version;
  /** Counts changes of what its processes are made of: those of an earlier one are replaced, within the limits. */
  readonly generation: number;
  /** How many instances there should be; with `autoscale` where it begins. */
  readonly replicas: number;
  /** Program and arguments; `$PORT` in an argument stands for the port. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly health: DeploymentHealth;
  /** Where it may run; empty: on every node that is not drained. */
  readonly nodes: readonly NodeName[];
  readonly autoscale: Autoscale | null;
  /** While instances are replaced: so many more than wanted at most, and so many fewer at most. */
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  /** Share of what is missing that is started, or stopped, in one round: `S ← S + α(T − S)`, rounded up; 1 is all at once. */
  readonly alpha: number;
  /** Share of old instances that are replaced in one round: `V ← V + γ(U − V)`, rounded up. */
  readonly gamma: number;
  /** Requests/s that one instance can carry; absent: no limit known. */
  readonly capacityRps?: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** A node that gets no instances of deployments; those that it has move to others. */
export interface DrainedNode {
  readonly node: NodeName;
  readonly since: string;
  readonly by: string;
  readonly reason: string;
}
