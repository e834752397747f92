import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { MeshEngine } from "../engine/index.ts";
import { type Clock, invariant } from "../std/index.ts";
import { type Answer, problemAnswer, refusal } from "./answer.ts";
import { contract } from "./contract/index.ts";
import { createOpenApiDocument } from "./openapi-document.ts";
import type { Handlers, OperationKey } from "./operation.ts";
import { type AnyHandler, createPerformer, internalAnswer } from "./perform.ts";
import { checkHost } from "./request/host.ts";
import { createLocalTokenGate, type LocalTokenGate } from "./request/local-token.ts";
import { readRequest } from "./request/read-request.ts";
import { createAlertRoutes } from "./routes/alerts.ts";
import { createAuthorizationRoutes } from "./routes/authorization.ts";
import { createChangeRoutes } from "./routes/changes.ts";
import { createChannelRoutes } from "./routes/channels.ts";
import { createCompatibilityRoutes } from "./routes/compatibility.ts";
import { createDeploymentRoutes } from "./routes/deployments.ts";
import { createEvidenceRoutes } from "./routes/evidence.ts";
import { createGovernanceRoutes } from "./routes/governance.ts";
import { createIdentityRoutes } from "./routes/identities.ts";
import { createInstanceRoutes } from "./routes/instances.ts";
import { createLiveRoutes } from "./routes/live.ts";
import { createLoadRoutes, type LoadPort } from "./routes/load.ts";
import { createLocalTokenRoutes } from "./routes/local-token.ts";
import { createLogRoute, type LogPort, type LogRoute } from "./routes/logs.ts";
import { createManifestRoutes } from "./routes/manifest.ts";
import { createPlanRoutes } from "./routes/plans.ts";
import { createPolicyRoutes } from "./routes/policies.ts";
import { createReleaseRoutes } from "./routes/releases.ts";
import { createRouteRoutes } from "./routes/routes.ts";
import { createServiceRoutes } from "./routes/services.ts";
import { createSimulateRoutes } from "./routes/simulate.ts";
import { createSplitRoutes } from "./routes/splits.ts";
import { createStrategyRoutes } from "./routes/strategies.ts";
import { answerStream } from "./routes/stream.ts";
import { createTapRoute, type TapRoute } from "./routes/tap.ts";
import { createTrafficPolicyRoutes } from "./routes/traffic-policy.ts";
import { createVersionSpaceRoutes } from "./routes/version-space.ts";
import { createVersionRoutes } from "./routes/versions.ts";
import { createEngineStream, type EngineStream } from "./stream/engine-stream.ts";

export interface ApiOptions {
  readonly engine: MeshEngine;
  readonly clock: Clock;
  /** `Host` values that are answered, lower-case, see `loopbackHosts`; may grow until the server listens. */
  readonly knownHosts: ReadonlySet<string>;
  /** Version of Interlock, for the OpenAPI document. */
  readonly version: string;
  readonly load?: LoadPort;
  /** Output of the programs of deployments; absent: none is kept. */
  readonly logs?: LogPort;
  /** What proves that a request may start processes; absent: none may. */
  readonly localToken?: string;
  /** Live streams open at once, 1024 when absent. */
  readonly streamsMax?: number;
  /** Told of flaws of ours; to stderr when absent. */
  readonly report?: (error: unknown) => void;
}

type Env = { Bindings: HttpBindings };

/** The HTTP face of one engine, not yet listening. */
export interface Api {
  readonly app: Hono<Env>;
  /** Ends the live streams. */
  close(): void;
}

/** Builds the API: every operation of the contract, the live stream, the document, health. */
export function createApi(options: ApiOptions): Api {
  const { engine, clock } = options;
  const report = options.report ?? ((error) => console.error("api:", error));
  const gate = createLocalTokenGate(options.localToken ?? null, clock);
  const perform = createPerformer({ engine, clock, gate, report });
  const stream = createEngineStream(engine, clock, options.streamsMax);
  const tap = createTapRoute(engine, clock);
  const logs = createLogRoute(engine, clock, options.logs);
  const handlers = createHandlers(options, gate, logs);
  const app = new Hono<Env>();

  app.use("*", async (c, next) => {
    const foreign = checkHost(c.req.header("host"), options.knownHosts);
    return foreign === undefined ? next() : toResponse(problemAnswer(foreign));
  });
  registerStreams(app, { stream, tap, logs });
  for (const key of Object.keys(contract) as OperationKey[]) {
    const operation = { key, definition: contract[key], handler: handlers[key] as AnyHandler };
    const [method = "", path = ""] = key.split(" ");
    app.on(method, path.replace(/\{(\w+)\}/g, ":$1"), async (c) =>
      toResponse(await perform(operation, { raw: c.req.raw, params: c.req.param() as Record<string, string>, header: headerOf(c) })),
    );
  }
  registerSelf(app, options);
  app.notFound((c) => toResponse(notFound(c.req.method, new URL(c.req.url).pathname)));
  app.onError((error) => {
    report(error);
    return toResponse(internalAnswer());
  });
  const close = () => {
    logs.close();
    tap.close();
    stream.close();
  };
  return { app, close };
}

/** Paths whose answer may be a stream. They stand before the operations: one of them has a path of its own. */
function registerStreams(
  app: Hono<Env>,
  { logs, stream, tap }: { readonly stream: EngineStream; readonly tap: TapRoute; readonly logs: LogRoute },
): void {
  app.get("/api/v1/instances/:id/logs", async (c, next) => {
    if (c.req.query("follow") !== "true" || c.req.method === "HEAD") return next();
    const answer = logs.follow(c.req.param("id"), new URL(c.req.url), headerOf(c), c.env.outgoing);
    return answer === null ? RESPONSE_ALREADY_SENT : toResponse(answer);
  });
  app.get("/api/v1/stream", (c) => {
    if (c.req.method === "HEAD") return new Response(null, { headers: { "content-type": "text/event-stream" } });
    const answer = answerStream(stream, new URL(c.req.url), headerOf(c), c.env.outgoing);
    return answer === null ? RESPONSE_ALREADY_SENT : toResponse(answer);
  });
  app.get("/api/v1/tap", (c) => {
    if (c.req.method === "HEAD") return new Response(null, { headers: { "content-type": "text/event-stream" } });
    const answer = tap.answer(new URL(c.req.url), headerOf(c), c.env.outgoing);
    return answer === null ? RESPONSE_ALREADY_SENT : toResponse(answer);
  });
}

/** Paths that speak of the API itself. */
function registerSelf(app: Hono<Env>, { engine, version }: ApiOptions): void {
  const document = JSON.stringify(createOpenApiDocument(version));
  const json = { "content-type": "application/json" };
  app.get("/api/v1/openapi.json", () => toResponse({ status: 200, headers: json, body: document }));
  app.get("/healthz", () => toResponse({ status: 200, headers: json, body: '{"status":"ok"}' }));
  app.get("/metrics", (c) => {
    const { body, contentType } = engine.metrics(c.req.header("accept"));
    return toResponse({ status: 200, headers: { "content-type": contentType }, body });
  });
  app.get("/readyz", () => {
    if (engine.ready()) return toResponse({ status: 200, headers: json, body: '{"status":"ready"}' });
    const detail = "The log is not folded yet, or no connected proxy serves the current snapshot.";
    return toResponse(problemAnswer(refusal({ path: "", code: "engine.not-ready", detail, fix: "Try again in a moment." })));
  });
}

function createHandlers({ engine, clock, load }: ApiOptions, gate: LocalTokenGate, logs: LogRoute): Handlers<OperationKey> {
  const handlers: Handlers<OperationKey> = {
    ...createServiceRoutes(engine),
    ...createVersionRoutes(engine),
    ...createInstanceRoutes(engine),
    ...createIdentityRoutes(engine),
    ...createSplitRoutes(engine),
    ...createRouteRoutes(engine),
    ...createTrafficPolicyRoutes(engine),
    ...createAuthorizationRoutes(engine),
    ...createSimulateRoutes(engine),
    ...createChangeRoutes(engine),
    ...createManifestRoutes(engine),
    ...createPlanRoutes(engine),
    ...createPolicyRoutes(engine),
    ...createAlertRoutes(engine),
    ...createReleaseRoutes(engine),
    ...createStrategyRoutes(engine),
    ...createChannelRoutes(engine),
    ...createCompatibilityRoutes(engine),
    ...createVersionSpaceRoutes(engine),
    ...createEvidenceRoutes(engine, clock),
    ...createLiveRoutes(engine, clock),
    ...createLoadRoutes(load),
    ...createLocalTokenRoutes(gate),
    ...logs.handlers,
    ...createDeploymentRoutes(engine),
    ...createGovernanceRoutes(engine, (request) => readRequest(handlers, request)),
  };
  return handlers;
}

function headerOf(c: Context): (name: string) => string | undefined {
  return (name) => c.req.header(name);
}

function toResponse({ status, headers, body }: Answer): Response {
  invariant(status >= 200, "an answer has a final status");
  return new Response(body, { status, headers: { ...headers, "cache-control": "no-store", "x-content-type-options": "nosniff" } });
}

const PATHS = Object.keys({
  ...contract,
  "GET /api/v1/stream": 0,
  "GET /api/v1/openapi.json": 0,
  "GET /healthz": 0,
  "GET /readyz": 0,
  "GET /metrics": 0,
  "GET /api/v1/tap": 0,
}).map((key) => {
  const [method = "", path = ""] = key.split(" ");
  return { method, pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`) };
});

/** 405 for a path that exists with another method, else 404. */
function notFound(method: string, path: string): Answer {
  const allowed = PATHS.filter((candidate) => candidate.pattern.test(path)).map((candidate) => candidate.method);
  if (allowed.length > 0) {
    const detail = `${method} is not possible on ${path}.`;
    const fix = `Use ${allowed.join(" or ")}.`;
    return problemAnswer(refusal({ path: "", code: "method.not-allowed", detail, fix }), { allow: allowed.join(", ") });
  }
  const detail = `There is nothing at ${path.slice(0, 200)}.`;
  return problemAnswer(refusal({ path: "", code: "route.unknown", detail, fix: "Look at GET /api/v1/openapi.json." }));
}
