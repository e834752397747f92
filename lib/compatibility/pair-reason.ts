import type { Evidence, MeshState, PairReason, ServiceName, Version, VersionRef } from "../model/index.ts";
import { edgeVerdicts, verdictIn } from "./edge-verdicts.ts";
import type { Pair } from "./live-pairs.ts";
import { liveVersions } from "./live-versions.ts";
import { neighboursOf } from "./neighbours.ts";
import { requirementOf, verdict as verdictNow, verdictOf } from "./verdict-of.ts";

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
  const known = { consumer, provider, verdict, evidence };
  const deciding = decidingEvidence(evidence, verdict);
  if (deciding !== undefined)
    return { ...known, sentence: deciding.sentence, fix: verdict === "compatible" ? NO_FIX : fixOf(input, deciding) };
  const subject = `${consumer.service} ${consumer.version}`;
  const rest = evidence.some(({ kind }) => kind !== "override")
    ? `so nothing is known about calls to ${provider.service} ${provider.version}`
    : `so nothing is known about ${provider.service} ${provider.version}`;
  return {
    ...known,
    sentence: `${subject} declares no requirement on ${provider.service}, ${rest}.`,
    fix: `Declare in ${subject} which versions of ${provider.service} it works with.`,
  };
}

const NO_FIX = "Nothing needs to change.";

/**
 * The evidence that makes the verdict: of what decides a constraint (in `evidence`, strongest first, the first about it) the strongest that says the same.
 * What a stronger fact about the same constraint overrules is never the reason. A pair that works does so by its calls, where anything is known of them.
 */
export function decidingEvidence(evidence: readonly Evidence[], verdict: PairReason["verdict"]): Evidence | undefined {
  const constraintOf = ({ constraint = "api" }: Evidence) => constraint;
  const facts = evidence.filter(({ kind }) => kind !== "override");
  const standing = facts.filter((one) => facts.find((other) => constraintOf(other) === constraintOf(one)) === one);
  const saying = standing.filter((one) => one.verdict === verdict);
  return (verdict === "compatible" ? saying.find((one) => constraintOf(one) === "api") : undefined) ?? saying[0];
}

/**
 * What would make a broken pair safe, in order of preference: for a provider that becomes live, a consumer version that works with it (best:
 * also with what is live now, so that it can go first), else a provider version within the range; for a consumer that becomes live, the other way round.
 */
function fixOf(input: PairReasonInput, deciding: Evidence): string {
  const { consumer, provider } = input.pair;
  if (consumer.service === provider.service) return sameServiceFix(input, deciding);
  const moveConsumer = consumerFix(input);
  const moveProvider = providerFix(input);
  const consumerIsNew = !isLive(input.before, consumer) && isLive(input.before, provider);
  const best = consumerIsNew ? (moveProvider ?? moveConsumer) : (moveConsumer ?? moveProvider);
  if (best !== undefined) return best;
  if (deciding.kind !== "declared") return lastResort(deciding);
  const within = `or a version of ${provider.service} within ${deciding.range}`;
  return `Register a version of ${consumer.service} whose requirement on ${provider.service} includes ${provider.version}, ${within}.`;
}

/** A way out where no registered version is one: prove that the finding holds no more. */
function lastResort({ id, kind }: Evidence): string {
  if (kind === "operator") return `Withdraw ${id} where it does not hold any more.`;
  if (kind === "verification") return "Repair it and publish a verification that passed.";
  return "Repair it and register the repaired version, or allow the pair where the finding is wrong.";
}

/** Two versions of one service that must not be live at once. */
function sameServiceFix({ pair: { consumer, provider } }: PairReasonInput, { constraint }: Evidence): string {
  const all = `Send all traffic of ${consumer.service} to one of them`;
  if (constraint === "state") return `${all} at once, or register a version that reads what both stored.`;
  return `${all}, or go through a version that may run beside both ${consumer.version} and ${provider.version}.`;
}

function consumerFix({ before, after, pair, isReady, nowIso }: PairReasonInput): string | undefined {
  const { consumer, provider } = pair;
  const liveNow = [...liveVersionsOf(before, provider.service)].filter((version) => version !== provider.version);
  const compatible = edgeVerdicts(after, consumer.service, provider.service, nowIso)?.compatible;
  if (compatible === undefined) return undefined;
  const candidates = compatible.consumers
    .versionsOf(compatible.column(compatible.providers.positionOf(provider.version)))
    .toReversed()
    .map((version): VersionRef => ({ service: consumer.service, version }))
    .filter((candidate) => candidate.version !== consumer.version && isReady(candidate))
    .filter((candidate) => breaksNothingElse(before, candidate, provider.service, nowIso));
  const worksWith = (candidate: VersionRef) =>
    liveNow.filter((version) => verdictNow(after, candidate, { service: provider.service, version }, nowIso) === "compatible");
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

function providerFix({ before, after, pair, isReady, nowIso }: PairReasonInput): string | undefined {
  const { consumer, provider } = pair;
  const known = edgeVerdicts(after, consumer.service, provider.service, nowIso);
  if (known === null) return undefined;
  const { compatible } = known;
  const candidates = compatible.providers
    .versionsOf(compatible.row(compatible.consumers.positionOf(consumer.version)))
    .toReversed()
    .map((version): VersionRef => ({ service: provider.service, version }))
    .filter((candidate) => isReady(candidate) && breaksNothingElse(before, candidate, consumer.service, nowIso));
  const brokenBy = (candidate: VersionRef) =>
    [...liveVersionsOf(before, consumer.service)].filter((version) => verdictIn(known, version, candidate.version) === "incompatible");
  const within = candidates.find((candidate) => brokenBy(candidate).length === 0) ?? candidates[0];
  if (within === undefined) return undefined;
  const range = requirementOf(after, consumer, provider.service);
  const subject = `${consumer.service} ${consumer.version}`;
  const isWithin = range !== undefined && compatible.providers.satisfies(within.version, range);
  const why = isWithin ? `it is within ${range}, which ${subject} requires` : `${subject} works with it`;
  const broken = brokenBy(within).filter((version) => version !== consumer.version);
  const together = broken.length === 0 ? "" : `, in the change that takes ${consumer.service} off ${joined(broken)}`;
  return `Send ${provider.service} traffic to ${within.version} instead${together}: ${why}.`;
}

/** Whether a version could become live today without breaking a pair with any live version, of services other than `except`. */
function breaksNothingElse(state: MeshState, candidate: VersionRef, except: ServiceName, nowIso: string): boolean {
  for (const service of neighboursOf(state, candidate.service)) {
    if (service.name === except) continue;
    const calls = edgeVerdicts(state, candidate.service, service.name, nowIso);
    const called = edgeVerdicts(state, service.name, candidate.service, nowIso);
    for (const version of liveVersions(service)) {
      if (calls !== null && verdictIn(calls, candidate.version, version) === "incompatible") return false;
      if (called !== null && verdictIn(called, version, candidate.version) === "incompatible") return false;
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
