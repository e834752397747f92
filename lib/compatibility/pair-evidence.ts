import type {
  ConstraintKind,
  Contradiction,
  Evidence,
  EvidenceFact,
  EvidenceSource,
  MeshState,
  RegisteredVersion,
  VersionRef,
} from "../model/index.ts";
import { edgeVerdicts, orderOf, requirementIn } from "./edge-verdicts.ts";
import type { KnownFact } from "./evidence-index.ts";
import { byStrength, decideConstraints, type Statement } from "./resolve.ts";

/** A statement with the words for it. */
interface Told extends Statement {
  readonly evidence: Evidence;
}

/** All that is known of a pair, strongest kind first. */
export function evidenceOf(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): readonly Evidence[] {
  return told(state, consumer, provider, nowIso)
    .toSorted(byStrength)
    .map(({ evidence }) => evidence);
}

/** Facts about a pair that cannot both be right, each with the one that decides. */
export function contradictionsOf(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): readonly Contradiction[] {
  return decideConstraints(told(state, consumer, provider, nowIso)).flatMap(({ constraint, stands, against }) =>
    against.map((other) => ({
      consumer,
      provider,
      constraint,
      stands: stands.evidence,
      against: other.evidence,
      sentence: contradictionSentence(stands, other),
    })),
  );
}

const SOURCE_NAMES: Readonly<Record<EvidenceSource, string>> = {
  operator: "an operator's word",
  verification: "a verification",
  traffic: "live traffic",
  contract: "a comparison of contracts",
  declared: "a declared requirement",
};

function contradictionSentence(stands: Told, against: Told): string {
  const both = `${withoutStop(stands.evidence.sentence)}; but ${withoutStop(against.evidence.sentence)}.`;
  if (stands.source === against.source) return `${both} Of two findings of one kind the worse counts: ${stands.verdict}.`;
  return `${both} ${capital(SOURCE_NAMES[stands.source])} counts more than ${SOURCE_NAMES[against.source]}: ${stands.verdict}.`;
}

function told(state: MeshState, consumer: VersionRef, provider: VersionRef, nowIso: string): readonly Told[] {
  const known = edgeVerdicts(state, consumer.service, provider.service, nowIso)?.facts?.of(consumer.version, provider.version) ?? [];
  const facts = known.map((one): Told => {
    const { source, constraint, verdict, at } = one.fact;
    return { source, constraint, verdict, at, evidence: recordedEvidence(one, consumer, provider) };
  });
  const declared = declaredEvidence(state, consumer, provider);
  return declared === undefined ? facts : [...facts, declared];
}

function declaredEvidence(state: MeshState, consumer: VersionRef, provider: VersionRef): Told | undefined {
  const service = state.services.get(consumer.service);
  const registered = service?.versions.get(consumer.version);
  const range = requirementIn(service, consumer.version, provider.service);
  const providers = state.services.get(provider.service);
  if (registered === undefined || range === undefined || providers?.versions.has(provider.version) !== true) return undefined;
  const verdict = orderOf(providers).satisfies(provider.version, range) ? "compatible" : "incompatible";
  const evidence = requirementEvidence(registered, consumer, provider, range, verdict);
  return { source: "declared", constraint: "api", verdict, at: registered.registeredAt, evidence };
}

function requirementEvidence(
  { registeredAt, registeredBy }: RegisteredVersion,
  consumer: VersionRef,
  provider: VersionRef,
  range: string,
  verdict: Statement["verdict"],
): Evidence {
  const covers = verdict === "compatible" ? "includes" : "excludes";
  const sentence = `${nameOf(consumer)} requires ${provider.service} ${range}, which ${covers} ${provider.version}.`;
  return { kind: "declared", verdict, at: registeredAt, author: registeredBy, sentence, range };
}

/** A recorded fact as evidence of one pair. */
export function recordedEvidence({ fact, inheritedFrom }: KnownFact, consumer: VersionRef, provider: VersionRef): Evidence {
  const { id, source, constraint, verdict, at, author, expiresAt, contractHash, verifier, traffic } = fact;
  return {
    kind: source,
    verdict,
    at,
    author,
    sentence: sentenceOf({ fact, ...(inheritedFrom === undefined ? {} : { inheritedFrom }) }, consumer, provider),
    id,
    constraint,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(contractHash === undefined ? {} : { contractHash }),
    ...(verifier === undefined ? {} : { verifier }),
    ...(inheritedFrom === undefined ? {} : { inheritedFrom }),
    ...(traffic === undefined ? {} : { traffic }),
  };
}

function sentenceOf({ fact, inheritedFrom }: KnownFact, consumer: VersionRef, provider: VersionRef): string {
  const works = worksSentence(fact.constraint, fact.verdict, consumer, provider);
  const because = fact.reason === "" ? "." : `: ${withStop(fact.reason)}`;
  if (fact.source === "operator") {
    const until = fact.expiresAt === undefined ? "" : ` until ${fact.expiresAt}`;
    return `${fact.author} says that ${works}${until}${because}`;
  }
  if (fact.source === "verification") {
    const result = fact.verdict === "compatible" ? "passed" : "failed";
    const of = inheritedFrom === undefined ? nameOf(consumer) : `${nameOf(inheritedFrom)}, whose contract ${nameOf(consumer)} has too,`;
    return `${fact.verifier ?? fact.author} verified ${of} against ${nameOf(provider)}: ${result}.${fact.reason === "" ? "" : ` ${withStop(fact.reason)}`}`;
  }
  const how = fact.source === "traffic" ? "Live traffic shows" : "A comparison of contracts says";
  return `${how} that ${works}${because}`;
}

function worksSentence(constraint: ConstraintKind, verdict: EvidenceFact["verdict"], consumer: VersionRef, provider: VersionRef): string {
  const not = verdict === "compatible" ? "" : " not";
  const cannot = verdict === "compatible" ? "can" : "cannot";
  switch (constraint) {
    case "api":
      return verdict === "compatible"
        ? `${nameOf(consumer)} works with ${nameOf(provider)}`
        : `${nameOf(consumer)} does not work with ${nameOf(provider)}`;
    case "event":
      return `${nameOf(consumer)} ${cannot} read the events of ${nameOf(provider)}`;
    case "state":
      return `${nameOf(consumer)} ${cannot} read what ${nameOf(provider)} stored`;
    case "config":
      return `${nameOf(consumer)} and ${nameOf(provider)} may${not} share one configuration`;
    case "self":
      return `${nameOf(consumer)} and ${provider.version} may${not} run side by side`;
  }
}

function nameOf({ service, version }: VersionRef): string {
  return `${service} ${version}`;
}

function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function withoutStop(text: string): string {
  return text.endsWith(".") ? text.slice(0, -1) : text;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
