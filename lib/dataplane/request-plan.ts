/**
 * Where a request may go, by the listener it came in at.
 * Ingress: by `Host`, to services only. Outbound: to services by a host that names them, or to a `host:port` of the egress list; the
 * listener is no open proxy. Inbound: to the instance behind the listener. Where rules or authorization look at paths, one that has no normal form goes nowhere. Ports of Interlock itself are never a target, whatever the address.
 */
import type { EdgeEnd, ErrorCode, ServiceName } from "../model/index.ts";
import { normalisePath, type RouteAnswer, type RouteDecision } from "../routing/index.ts";
import type { Random } from "../std/index.ts";
import type { HeadScope, RequestHead } from "./http1/request-head.ts";
import { withPort } from "./http1/request-target.ts";
import { type InboundPlan, planInbound } from "./inbound-plan.ts";
import type { InboundTarget } from "./inbound-side.ts";
import type { ProxyConfig } from "./proxy-config.ts";

/** A destination outside the mesh that the egress list allows. */
export interface EgressPlan {
  readonly kind: "egress";
  readonly host: string;
  readonly port: number;
}

/** Nowhere. `service` is set when the host names one. */
export interface PlanRefusal {
  readonly kind: "refusal";
  readonly code: ErrorCode;
  readonly service: ServiceName | null;
  readonly detail: string;
}

/** Somewhere. */
export type Destination = RouteDecision | EgressPlan | InboundPlan;

export type RequestPlan = Destination | RouteAnswer | PlanRefusal;

/** Where it came in. */
interface PlannedFor {
  readonly scope: HeadScope;
  readonly caller: EdgeEnd;
  readonly identity: string | null;
  readonly inbound: InboundTarget | null;
}

export function planRequest(
  head: RequestHead,
  { scope, caller, inbound, identity }: PlannedFor,
  config: ProxyConfig | null,
  random: Random,
): RequestPlan {
  if (config === null) return refuse("proxy.no-snapshot", "The proxy has never received a configuration.");
  if (inbound !== null) return planInbound(head, { inbound, caller, isKnown: identity !== null }, config);
  if (head.target.form === "authority") return scope === "outbound" ? planEgress(head, config) : denied();
  if (scope === "outbound" && (head.host === "" || config.namedHosts.serviceFor(head.host) === undefined)) return planOutside(head, config);
  const decision = config.table.decide(head, caller, random);
  if (decision.kind === "refusal" || !decision.plan.looksAtPath || head.path === "*") return decision;
  const normal = normalisePath(head.path);
  if (normal.ok) return decision;
  // What servers read in different ways cannot be routed or authorized as what the instance will see (RELIABILITY 31).
  return { ...refuse("request.malformed", `Servers read the path in different ways: ${normal.error}.`), service: decision.service };
}

/**
 * A program's request for a tunnel to a service's HTTP port, as Node's `fetch` sends it for plain HTTP too. It is answered by the proxy itself: what then
 * comes through the tunnel are requests like those on any connection of this listener.
 */
export function asksForService(head: RequestHead, scope: HeadScope, config: ProxyConfig | null): boolean {
  if (head.method !== "CONNECT" || scope !== "outbound" || config === null) return false;
  return head.host.endsWith(":80") && config.namedHosts.serviceFor(head.host) !== undefined;
}

/** A name of the mesh that no service has is a mistake in the name, not an attempt to leave. */
function planOutside(head: RequestHead, config: ProxyConfig): RequestPlan {
  const host = head.host.toLowerCase().replace(/:[0-9]+$/, "");
  if (host.endsWith(".mesh") || host.endsWith(".mesh.")) return refuse("routing.unknown-host", "No service has this host.");
  return planEgress(head, config);
}

function planEgress(head: RequestHead, config: ProxyConfig): RequestPlan {
  const authority = withPort(head.host);
  const colon = authority.lastIndexOf(":");
  const port = Number(authority.slice(colon + 1));
  if (!config.egressAllowed.has(authority) || config.reserved.has(port) || port < 1 || port > 65_535) return denied();
  return { kind: "egress", host: authority.slice(0, colon).replace(/^\[|\]$/g, ""), port };
}

function denied(): PlanRefusal {
  return refuse("routing.egress-denied", "The destination is neither a service nor on the egress list.");
}

function refuse(code: ErrorCode, detail: string): PlanRefusal {
  return { kind: "refusal", code, service: null, detail };
}
