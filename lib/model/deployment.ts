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
  /** Which change made its processes what they are (its place in the log): those of another one are replaced, within the limits. */
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

/** Most instances of one deployment. */
export const REPLICAS_MAX = 500;

/** Most deployments of a mesh. */
export const DEPLOYMENTS_MAX = 2_000;

/** What holds where a deployment does not say otherwise. */
export const DEPLOYMENT_DEFAULTS = {
  env: {},
  health: { kind: "tcp" },
  nodes: [],
  autoscale: null,
  maxSurge: 1,
  maxUnavailable: 0,
  alpha: 1,
  gamma: 1,
} as const satisfies Partial<Deployment>;

/** How long the load has to be low before there are fewer instances, unless an autoscaling deployment says otherwise. */
export const STABILISATION_MS = 60_000;

/** A node that gets no instances of deployments; those that it has move to others. */
export interface DrainedNode {
  readonly node: NodeName;
  readonly since: string;
  readonly by: string;
  readonly reason: string;
}
