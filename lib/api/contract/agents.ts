import { z } from "zod";
import { nameSchema, timeSchema } from "./general.ts";
import type { RouteTable } from "./route.ts";

const DETAIL_CHARS_MAX = 2_000;

/**
 * What is wrong with a process, under a code of the list of error codes: not found, not executable, exits at once, never healthy. Too long a detail is cut
 * rather than refused: the report is about all other processes of the node as well.
 */
const reportedProblemSchema = z.object({
  code: z.string().max(64),
  detail: z.string().overwrite((detail) => detail.slice(0, DETAIL_CHARS_MAX)),
});

/** How an instance of a deployment is asked whether it serves. */
export const deploymentHealthSchema = z.strictObject({
  kind: z.enum(["http", "tcp"]),
  /** For `http`. */
  path: z.string().max(2000).optional(),
  /** From the start until it has to serve. */
  startWithinMs: z.number().optional(),
});

/**
 * `stopped`: it has ended because it was asked to. `crashed`: it has ended by itself; `backing-off`: and is started again after a while.
 * `draining`: it gets no new requests and is about to end.
 */
export const workloadStateSchema = z.enum(["starting", "ready", "draining", "stopped", "crashed", "backing-off"]);

/**
 * `run`: keep it running. `stop`: end it and keep its place until it is asked to run again. `drain`: end it for good; once it is reported `stopped` the
 * assignment is over. Both take it out of traffic first and let its requests end.
 */
const desiredSchema = z.enum(["run", "stop", "drain"]);

const reportedInstanceSchema = z.strictObject({
  assignment: z.string().max(128),
  service: nameSchema,
  version: nameSchema,
  generation: z.number().int().min(0),
  state: workloadStateSchema,
  /** What the agent was last asked for, so that an engine that has just started knows it. */
  desired: desiredSchema.optional(),
  restartSeq: z.number().int().min(0).optional(),
  /** Its lease. */
  instanceId: nameSchema.optional(),
  pid: z.number().int().optional(),
  port: z.number().int().optional(),
  startedAt: timeSchema.optional(),
  /** Since the assignment began. */
  restarts: z.number().int().min(0),
  lastExit: z.strictObject({ code: z.number().int().optional(), signal: z.string().max(32).optional(), at: timeSchema }).optional(),
  problem: reportedProblemSchema.optional(),
});

/** One process that a node is to have. Command, environment and check of an id never change: an agent that has it keeps what it was given first. */
const assignmentSchema = z
  .object({
    id: z.string(),
    service: z.string(),
    version: z.string(),
    generation: z.number().int(),
    command: z.array(z.string()),
    env: z.record(z.string(), z.string()),
    health: deploymentHealthSchema,
    desired: desiredSchema,
    /** Greater than the one that the process was started with: end it as for `stop`, then start it again. */
    restartSeq: z.number().int(),
  })
  .meta({ id: "Assignment" });

export const agentRoutes = {
  "POST /api/v1/nodes/{node}/report": {
    summary: "The agent of a node says what runs there, and is told what should",
    tag: "workloads",
    params: z.object({ node: nameSchema }),
    body: z.strictObject({
      agentPid: z.number().int(),
      /** What the node has to share. */
      cpus: z.number().optional(),
      memoryBytes: z.number().optional(),
      instances: z.array(reportedInstanceSchema).max(10_000),
    }),
    /** Complete: an assignment that is not listed any more is over; what still runs of it is ended as for `drain`. */
    response: z.object({ assignments: z.array(assignmentSchema) }),
    localToken: true,
  },
} as const satisfies RouteTable;
