import { findDeployment, type MeshEngine, unheardInstance } from "../../engine/index.ts";
import {
  DEPLOYMENT_DEFAULTS,
  type Deployment,
  type DeploymentInput,
  type InstanceVerb,
  type NodeName,
  type ServiceName,
  STABILISATION_MS,
  type Version,
  type VersionRef,
} from "../../model/index.ts";
import { err, invariant, ok } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Call, CommandHandler, Done, Handlers, ResponseOf } from "../operation.ts";

type One = "/api/v1/services/{service}/versions/{version}/deployment";
type NodeVerb = `POST /api/v1/nodes/{node}/${"drain" | "undrain"}`;
type Verb = `POST /api/v1/instances/{id}/${InstanceVerb}`;
type Scale = `POST ${One}/${"scale" | "restart"}`;
type Key =
  | "GET /api/v1/deployments"
  | `${"GET" | "PUT" | "DELETE"} ${One}`
  | Scale
  | "GET /api/v1/nodes"
  | NodeVerb
  | "POST /api/v1/nodes/{node}/report"
  | Verb;
type DeploymentBody = ResponseOf<`GET ${One}`>;

const ONE = "/api/v1/services/{service}/versions/{version}/deployment";

/** Deployments, nodes and what agents say of them. */
export function createDeploymentRoutes(engine: MeshEngine): Handlers<Key> {
  const { workloads } = engine;
  return {
    "GET /api/v1/deployments": {
      kind: "direct",
      answer: ({ unlocked }) => ok({ body: { items: workloads.deployments().map((view) => deploymentBody(view, unlocked)) } }),
    },
    [`GET ${ONE}`]: {
      kind: "direct",
      answer({ params, unlocked }) {
        const found = findDeployment(engine.state(), refOf(params));
        return found.ok ? ok({ body: deploymentBody(workloads.show(found.value), unlocked) }) : found;
      },
    },
    [`PUT ${ONE}`]: {
      kind: "command",
      command: ({ body, params }) => ok({ kind: "deployment.set", ...refOf(params), deployment: inputOf(body) }),
      fields: (done, { params }) => fieldsOf(engine, done, refOf(params)),
    },
    [`DELETE ${ONE}`]: {
      kind: "command",
      command: ({ params, query }) => ok({ kind: "deployment.remove", ...refOf(params), anyway: query.anyway === "true" }),
      fields: () => ({}),
    },
    [`POST ${ONE}/scale`]: {
      kind: "command",
      command({ body: { capacityFactor, replicas }, params }) {
        const wanted = { ...(replicas !== undefined && { replicas }), ...(capacityFactor !== undefined && { capacityFactor }) };
        return ok({ kind: "deployment.scale", ...refOf(params), ...wanted });
      },
      fields: (done, { params }) => fieldsOf(engine, done, refOf(params)),
    },
    [`POST ${ONE}/restart`]: {
      kind: "command",
      command: ({ params }) => ok({ kind: "deployment.restart", ...refOf(params) }),
      fields: (done, { params }) => fieldsOf(engine, done, refOf(params)),
    },
    "GET /api/v1/nodes": {
      kind: "direct",
      answer: () => ok({ body: { items: structuredClone(workloads.nodes()) as unknown as NodeBody[] } }),
    },
    "POST /api/v1/nodes/{node}/drain": nodeVerb(engine, "node.drain"),
    "POST /api/v1/nodes/{node}/undrain": nodeVerb(engine, "node.undrain"),
    "POST /api/v1/nodes/{node}/report": {
      kind: "direct",
      answer({ body, params }) {
        const assignments = workloads.report(params.node, body);
        return assignments.ok
          ? ok({ body: { assignments: structuredClone(assignments.value) as unknown as AssignmentBody[] } })
          : assignments;
      },
    },
    "POST /api/v1/instances/{id}/start": instanceVerb(engine, "start"),
    "POST /api/v1/instances/{id}/stop": instanceVerb(engine, "stop"),
    "POST /api/v1/instances/{id}/restart": instanceVerb(engine, "restart"),
  };
}

type NodeBody = ResponseOf<"GET /api/v1/nodes">["items"][number];
type VerbBody = ResponseOf<Verb>;
type AssignmentBody = ResponseOf<"POST /api/v1/nodes/{node}/report">["assignments"][number];

function nodeVerb<K extends NodeVerb>(engine: MeshEngine, kind: "node.drain" | "node.undrain"): CommandHandler<K> {
  const isNode = (name: string) => engine.workloads.nodes().some(({ node }) => node === name);
  const handler: CommandHandler<NodeVerb> = {
    kind: "command",
    command({ params }) {
      if (isNode(params.node)) return ok({ kind, node: params.node as NodeName });
      const detail = `There is no node "${params.node}".`;
      return err(refusal({ path: "node", code: "node.unknown", detail, fix: "Look at GET /api/v1/nodes." }));
    },
    fields({ state }, { params }) {
      // Nothing else may be heard of a node that was given back.
      const view = engine.workloads.nodes(params.node).find(({ node }) => node === params.node);
      invariant(view !== undefined, "a node that is named is shown");
      const drained = state.drainedNodes.get(params.node as NodeName);
      // Of a dry run, the node as it would be.
      const { by = "", reason = "", since = "" } = drained ?? {};
      const shown = drained === undefined ? null : { since, by, reason, empty: view.drained?.empty ?? false };
      return structuredClone({ ...view, drained: shown }) as unknown as NodeBody;
    },
  };
  return handler as unknown as CommandHandler<K>;
}

function instanceVerb<K extends Verb>(engine: MeshEngine, verb: InstanceVerb): CommandHandler<K> {
  const handler: CommandHandler<Verb> = {
    kind: "command",
    command({ body, params }) {
      const anyway = (body as { readonly anyway?: boolean } | undefined)?.anyway === true;
      return ok({ kind: "instance.move", id: params.id, verb, anyway });
    },
    fields({ change }, { params }) {
      const asked = change?.events.find((event) => event.kind === "process-asked");
      // Of a dry run, the process as it would be; a new engine may not have heard of it yet when it builds an answer anew.
      const view = engine.workloads.instance(asked?.id ?? params.id) ?? (asked && unheardInstance(asked));
      invariant(view !== undefined, "a process that was asked for something is known");
      return structuredClone({ ...view, ...(asked && { desired: asked.desired }) }) as unknown as VerbBody;
    },
  };
  return handler as unknown as CommandHandler<K>;
}

/** The deployment that a command was about, after it. */
function fieldsOf(engine: MeshEngine, { state }: Done, ref: VersionRef): DeploymentBody {
  const deployment = findDeployment(state, ref);
  invariant(deployment.ok, "a command about a deployment leaves it in the state");
  return deploymentBody(engine.workloads.show(deployment.value), true);
}

/** Values of the environment may be secrets: without the local token the names alone are told. */
function deploymentBody(view: ReturnType<MeshEngine["workloads"]["show"]>, unlocked: boolean): DeploymentBody {
  const env = unlocked ? view.env : Object.fromEntries(Object.keys(view.env).map((name) => [name, ""]));
  return structuredClone({ ...view, env, envShown: unlocked }) as unknown as DeploymentBody;
}

function refOf({ service, version }: { readonly service: string; readonly version: string }): VersionRef {
  return { service: service as ServiceName, version: version as Version };
}

function inputOf(body: Call<`PUT ${One}`>["body"]): DeploymentInput {
  const { autoscale, capacityRps, health, reason: _, ...given } = body;
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as typeof given;
  const input = { ...DEPLOYMENT_DEFAULTS, ...known, health: healthOf(health) } as Omit<DeploymentInput, "autoscale" | "capacityRps">;
  return {
    ...input,
    nodes: [...new Set(input.nodes)].sort(),
    autoscale: autoscale == null ? null : { ...autoscale, stabilisationMs: autoscale.stabilisationMs ?? STABILISATION_MS },
    ...(capacityRps == null ? {} : { capacityRps }),
  };
}

function healthOf(health: Call<`PUT ${One}`>["body"]["health"]): Deployment["health"] {
  if (health === undefined) return DEPLOYMENT_DEFAULTS.health;
  const { kind, path, startWithinMs } = health;
  return { kind, ...(path !== undefined && { path }), ...(startWithinMs !== undefined && { startWithinMs }) };
}
