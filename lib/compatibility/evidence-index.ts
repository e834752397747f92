/**
 * Facts by the pair of services that they name, and by the pair of versions that they speak about.
 *
 * A verification is content-addressed: what was verified is the consumer's contract. The contract of a consumer version is the one of its newest
 * verification with that provider; every result for that very content counts for it, whichever version of the consumer it was found with (then
 * `inheritedFrom` says so), the newest per verifier. Results for a contract that the version has no more do not count.
 */
import type { EvidenceFact, MeshState, ServiceName, Version, VersionRef } from "../model/index.ts";

/** A fact as it counts for one pair. */
export interface KnownFact {
  readonly fact: EvidenceFact;
  /** The consumer version that was verified, where another one has the same contract. */
  readonly inheritedFrom?: VersionRef;
}

type ByProvider = ReadonlyMap<ServiceName, readonly EvidenceFact[]>;

/** By the list they were read from; a state shares that list until a fact comes or goes. */
const indexes = new WeakMap<MeshState["evidence"], ReadonlyMap<ServiceName, ByProvider>>();
const NO_FACTS: readonly EvidenceFact[] = [];
const NO_PROVIDERS: ByProvider = new Map();

/** All facts on versions of two services, over or not, oldest first. */
export function factsBetween(
  { evidence }: Pick<MeshState, "evidence">,
  consumer: ServiceName,
  provider: ServiceName,
): readonly EvidenceFact[] {
  return evidence.length === 0 ? NO_FACTS : (indexOf(evidence).get(consumer)?.get(provider) ?? NO_FACTS);
}

/** The services that facts name as providers of a consumer, with these facts. */
export function factProviders({ evidence }: Pick<MeshState, "evidence">, consumer: ServiceName): ByProvider {
  return evidence.length === 0 ? NO_PROVIDERS : (indexOf(evidence).get(consumer) ?? NO_PROVIDERS);
}

/** Whether a fact counts at that time. Times of facts and `nowIso` have one form, so that text order is order in time. */
export function isInForce({ expiresAt }: Pick<EvidenceFact, "expiresAt">, nowIso: string): boolean {
  return expiresAt === undefined || expiresAt > nowIso;
}

function indexOf(evidence: MeshState["evidence"]): ReadonlyMap<ServiceName, ByProvider> {
  const known = indexes.get(evidence);
  if (known !== undefined) return known;
  const index = new Map<ServiceName, Map<ServiceName, EvidenceFact[]>>();
  for (const fact of evidence) {
    const providers = entryOf(index, fact.consumer.service, () => new Map<ServiceName, EvidenceFact[]>());
    entryOf(providers, fact.provider.service, () => []).push(fact);
  }
  indexes.set(evidence, index);
  return index;
}

/** What facts in force between two services say of each pair of their versions. */
export class PairFacts {
  readonly #direct = new Map<string, EvidenceFact[]>();
  /** Consumer version → its newest verification, whose contract is its contract. */
  readonly #newest = new Map<Version, EvidenceFact>();
  /** Contract hash → provider version → results, oldest first. */
  readonly #results = new Map<string, Map<Version, EvidenceFact[]>>();

  constructor(inForce: Iterable<EvidenceFact>) {
    for (const fact of inForce) {
      if (fact.source === "verification") this.#addVerification(fact);
      else this.#addDirect(fact);
    }
  }

  #addDirect(fact: EvidenceFact): void {
    const { consumer, provider } = fact;
    entryOf(this.#direct, pairOf(consumer.version, provider.version), () => []).push(fact);
    // Side by side has no direction.
    if (fact.constraint === "self") entryOf(this.#direct, pairOf(provider.version, consumer.version), () => []).push(fact);
  }

  #addVerification(fact: EvidenceFact): void {
    const newest = this.#newest.get(fact.consumer.version);
    if (newest === undefined || newest.at <= fact.at) this.#newest.set(fact.consumer.version, fact);
    const results = entryOf(this.#results, fact.contractHash ?? "", () => new Map<Version, EvidenceFact[]>());
    entryOf(results, fact.provider.version, () => []).push(fact);
  }

  /** The facts that count for a pair. */
  of(consumer: Version, provider: Version): readonly KnownFact[] {
    const direct = (this.#direct.get(pairOf(consumer, provider)) ?? []).map((fact): KnownFact => ({ fact }));
    const contract = this.#newest.get(consumer)?.contractHash ?? "";
    const results = this.#results.get(contract)?.get(provider) ?? [];
    const newest = new Map<string, EvidenceFact>();
    for (const fact of results) {
      const other = newest.get(fact.verifier ?? "");
      if (other === undefined || isNewer(fact, other, consumer)) newest.set(fact.verifier ?? "", fact);
    }
    const verified = this.#newest.has(consumer) ? [...newest.values()] : [];
    return [...verified.map((fact) => (fact.consumer.version === consumer ? { fact } : { fact, inheritedFrom: fact.consumer })), ...direct];
  }

  /** Every pair that a fact counts for, each once. */
  *pairs(): IterableIterator<readonly [consumer: Version, provider: Version]> {
    const seen = new Set(this.#direct.keys());
    for (const key of seen) yield key.split(" ") as unknown as readonly [Version, Version];
    for (const [consumer, { contractHash = "" }] of this.#newest) {
      for (const provider of this.#results.get(contractHash)?.keys() ?? []) {
        if (!seen.has(pairOf(consumer, provider))) yield [consumer, provider];
      }
    }
  }
}

/** The version's own result stands before one of the same time that it would inherit. */
function isNewer(fact: EvidenceFact, other: EvidenceFact, consumer: Version): boolean {
  if (fact.at !== other.at) return fact.at > other.at;
  return fact.consumer.version === consumer || other.consumer.version !== consumer;
}

function pairOf(consumer: Version, provider: Version): string {
  return `${consumer} ${provider}`;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
