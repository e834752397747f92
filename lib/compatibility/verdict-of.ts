import type { EdgeEnd, Evidence, MeshState, Override, ServiceName, Verdict, Version, VersionRange, VersionRef } from "../model/index.ts";
import { edgeVerdicts, requirementIn, verdictIn } from "./edge-verdicts.ts";
import { evidenceOf } from "./pair-evidence.ts";

export interface PairVerdict {
  readonly verdict: Verdict;
  /** Strongest kind first; an override that has not expired is last. */
  readonly evidence: readonly Evidence[];
  /** Whether an override lets the pair through the gate at `nowIso`. */
  readonly overridden: boolean;
}

/** What is known of one pair, with its evidence. A version that is not registered has no requirement and no facts, so its pairs are unknown. */
export function verdictOf(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): PairVerdict {
  const evidence = evidenceOf(state, consumer, provider, nowIso);
  const override = activeOverride(state, consumer, provider, nowIso);
  return {
    verdict: verdict(state, consumer, provider, nowIso),
    evidence: override === undefined ? evidence : [...evidence, overrideEvidence(override)],
    overridden: override !== undefined,
  };
}

/** The verdict alone, without evidence: cheap enough for every edge of the live picture. `nowIso`: facts expire. */
export function verdict(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): Verdict {
  const verdicts = edgeVerdicts(state, consumer.service, provider.service, nowIso);
  return verdicts === null ? "unknown" : verdictIn(verdicts, consumer.version, provider.version);
}

/** The verdict of a measured edge. Traffic from outside declares nothing and breaks nothing: compatible. A request that reached no version: unknown. */
export function verdictOfEdge(state: MeshState, from: EdgeEnd, to: EdgeEnd, nowIso: string): Verdict {
  if (from.version === null) return "compatible";
  if (to.version === null) return "unknown";
  return verdict(state, versionRef(from.service, from.version), versionRef(to.service, to.version), nowIso);
}

/** The range that a version declares for a provider; undefined without a requirement. */
export function requirementOf(state: MeshState, consumer: VersionRef, provider: ServiceName): VersionRange | undefined {
  return requirementIn(state.services.get(consumer.service), consumer.version, provider);
}

/** Names a version that came as two strings, from telemetry. */
export function versionRef(service: string, version: string): VersionRef {
  return { service: service as ServiceName, version: version as Version };
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
