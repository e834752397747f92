import type {
  EdgeEnd,
  Evidence,
  MeshState,
  Override,
  RegisteredVersion,
  Service,
  ServiceName,
  Verdict,
  Version,
  VersionRange,
  VersionRef,
} from "../model/index.ts";
import { Bitset, Relation, VersionOrder } from "../versions/index.ts";

export interface PairVerdict {
  readonly verdict: Verdict;
  /** The declared requirement first, then an override that has not expired. */
  readonly evidence: readonly Evidence[];
  /** Whether an override lets the pair through the gate at `nowIso`. */
  readonly overridden: boolean;
}

/** What is known of one pair, with its evidence. A version that is not registered has no requirement, so its pairs are unknown. */
export function verdictOf(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): PairVerdict {
  const range = requirementOf(state, consumer, provider.service);
  const verdict = declaredVerdict(state, consumer, provider);
  const evidence: Evidence[] = [];
  const registered = state.services.get(consumer.service)?.versions.get(consumer.version);
  if (range !== undefined && registered !== undefined && verdict !== "unknown")
    evidence.push(declaredEvidence(registered, consumer, provider, range, verdict));
  const override = activeOverride(state, consumer, provider, nowIso);
  if (override !== undefined) evidence.push(overrideEvidence(override));
  return { verdict, evidence, overridden: override !== undefined };
}

/** The verdict alone, without evidence: cheap enough for every edge of the live picture. */
export function declaredVerdict(state: MeshState, consumer: VersionRef, provider: VersionRef): Verdict {
  const range = requirementOf(state, consumer, provider.service);
  const providers = state.services.get(provider.service);
  if (range === undefined || providers?.versions.has(provider.version) !== true) return "unknown";
  return orderOf(providers).satisfies(provider.version, range) ? "compatible" : "incompatible";
}

/** The verdict of a measured edge. Traffic from outside declares nothing and breaks nothing: compatible. A request that reached no version: unknown. */
export function verdictOfEdge(state: MeshState, from: EdgeEnd, to: EdgeEnd): Verdict {
  if (from.version === null) return "compatible";
  if (to.version === null) return "unknown";
  return declaredVerdict(state, versionRef(from.service, from.version), versionRef(to.service, to.version));
}

/** The compatible pairs of two services, by declared requirements; empty where a service is not registered. */
export function compatibleRelation(state: MeshState, consumer: ServiceName, provider: ServiceName): Relation {
  const consumers = orderOf(state.services.get(consumer));
  const providers = orderOf(state.services.get(provider));
  const rows = consumers.versions.map((version) => {
    const range = requirementOf(state, { service: consumer, version }, provider);
    return range === undefined ? Bitset.empty(providers.size) : providers.select(range);
  });
  return new Relation(consumers, providers, rows);
}

/** The range that a version declares for a provider; undefined without a requirement. */
export function requirementOf(state: MeshState, consumer: VersionRef, provider: ServiceName): VersionRange | undefined {
  const requirements = state.services.get(consumer.service)?.versions.get(consumer.version)?.requirements;
  return requirements !== undefined && Object.hasOwn(requirements, provider) ? requirements[provider] : undefined;
}

/** Names a version that came as two strings, from telemetry. */
export function versionRef(service: string, version: string): VersionRef {
  return { service: service as ServiceName, version: version as Version };
}

/** Orders by the map of versions they were made from; a state shares that map until a version comes or goes. */
const orders = new WeakMap<Service["versions"], VersionOrder>();
const NO_VERSIONS = new VersionOrder([]);

/** The order of a service's registered versions. */
export function orderOf(service: Service | undefined): VersionOrder {
  if (service === undefined) return NO_VERSIONS;
  const known = orders.get(service.versions);
  if (known !== undefined) return known;
  const order = new VersionOrder(service.versions.keys());
  orders.set(service.versions, order);
  return order;
}

function activeOverride(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): Override | undefined {
  const nowMs = Date.parse(nowIso);
  return state.overrides.findLast(
    (override) => isSame(override.consumer, consumer) && isSame(override.provider, provider) && Date.parse(override.expiresAt) > nowMs,
  );
}

function isSame(left: VersionRef, right: VersionRef): boolean {
  return left.service === right.service && left.version === right.version;
}

function declaredEvidence(
  registered: RegisteredVersion,
  consumer: VersionRef,
  provider: VersionRef,
  range: string,
  verdict: Verdict,
): Evidence {
  const covers = verdict === "compatible" ? "includes" : "excludes";
  return {
    kind: "declared",
    verdict,
    at: registered.registeredAt,
    author: registered.registeredBy,
    sentence: `${consumer.service} ${consumer.version} requires ${provider.service} ${range}, which ${covers} ${provider.version}.`,
    range,
  };
}

function overrideEvidence(override: Override): Evidence {
  return {
    kind: "override",
    verdict: "incompatible",
    at: override.grantedAt,
    author: override.author,
    sentence: `${override.author} lets this pair through until ${override.expiresAt}: ${override.reason}`,
    expiresAt: override.expiresAt,
  };
}
