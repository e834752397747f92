/**
 * "Where would this request go, and why": the decision of the proxy with each step told, from the very functions that the proxy decides with
 * (`RoutingTable.resolve`, `stickyPosition`, `decideAuthorization`). Chance is not drawn: shares are given instead, and a fault is told by its share.
 * Health is not known here, so the balancer's step says what it chooses among, not whom it chooses.
 */
import {
  type EdgeEnd,
  type ErrorCode,
  type Principal,
  parseServiceName,
  parseVersion,
  type RouteRule,
  spiffeId,
  type Version,
} from "../model/index.ts";
import type { SplitView } from "./compiled-service.ts";
import { decideAuthorization } from "./decide-authorization.ts";
import { impliedHost } from "./hosts.ts";
import type { RequestHead } from "./matcher.ts";
import { rangeAsked, refuseEmpty, sentPath } from "./resolve-route.ts";
import type { RouteDecision } from "./route-decision.ts";
import { type RouteStep, RouteTrace } from "./route-trace.ts";
import type { ResolvedRoute, RoutingTable } from "./routing-table.ts";
import { stickyKey } from "./sticky-key.ts";
import { stickyPosition } from "./sticky-version.ts";

export interface SimulatedRequest {
  readonly service: string;
  /** Absent: from outside. */
  readonly caller?: { readonly service: string; readonly version: string | null };
  readonly method: string;
  /** With or without query. */
  readonly path: string;
  /** Names without case. `host` takes the place of the service's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a verified token. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Simulation {
  readonly rule: RouteRule | null;
  /** Shares of 1; empty where the request goes nowhere. */
  readonly versions: readonly { readonly version: Version; readonly share: number }[];
  readonly steps: readonly RouteStep[];
  /** What the answer would carry where the proxy makes it for certain. */
  readonly code?: ErrorCode;
}

/** `trustDomain` is the mesh's: the caller is taken to call over mTLS where an instance of the version takes it. */
export function simulate(table: RoutingTable, request: SimulatedRequest, trustDomain: string): Simulation {
  const trace = new RouteTrace();
  const caller: EdgeEnd = request.caller ?? { service: "ingress", version: null };
  const head = headOf(request);
  const resolved = table.resolve(head, caller, trace);
  if (resolved.kind === "refusal") return { rule: null, versions: [], steps: trace.steps, code: resolved.code };
  if (resolved.kind === "answer") return { rule: resolved.rule, versions: [], steps: trace.steps };
  const { choice, service, view } = resolved;
  const { fault, rule } = choice.entry.target;
  if (fault?.abortStatus !== undefined && fault.percent === 100)
    return { rule, versions: [], steps: trace.steps, code: "routing.fault-injected" };
  if (view.emptiedBy !== null) {
    const refusal = refuseEmpty(service, choice.entry.target, view, caller, rangeAsked(service, head, caller));
    trace.add("split", "nothing left", refusal.detail);
    return { rule, versions: [], steps: trace.steps, code: refusal.code };
  }
  const positions = choosePositions(resolved, head, caller, trace);
  const versions = positions.map(({ position, share }) => ({ version: view.decisions[position]?.version as Version, share }));
  explainBalancer(trace, view, positions);
  const isAllowed = explainAuthorization(trace, resolved, { request, head, caller, trustDomain });
  if (!isAllowed) return { rule, versions: [], steps: trace.steps, code: "authorization.denied" };
  return { rule, versions, steps: trace.steps };
}

interface Position {
  readonly position: number;
  readonly share: number;
}

function choosePositions({ choice, view }: ResolvedRoute, head: RequestHead, caller: EdgeEnd, trace: RouteTrace): readonly Position[] {
  const { rule, stickiness } = choice.entry.target;
  const { total, versions, weights } = view.picker;
  const key = stickiness === null ? undefined : stickyKey(head, stickiness);
  const shares = versions.map((version, position) => `${version} ${percent((weights[position] ?? 0) / total)}`).join(", ");
  trace.add("split", shares, rule?.split === undefined ? "The service's split chooses." : "The rule's own split chooses.");
  if (stickiness !== null && key !== undefined) {
    const position = stickyPosition(key, view.picker);
    const why = `The ${stickiness.by} ${stickiness.name} is ${key}, which stays on this version.`;
    trace.add("stickiness", versions[position] ?? "", why);
    return [{ position, share: 1 }];
  }
  if (stickiness !== null) {
    const isGiven = stickiness.by === "cookie" && caller.service === "ingress";
    const why = isGiven
      ? "The request has no cookie yet; the answer brings one."
      : `The request has no ${stickiness.by} ${stickiness.name}.`;
    trace.add("stickiness", "none", why);
  }
  return versions.map((_, position) => ({ position, share: (weights[position] ?? 0) / total }));
}

function explainBalancer(trace: RouteTrace, { decisions }: SplitView, positions: readonly Position[]): void {
  for (const { position } of positions) {
    const decision = decisions[position];
    if (decision === undefined) continue;
    const { endpoints, failover, policy, version } = decision;
    const count = endpoints.length === 1 ? "1 instance" : `${endpoints.length} instances`;
    const then = failover.map((target) => (target.kind === "zone" ? `zone ${target.zone}` : target.version)).join(", then ");
    const why = then === "" ? "There is no failover beyond them." : `When they are unhealthy: ${then}.`;
    trace.add(
      "balancer",
      `${policy.loadBalancing.kind} over ${count} of ${version}`,
      endpoints.length === 0 ? `No instance is known. ${why}` : why,
    );
  }
}

function explainAuthorization(
  trace: RouteTrace,
  { choice, service, view }: ResolvedRoute,
  given: { readonly request: SimulatedRequest; readonly head: RequestHead; readonly caller: EdgeEnd; readonly trustDomain: string },
): boolean {
  const { caller, head, request, trustDomain } = given;
  const principal = principalOf(caller);
  const isEncrypted = view.decisions.some(({ endpoints }: RouteDecision) => endpoints.some(({ inbound }) => inbound !== undefined));
  const decision = decideAuthorization(service.source.authorization, {
    principal,
    identity: principal !== null && isEncrypted ? spiffeId(trustDomain, principal) : null,
    method: head.method,
    path: sentPath(choice.entry.target, choice) ?? choice.path,
    claims: request.claims ?? null,
  });
  trace.add("authorization", decision.kind, decision.why);
  return decision.kind === "allow";
}

/** Null for a caller that no certificate could name. */
function principalOf({ service, version }: EdgeEnd): Principal | null {
  if (service === "ingress") return { kind: "ingress" };
  const name = parseServiceName(service);
  const parsed = version === null ? null : parseVersion(version);
  return name.ok && parsed?.ok === true ? { kind: "instance", service: name.value, version: parsed.value } : null;
}

function headOf({ headers, method, path, service }: SimulatedRequest): RequestHead {
  const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const question = path.indexOf("?");
  return {
    host: values.get("host") ?? impliedHost(service as Parameters<typeof impliedHost>[0]),
    method,
    path: question < 0 ? path : path.slice(0, question),
    query: question < 0 ? "" : path.slice(question + 1),
    header: (name) => values.get(name),
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
