/**
 * Who may call whom, as a graph: services, the calls that happen, and those that a policy names though nobody makes them. Pure.
 *
 * Invariant: an edge that nobody calls and no policy names is not there; the verdict of an edge is that of all caller versions seen on it together.
 */
import type { ServiceEdge } from "@/components/live/service-edge.ts";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { type AuthorizationPolicy, spiffeId } from "@/lib/model/index.ts";
import { type Caller, type CallerVerdict, callerVerdict } from "./caller-verdict.ts";

/** How open a service is: to everybody, to all but some, to some, to nobody. */
export type Openness = "open" | "denies" | "allows" | "closed";

export interface PolicyNode {
  readonly id: string;
  readonly openness: Openness;
  readonly rules: number;
}

export interface PolicyEdge {
  /** `from>to`. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly verdict: CallerVerdict;
  /** Somebody calls it now. */
  readonly isLive: boolean;
  /** Requests in the window that were refused. */
  readonly denied: number;
}

export interface PolicyGraph {
  readonly nodes: readonly PolicyNode[];
  readonly edges: readonly PolicyEdge[];
}

export interface PolicyGraphInput {
  readonly services: readonly string[];
  readonly policies: ReadonlyMap<string, AuthorizationPolicy>;
  readonly edges: readonly Pick<ServiceEdge, "key" | "from" | "to" | "denied" | "requests" | "encrypted">[];
  /** Versions of each service that have weight or traffic. */
  readonly versionsOf: (service: string) => readonly string[];
  readonly trustDomain: string;
  /** Only services that have a policy, and who calls or is named by them. */
  readonly onlyPolicies: boolean;
}

export function policyGraph(input: PolicyGraphInput): PolicyGraph {
  const { onlyPolicies, policies, services } = input;
  const edges = [...liveEdges(input), ...namedEdges(input)].filter(({ to }) => !onlyPolicies || policies.has(to));
  const unique = new Map(edges.toReversed().map((edge) => [edge.key, edge]));
  const shown = new Set(onlyPolicies ? [...policies.keys()] : services);
  for (const { from, to } of unique.values()) shown.add(from).add(to);
  return {
    nodes: [...shown].sort().map((id) => ({ id, openness: opennessOf(policies.get(id)), rules: policies.get(id)?.rules.length ?? 0 })),
    edges: [...unique.values()].sort((left, right) => (left.key < right.key ? -1 : 1)),
  };
}

/** How open a policy leaves its service, before it is looked at who calls. */
export function opennessOf(policy: AuthorizationPolicy | undefined): Openness {
  if (policy === undefined) return "open";
  const actions = policy.rules.map((rule) => rule.action ?? policy.action);
  if (policy.action === "allow" || actions.includes("allow")) return actions.includes("allow") ? "allows" : "closed";
  return actions.length === 0 ? "open" : "denies";
}

function liveEdges({ edges, policies, trustDomain, versionsOf }: PolicyGraphInput): readonly PolicyEdge[] {
  return edges
    .filter(({ requests, denied }) => requests > 0 || denied > 0)
    .map(({ denied, encrypted, from, key, to }) => {
      const isPlain = encrypted !== null && encrypted <= 0;
      const callers = callersOf(from, versionsOf(from), trustDomain, isPlain);
      return { key, from, to, denied, isLive: true, verdict: together(policies.get(to) ?? null, callers) };
    });
}

/** Calls that an allow rule names and nobody makes. */
function namedEdges({ policies, services, trustDomain, versionsOf }: PolicyGraphInput): readonly PolicyEdge[] {
  const known = new Set([INGRESS, ...services]);
  return [...policies].flatMap(([to, policy]) => {
    const rules = policy.rules.filter((rule) => (rule.action ?? policy.action) === "allow");
    const named = new Set(rules.flatMap(({ from }) => from?.services ?? []).map((text) => text.split("@")[0] ?? ""));
    return [...named]
      .filter((from) => known.has(from) && from !== to)
      .map((from) => {
        const callers = callersOf(from, versionsOf(from), trustDomain, false);
        return { key: `${from}>${to}`, from, to, denied: 0, isLive: false, verdict: together(policy, callers) };
      });
  });
}

/** The callers that a service is: one per version, or the ingress. */
export function callersOf(service: string, versions: readonly string[], trustDomain: string, isPlain: boolean): readonly Caller[] {
  if (service === INGRESS) {
    return [{ service, version: null, identity: isPlain ? null : spiffeId(trustDomain, { kind: "ingress" }) }];
  }
  return versions.map((version) => ({
    service,
    version,
    identity: isPlain ? null : `spiffe://${trustDomain}/service/${service}/version/${version}`,
  }));
}

function together(policy: AuthorizationPolicy | null, callers: readonly Caller[]): CallerVerdict {
  const verdicts = new Set(callers.map((caller) => callerVerdict(policy, caller).verdict));
  if (verdicts.size === 0) return policy === null ? "allowed" : "partly";
  return verdicts.size === 1 ? ([...verdicts][0] ?? "partly") : "partly";
}
