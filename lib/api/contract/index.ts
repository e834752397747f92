/**
 * The wire contract, declared once with zod: validation, the OpenAPI document and the typed client come from these tables.
 * Pure and browser-safe: imports zod and lists of words of the model, and the client imports only its types.
 * Invariants: an operation's key is `METHOD /path`; strict objects refuse unknown fields; names are only bounded here, the engine judges them.
 */
import { agentRoutes } from "./agents.ts";
import { authorizationRoutes } from "./authorization.ts";
import { changeRoutes } from "./changes.ts";
import { channelRoutes } from "./channels.ts";
import { compatibilityRoutes } from "./compatibility.ts";
import { deploymentRoutes } from "./deployments.ts";
import { evidenceRoutes } from "./evidence.ts";
import { governanceRoutes } from "./governance.ts";
import { identityRoutes } from "./identities.ts";
import { instanceRoutes } from "./instances.ts";
import { liveRoutes } from "./live.ts";
import { loadRoutes } from "./load.ts";
import { localTokenRoutes } from "./local-token.ts";
import { logRoutes } from "./logs.ts";
import { manifestRoutes } from "./manifest.ts";
import { planRoutes } from "./plans.ts";
import { alertRoutes, policyRoutes } from "./policies.ts";
import { releaseRoutes } from "./releases.ts";
import { routeRoutes } from "./routes.ts";
import { serviceRoutes } from "./services.ts";
import { simulateRoutes } from "./simulate.ts";
import { splitRoutes } from "./splits.ts";
import { strategyRoutes } from "./strategies.ts";
import { trafficPolicyRoutes } from "./traffic-policy.ts";
import { versionSpaceRoutes } from "./version-space.ts";

/** Every operation of the API. */
export const contract = {
  ...serviceRoutes,
  ...instanceRoutes,
  ...identityRoutes,
  ...splitRoutes,
  ...routeRoutes,
  ...trafficPolicyRoutes,
  ...authorizationRoutes,
  ...simulateRoutes,
  ...changeRoutes,
  ...manifestRoutes,
  ...planRoutes,
  ...policyRoutes,
  ...alertRoutes,
  ...releaseRoutes,
  ...strategyRoutes,
  ...governanceRoutes,
  ...channelRoutes,
  ...compatibilityRoutes,
  ...versionSpaceRoutes,
  ...evidenceRoutes,
  ...liveRoutes,
  ...loadRoutes,
  ...localTokenRoutes,
  ...logRoutes,
  ...agentRoutes,
  ...deploymentRoutes,
};

export type Contract = typeof contract;
export { problemSchema } from "./general.ts";
export { streamDataSchema, streamHeartbeatSchema, streamResetSchema, streamTopics } from "./live.ts";
export { LOG_LINES_MAX, logLinesSchema, logRoutes, logSchema } from "./logs.ts";
export { manifestSchema } from "./manifest.ts";
export type { RouteDefinition, RouteTable } from "./route.ts";
export { tapDataSchema, tapEntrySchema, tapHeartbeatSchema, tapQuerySchema } from "./tap.ts";
