/**
 * Where a request goes that came in at an inbound listener: to the instance behind it, whatever its host; who may call is decided here, on the path that is
 * sent on. No snapshot, no service, a path that cannot be read: it goes nowhere.
 */
import type { AuthorizationPolicy, EdgeEnd, ServiceName, Version } from "../model/index.ts";
import { normalisePath } from "../routing/index.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { InboundTarget } from "./inbound-side.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import type { PlanRefusal } from "./request-plan.ts";
import type { Upstream } from "./upstream-pool.ts";

/** To the local instance. */
export interface InboundPlan {
  readonly kind: "inbound";
  readonly service: ServiceName;
  readonly version: Version;
  readonly instance: InboundTarget["endpoint"]["id"];
  readonly upstream: Upstream;
  readonly authorization: AuthorizationPolicy | null;
  /** To send on in place of the one that came; null: as it came. */
  readonly path: string | null;
  /** Longer than any that callers' proxies have, which give up first. */
  readonly timeouts: { readonly requestMs: number; readonly perTryMs: null; readonly idleMs: number };
  /** Where the instance says something of who called: `checkout@1.4.0`, `ingress`, or "" for nobody. */
  readonly callerName: string;
  /** Nothing is decided beyond this plan, and no other instance is called. */
  readonly effects: null;
  readonly endpoints: readonly [];
}

const MARGIN_MS = 1_000;

export function planInbound(
  head: RequestHead,
  {
    inbound: { endpoint, upstream },
    caller,
    isKnown,
  }: { readonly inbound: InboundTarget; readonly caller: EdgeEnd; readonly isKnown: boolean },
  config: ProxyConfig,
): InboundPlan | PlanRefusal {
  const { id, service: name, version } = endpoint;
  const service = config.table.service(name);
  if (head.target.form === "authority") return refuse("routing.egress-denied", "An instance's proxy connects to nothing else.", name);
  if (service === undefined) return refuse("routing.unknown-host", "The instance's service is gone.", null);
  const { authorization, policy, rules } = service;
  let path: string | null = null;
  if (head.path !== "*" && authorization?.rules.some(({ to }) => to?.paths !== undefined) === true) {
    const normal = normalisePath(head.path);
    if (!normal.ok) return refuse("request.malformed", `Servers read the path in different ways: ${normal.error}.`, name);
    path = normal.value;
  }
  const requestMs = Math.max(policy.timeouts.requestMs, ...rules.map(({ timeouts }) => timeouts?.requestMs ?? 0)) + MARGIN_MS;
  const timeouts = { requestMs, perTryMs: null, idleMs: policy.timeouts.idleMs + MARGIN_MS };
  const callerName = !isKnown ? "" : caller.version === null ? caller.service : `${caller.service}@${caller.version}`;
  return {
    kind: "inbound",
    service: name,
    version,
    instance: id,
    upstream,
    authorization,
    path,
    timeouts,
    callerName,
    effects: null,
    endpoints: [],
  };
}

function refuse(code: PlanRefusal["code"], detail: string, service: ServiceName | null): PlanRefusal {
  return { kind: "refusal", code, service, detail };
}
