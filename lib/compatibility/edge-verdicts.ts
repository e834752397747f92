/**
 * The verdicts of all pairs of two services at one time, as two relations: a verdict is then two bits.
 *
 * Kept by the maps of versions of both services, which states share until a version comes, goes or is changed, and good as long as the facts between them
 * are the same and none of them begins or ends to count (`untilIso`). Two are kept, because a change is judged by the state before and after it.
 */
import type { EvidenceFact, MeshState, Service, ServiceName, Verdict, Version, VersionRange } from "../model/index.ts";
import { Bitset, Relation, VersionOrder } from "../versions/index.ts";
import { factsBetween, isInForce, PairFacts } from "./evidence-index.ts";
import { decideConstraints, type Statement, verdictOfConstraints } from "./resolve.ts";

/** What is known of every pair of a consumer's and a provider's versions. */
export interface EdgeVerdicts {
  readonly consumer: ServiceName;
  readonly provider: ServiceName;
  readonly compatible: Relation;
  readonly incompatible: Relation;
  /** Incompatible by more than calls: such pairs must not be live at once, whoever may call whom. Null: none. */
  readonly apart: Relation | null;
  /** Any version requires the provider, or facts in force name both. */
  readonly isKnown: boolean;
  readonly facts: PairFacts | null;
}

interface Kept {
  readonly facts: readonly EvidenceFact[];
  /** Good from, and until; text order is order in time. */
  readonly fromIso: string;
  readonly untilIso: string | null;
  readonly verdicts: EdgeVerdicts;
}

type Versions = Service["versions"];

const kept = new WeakMap<Versions, WeakMap<Versions, readonly Kept[]>>();
/** Orders by the map of versions they were made from. */
const orders = new WeakMap<Versions, VersionOrder>();
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

/** Null where one of the two is not registered. */
export function edgeVerdicts(state: MeshState, consumer: ServiceName, provider: ServiceName, nowIso: string): EdgeVerdicts | null {
  const consumers = state.services.get(consumer);
  const providers = state.services.get(provider);
  if (consumers === undefined || providers === undefined) return null;
  const facts = factsBetween(state, consumer, provider);
  const list = kept.get(consumers.versions)?.get(providers.versions);
  const good = list?.find((candidate) => isGood(candidate, facts, nowIso));
  if (good !== undefined) return good.verdicts;
  const built = build(consumers, providers, facts, nowIso);
  const byProvider = kept.get(consumers.versions) ?? new WeakMap<Versions, readonly Kept[]>();
  kept.set(consumers.versions, byProvider.set(providers.versions, [built, ...(list ?? []).slice(0, 1)]));
  return built.verdicts;
}

/** What is known of one pair; unknown where a version is not registered. */
export function verdictIn(verdicts: EdgeVerdicts, consumer: Version, provider: Version): Verdict {
  const { compatible, incompatible } = verdicts;
  const row = compatible.consumers.positionOf(consumer);
  const column = compatible.providers.positionOf(provider);
  return compatible.has(row, column) ? "compatible" : incompatible.has(row, column) ? "incompatible" : "unknown";
}

/** The range that a version declares for a provider; undefined without a requirement. */
export function requirementIn(service: Service | undefined, version: Version, provider: ServiceName): VersionRange | undefined {
  const requirements = service?.versions.get(version)?.requirements;
  return requirements !== undefined && Object.hasOwn(requirements, provider) ? requirements[provider] : undefined;
}

function isGood({ facts, fromIso, untilIso }: Kept, now: readonly EvidenceFact[], nowIso: string): boolean {
  if (facts.length !== now.length) return false;
  if (facts.length === 0) return true;
  if (nowIso < fromIso || (untilIso !== null && nowIso >= untilIso)) return false;
  return facts === now || facts.every((fact, index) => fact === now[index]);
}

function build(consumers: Service, providers: Service, facts: readonly EvidenceFact[], nowIso: string): Kept {
  const inForce = facts.filter((fact) => isInForce(fact, nowIso));
  const ends = facts.flatMap(({ expiresAt }) => expiresAt ?? []).sort();
  const known = inForce.length === 0 ? null : new PairFacts(inForce);
  return {
    facts,
    fromIso: ends.findLast((end) => end <= nowIso) ?? "",
    untilIso: ends.find((end) => end > nowIso) ?? null,
    verdicts: known === null ? declaredVerdicts(consumers, providers) : resolvedVerdicts(consumers, providers, known, inForce),
  };
}

function declaredVerdicts(consumers: Service, providers: Service): EdgeVerdicts {
  const rows = selections(consumers, providers);
  const none = Bitset.empty(orderOf(providers).size);
  return {
    consumer: consumers.name,
    provider: providers.name,
    compatible: relationOf(consumers, providers, (row) => rows[row] ?? none),
    incompatible: relationOf(consumers, providers, (row) => rows[row]?.complement() ?? none),
    apart: null,
    isKnown: rows.some((row) => row !== undefined),
    facts: null,
  };
}

/** By consumer position: the provider positions that its requirement covers; undefined without one. */
function selections(consumers: Service, providers: Service): readonly (Bitset | undefined)[] {
  const order = orderOf(providers);
  return orderOf(consumers).versions.map((version) => {
    const range = requirementIn(consumers, version, providers.name);
    return range === undefined ? undefined : order.select(range);
  });
}

function relationOf(consumers: Service, providers: Service, rowOf: (position: number) => Bitset): Relation {
  const order = orderOf(consumers);
  return new Relation(
    order,
    orderOf(providers),
    order.versions.map((_, position) => rowOf(position)),
  );
}

function resolvedVerdicts(consumers: Service, providers: Service, facts: PairFacts, inForce: readonly EvidenceFact[]): EdgeVerdicts {
  const declared = declaredVerdicts(consumers, providers);
  const knowsCalls = declared.isKnown || inForce.some(({ constraint }) => constraint === "api");
  const [rows, columns] = [orderOf(consumers), orderOf(providers)];
  const resolved = new Map<number, Verdict>();
  const apart = new Set<number>();
  for (const [consumer, provider] of facts.pairs()) {
    const [row, column] = [rows.positionOf(consumer), columns.positionOf(provider)];
    const base = declaredStatement(declared, row, column);
    const decided = decideConstraints([...facts.of(consumer, provider).map(({ fact }): Statement => fact), ...base]);
    const cell = row * columns.size + column;
    resolved.set(cell, verdictOfConstraints(decided, knowsCalls));
    if (decided.some(({ constraint, verdict }) => constraint !== "api" && verdict === "incompatible")) apart.add(cell);
  }
  const pick = (relation: Relation, wanted: Verdict) =>
    relationOf(consumers, providers, (row) =>
      Bitset.from(columns.size, (column) => {
        const verdict = resolved.get(row * columns.size + column);
        return verdict === undefined ? relation.has(row, column) : verdict === wanted;
      }),
    );
  return {
    ...declared,
    compatible: pick(declared.compatible, "compatible"),
    incompatible: pick(declared.incompatible, "incompatible"),
    apart:
      apart.size === 0
        ? null
        : relationOf(consumers, providers, (row) => Bitset.from(columns.size, (column) => apart.has(row * columns.size + column))),
    isKnown: true,
    facts,
  };
}

function declaredStatement({ compatible, incompatible }: EdgeVerdicts, row: number, column: number): readonly Statement[] {
  const verdict = compatible.has(row, column) ? "compatible" : incompatible.has(row, column) ? "incompatible" : undefined;
  return verdict === undefined ? [] : [{ source: "declared", constraint: "api", verdict, at: "" }];
}
