import type { MeshState, PairReason, ServiceName, Version, VersionRef } from "../model/index.ts";
import type { Pair } from "./live-pairs.ts";
import { liveVersions } from "./live-versions.ts";
import { compatibleRelation, declaredVerdict, requirementOf, verdictOf } from "./verdict-of.ts";

export interface PairReasonInput {
  readonly before: MeshState;
  readonly after: MeshState;
  readonly pair: Pair;
  readonly nowIso: string;
  readonly isReady: (version: VersionRef) => boolean;
}

/** Puts one pair into words: its evidence, one sentence that names both sides and the requirement, and what would make it safe. */
export function pairReason(input: PairReasonInput): PairReason {
  const { after, pair, nowIso } = input;
  const { consumer, provider } = pair;
  const { verdict, evidence } = verdictOf(after, consumer, provider, nowIso);
  const range = requirementOf(after, consumer, provider.service);
  const subject = `${consumer.service} ${consumer.version}`;
  if (range === undefined) {
    return {
      consumer,
      provider,
      verdict,
      evidence,
      sentence: `${subject} declares no requirement on ${provider.service}, so nothing is known about ${provider.service} ${provider.version}.`,
      fix: `Declare in ${subject} which versions of ${provider.service} it works with.`,
    };
  }
  const covers = verdict === "compatible" ? "includes" : "excludes";
  return {
    consumer,
    provider,
    verdict,
    evidence,
    sentence: `${subject} requires ${provider.service} ${range}, which ${covers} ${provider.version}.`,
    fix: fixOf(input, range),
  };
}

/**
 * What would make a broken pair safe, in order of preference: for a provider that becomes live, a consumer version that works with it (best:
 * also with what is live now, so that it can go first), else a provider version within the range; for a consumer that becomes live, the other way round.
 */
function fixOf(input: PairReasonInput, range: string): string {
  const { consumer, provider } = input.pair;
  const moveConsumer = consumerFix(input);
  const moveProvider = providerFix(input, range);
  const consumerIsNew = !isLive(input.before, consumer) && isLive(input.before, provider);
  const best = consumerIsNew ? (moveProvider ?? moveConsumer) : (moveConsumer ?? moveProvider);
  return (
    best ??
    `Register a version of ${consumer.service} whose requirement on ${provider.service} includes ${provider.version}, or a version of ${provider.service} within ${range}.`
  );
}

function consumerFix({ before, after, pair, isReady }: PairReasonInput): string | undefined {
  const { consumer, provider } = pair;
  const liveNow = [...liveVersionsOf(before, provider.service)].filter((version) => version !== provider.version);
  const compatible = compatibleRelation(after, consumer.service, provider.service);
  const candidates = compatible.consumers
    .versionsOf(compatible.column(compatible.providers.positionOf(provider.version)))
    .toReversed()
    .map((version): VersionRef => ({ service: consumer.service, version }))
    .filter((candidate) => candidate.version !== consumer.version && isReady(candidate))
    .filter((candidate) => breaksNothingElse(before, candidate, provider.service));
  const worksWith = (candidate: VersionRef) =>
    liveNow.filter((version) => declaredVerdict(after, candidate, { service: provider.service, version }) === "compatible");
  const first = candidates.find((candidate) => worksWith(candidate).length === liveNow.length);
  if (first !== undefined) {
    const versions = joined([provider.version, ...worksWith(first)]);
    return `Move ${consumer.service} to ${first.version} first: it works with ${provider.service} ${versions}.`;
  }
  const together = candidates[0];
  if (together === undefined) return undefined;
  const others = joined(liveNow.filter((version) => !worksWith(together).includes(version)));
  return `Move ${consumer.service} to ${together.version} in the same change: it works with ${provider.service} ${provider.version}, but not with ${others}.`;
}

function providerFix({ before, after, pair, isReady }: PairReasonInput, range: string): string | undefined {
  const { consumer, provider } = pair;
  const compatible = compatibleRelation(after, consumer.service, provider.service);
  const within = compatible.providers
    .versionsOf(compatible.row(compatible.consumers.positionOf(consumer.version)))
    .toReversed()
    .map((version): VersionRef => ({ service: provider.service, version }))
    .find((candidate) => isReady(candidate) && breaksNothingElse(before, candidate, consumer.service));
  if (within === undefined) return undefined;
  return `Send ${provider.service} traffic to ${within.version} instead: it is within ${range}, which ${consumer.service} ${consumer.version} requires.`;
}

/** Whether a version could become live today without breaking a pair with any live version, of services other than `except`. */
function breaksNothingElse(state: MeshState, candidate: VersionRef, except: ServiceName): boolean {
  for (const service of state.services.values()) {
    if (service.name === except || service.name === candidate.service) continue;
    for (const version of liveVersions(service)) {
      const other = { service: service.name, version };
      if (declaredVerdict(state, candidate, other) === "incompatible" || declaredVerdict(state, other, candidate) === "incompatible")
        return false;
    }
  }
  return true;
}

function isLive(state: MeshState, ref: VersionRef): boolean {
  return liveVersionsOf(state, ref.service).has(ref.version);
}

function liveVersionsOf(state: MeshState, name: ServiceName): ReadonlySet<Version> {
  const service = state.services.get(name);
  return service === undefined ? new Set() : liveVersions(service);
}

function joined(versions: readonly string[]): string {
  return versions.length < 2 ? versions.join("") : `${versions.slice(0, -1).join(", ")} and ${versions.at(-1)}`;
}
