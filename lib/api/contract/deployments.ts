import { z } from "zod";
import { deploymentHealthSchema, workloadStateSchema } from "./agents.ts";
import { dryRunQuery, nameSchema, problemItemSchema, timeSchema, versionParams } from "./general.ts";
import type { RouteTable } from "./route.ts";
import { writeSchema } from "./write.ts";

const autoscaleSchema = z.strictObject({
  min: z.number(),
  max: z.number(),
  /** Requests/s per instance. */
  targetRps: z.number(),
  /** Fewer instances only after the load was low for so long; 60 000 when absent. */
  stabilisationMs: z.number().optional(),
});

const autoscaleViewSchema = autoscaleSchema.extend({ stabilisationMs: z.number() });

/** What is wrong with a process, the field of its deployment that it is about, and what helps. */
const workloadProblemSchema = problemItemSchema.extend({ code: z.string() }).meta({ id: "WorkloadProblem" });

/** One process of a deployment. */
export const managedInstanceSchema = z
  .object({
    assignment: z.string(),
    service: z.string(),
    version: z.string(),
    node: z.string(),
    generation: z.number().int(),
    /** `waiting`: its agent has not answered for it yet; `lost`: nothing is heard of its agent. */
    state: z.enum([...workloadStateSchema.options, "waiting", "lost"]),
    desired: z.enum(["run", "stop", "drain"]),
    /** Its lease, as in the list of instances; null before it joined. */
    instance: z.string().nullable(),
    pid: z.number().int().nullable(),
    port: z.number().int().nullable(),
    startedAt: timeSchema.nullable(),
    restarts: z.number().int(),
    lastExit: z.object({ code: z.number().int().optional(), signal: z.string().optional(), at: timeSchema }).nullable(),
    problem: workloadProblemSchema.nullable(),
  })
  .meta({ id: "ManagedInstance" });

const deploymentShape = {
  service: z.string(),
  version: z.string(),
  generation: z.number().int(),
  nodes: z.array(z.string()),
  replicas: z.number().int(),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  health: deploymentHealthSchema,
  autoscale: autoscaleViewSchema.nullable(),
  maxSurge: z.number().int(),
  maxUnavailable: z.number().int(),
  alpha: z.number(),
  gamma: z.number(),
  capacityRps: z.number().nullable(),
  updatedAt: timeSchema,
  updatedBy: z.string(),
};

export const deploymentSchema = z
  .object({
    ...deploymentShape,
    /** How many there should be now: `replicas`, or what the load asks for. */
    target: z.number().int(),
    /** Processes that there are, those that leave left out. */
    actual: z.number().int(),
    ready: z.number().int(),
    starting: z.number().int(),
    /** Ended by themselves, or without an agent that answers for them. */
    crashed: z.number().int(),
    /** Ready and of the present generation. */
    updated: z.number().int(),
    leaving: z.number().int(),
    /** Requests/s that those that are ready can carry; null where that is not known. */
    readyCapacityRps: z.number().nullable(),
    /** Requests/s that the version gets. */
    rps: z.number(),
    instances: z.array(managedInstanceSchema),
    /** Values of `env` are empty here for whoever has no local token. */
    envShown: z.boolean(),
    /** What it waits for, in a sentence; null where everything is as wanted. */
    waitingFor: z.string().nullable(),
    /** What was left otherwise by hand, such as an instance that was stopped; nothing waits for it. */
    note: z.string().nullable(),
    problem: workloadProblemSchema.nullable(),
  })
  .meta({ id: "Deployment" });

export const nodeSchema = z
  .object({
    node: z.string(),
    /** `lost`: no report for a while, it counts as there; `gone`: its instances are placed elsewhere. `none`: no agent was ever heard of. */
    agent: z.enum(["connected", "lost", "gone", "none"]),
    agentPid: z.number().int().nullable(),
    reportedAt: timeSchema.nullable(),
    proxy: z.boolean(),
    cpus: z.number().nullable(),
    memoryBytes: z.number().nullable(),
    /** Whether instances may be placed here now, and why not. */
    schedulable: z.boolean(),
    reason: z.string().nullable(),
    drained: z.object({ since: timeSchema, by: z.string(), reason: z.string(), empty: z.boolean() }).nullable(),
    /** Every instance of the node, those that no deployment made included. */
    instances: z.array(
      z.object({
        service: z.string(),
        version: z.string(),
        /** Null before it joined. */
        instance: z.string().nullable(),
        state: z.string(),
        /** Null where no deployment made it. */
        assignment: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Node" });

const deploymentWriteSchema = writeSchema.extend(deploymentSchema.shape);
const managedInstanceWriteSchema = writeSchema.extend(managedInstanceSchema.shape);
const nodeWriteSchema = writeSchema.extend(nodeSchema.shape);
const reasonBody = z.strictObject({ reason: z.string().max(2000).optional() }).optional();

const nodeVerb = (summary: string) =>
  ({
    summary,
    tag: "workloads",
    params: z.object({ node: nameSchema }),
    query: dryRunQuery,
    body: reasonBody,
    response: nodeWriteSchema,
    write: true,
    localToken: true,
  }) as const;

/** `anyway`: though it is the last ready instance of a version that requests go to. */
const endingBody = z.strictObject({ reason: z.string().max(2000).optional(), anyway: z.boolean().optional() }).optional();

const instanceVerb = <Body extends z.ZodType>(summary: string, body: Body) =>
  ({
    summary,
    tag: "workloads",
    /** An instance, or an assignment that has no instance yet. */
    params: z.object({ id: nameSchema }),
    query: dryRunQuery,
    body,
    response: managedInstanceWriteSchema,
    write: true,
    localToken: true,
  }) as const;

export const deploymentRoutes = {
  "GET /api/v1/deployments": {
    summary: "Every deployment with how it stands, by service and version",
    tag: "workloads",
    response: z.object({ items: z.array(deploymentSchema) }),
  },
  "GET /api/v1/services/{service}/versions/{version}/deployment": {
    summary: "The deployment of a version, with its processes",
    tag: "workloads",
    params: versionParams,
    response: deploymentSchema,
  },
  "PUT /api/v1/services/{service}/versions/{version}/deployment": {
    summary: "Deploy a version: instances converge to what is given; another command, environment or check rolls through them",
    tag: "workloads",
    params: versionParams,
    query: dryRunQuery,
    body: z.strictObject({
      /** Absent or empty: every node that is not drained. */
      nodes: z.array(nameSchema).max(1_000).optional(),
      replicas: z.number(),
      command: z.array(z.string().max(8_192)).max(256),
      env: z.record(z.string().max(256), z.string().max(32_768)).optional(),
      /** `tcp` when absent. */
      health: deploymentHealthSchema.optional(),
      autoscale: autoscaleSchema.nullable().optional(),
      /** 1 when absent. */
      maxSurge: z.number().optional(),
      /** 0 when absent. */
      maxUnavailable: z.number().optional(),
      /** 1 when absent. */
      alpha: z.number().optional(),
      /** 1 when absent. */
      gamma: z.number().optional(),
      /** Requests/s that one instance can carry. */
      capacityRps: z.number().nullable().optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: deploymentWriteSchema,
    write: true,
    localToken: true,
  },
  "DELETE /api/v1/services/{service}/versions/{version}/deployment": {
    summary: "Undeploy a version: its instances are drained, then ended",
    tag: "workloads",
    params: versionParams,
    /** `anyway`: though requests still go to it. */
    query: dryRunQuery.extend({ anyway: z.enum(["true", "false"]).optional(), reason: z.string().max(2000).optional() }),
    response: writeSchema,
    write: true,
    localToken: true,
  },
  "POST /api/v1/services/{service}/versions/{version}/deployment/scale": {
    summary: "Another number of instances, or another capacity of each: `C ← C·β`",
    tag: "workloads",
    params: versionParams,
    query: dryRunQuery,
    body: z.strictObject({
      replicas: z.number().optional(),
      /** β: above 1 for larger instances, below 1 for smaller ones. */
      capacityFactor: z.number().optional(),
      reason: z.string().max(2000).optional(),
    }),
    response: deploymentWriteSchema,
    write: true,
    localToken: true,
  },
  "POST /api/v1/services/{service}/versions/{version}/deployment/restart": {
    summary: "Replace every process of a deployment by a new one, within its limits",
    tag: "workloads",
    params: versionParams,
    query: dryRunQuery,
    body: reasonBody,
    response: deploymentWriteSchema,
    write: true,
    localToken: true,
  },
  "GET /api/v1/nodes": {
    summary: "Nodes, with agent, proxy and what runs there",
    tag: "workloads",
    response: z.object({ items: z.array(nodeSchema) }),
  },
  "POST /api/v1/nodes/{node}/drain": nodeVerb("Take a node out of use: its instances are replaced elsewhere first, then ended"),
  "POST /api/v1/nodes/{node}/undrain": nodeVerb("Give a node back: instances may be placed there again"),
  "POST /api/v1/instances/{id}/start": instanceVerb("Start a process again that was stopped", reasonBody),
  "POST /api/v1/instances/{id}/stop": instanceVerb("Drain and end one process, and keep it stopped until it is started", endingBody),
  "POST /api/v1/instances/{id}/restart": instanceVerb("Drain and end one process, and start it again", endingBody),
} as const satisfies RouteTable;
