import type { MeshState, ServiceName, Verdict, Version } from "../model/index.ts";
import { type CellFact, type EdgeKnowledge, learnEdge, type NextTest, nextTest, settledBy } from "../versions/index.ts";
import { type EdgeVerdicts, edgeVerdicts } from "./edge-verdicts.ts";

/** What the decided pairs of two services say about the others. */
export interface LearnedEdge {
  readonly knowledge: EdgeKnowledge;
  readonly next: NextTest | null;
  /** Further open pairs that a test of a pair decides, by its positions. */
  readonly settledBy: (consumer: number, provider: number) => NextTest["settles"];
}

/** What one consumer version works with, by the provider's versions; null where there is none. */
export interface LearnedRegion {
  readonly consumerVersion: Version;
  readonly lowestProven: Version | null;
  readonly highestProven: Version | null;
  readonly lowestPossible: Version | null;
  readonly highestPossible: Version | null;
}

/** Facts that no staircase fits; none of them can be left out. */
export interface Misfit {
  readonly cells: readonly { readonly consumerVersion: Version; readonly providerVersion: Version; readonly verdict: Verdict }[];
  readonly sentence: string;
}

/** Kept by the verdicts that were learned from: those are made anew only when anything about the two services has changed. */
const learned = new WeakMap<EdgeVerdicts, LearnedEdge>();
/** Misfits that are named; where there are more, the facts are beyond any order. */
const MISFITS_MAX = 16;

/** Null where one of the two is not registered. */
export function learnedEdge(state: MeshState, consumer: ServiceName, provider: ServiceName, nowIso: string): LearnedEdge | null {
  const verdicts = edgeVerdicts(state, consumer, provider, nowIso);
  if (verdicts === null) return null;
  const known = learned.get(verdicts);
  if (known !== undefined) return known;
  const { compatible, incompatible } = verdicts;
  const facts = compatible.consumers.versions.flatMap((_, row): readonly CellFact[] => [
    ...[...compatible.row(row)].map((column) => ({ consumer: row, provider: column, compatible: true })),
    ...[...incompatible.row(row)].map((column) => ({ consumer: row, provider: column, compatible: false })),
  ]);
  const knowledge = learnEdge(compatible.consumers, compatible.providers, facts);
  const settled = new Map<number, NextTest["settles"]>();
  const made: LearnedEdge = {
    knowledge,
    next: nextTest(knowledge),
    settledBy(row, column) {
      const cell = row * knowledge.providers.size + column;
      const settles = settled.get(cell) ?? settledBy(knowledge, row, column);
      settled.set(cell, settles);
      return settles;
    },
  };
  learned.set(verdicts, made);
  return made;
}

/** What is inferred of a pair; null where a fact decides it, and where it is open. */
export function inferredVerdict({ knowledge }: LearnedEdge, consumer: Version, provider: Version): "compatible" | "incompatible" | null {
  const row = knowledge.consumers.positionOf(consumer);
  const column = knowledge.providers.positionOf(provider);
  if (knowledge.inferredCompatible.has(row, column)) return "compatible";
  return knowledge.inferredIncompatible.has(row, column) ? "incompatible" : null;
}

/** The boundaries of what is proven and of what is not disproven, inferred pairs included, per consumer version. */
export function regionsOf({ knowledge }: LearnedEdge): readonly LearnedRegion[] {
  const { consumers, possible, proven, providers } = knowledge;
  return consumers.versions.map((consumerVersion, row) => {
    const [lowestProven, highestProven] = ends(providers.versionsOf(proven.row(row)));
    const [lowestPossible, highestPossible] = ends(providers.versionsOf(possible.row(row)));
    return { consumerVersion, lowestProven, highestProven, lowestPossible, highestPossible };
  });
}

/** The contradictions of an edge with their smallest sets of facts. */
export function misfitsOf({ knowledge }: LearnedEdge, consumer: ServiceName, provider: ServiceName): readonly Misfit[] {
  return knowledge.contradictions.slice(0, MISFITS_MAX).map((facts) => {
    const cells = facts.map((fact) => {
      const verdict: Verdict = fact.compatible ? "compatible" : "incompatible";
      return { ...versionsAt(knowledge, fact), verdict };
    });
    const [broken, ...others] = cells;
    const works = others.map((cell) => `${cell.consumerVersion} works with ${cell.providerVersion}`).join(" and ");
    const subject = `${consumer} ${broken?.consumerVersion ?? ""} does not work with ${provider} ${broken?.providerVersion ?? ""}`;
    return {
      cells,
      sentence: `${subject}, although ${works}: newer and older versions on either side work. Nothing is inferred from such facts.`,
    };
  });
}

/** Names a cell. */
export function versionsAt(
  { consumers, providers }: EdgeKnowledge,
  { consumer, provider }: Pick<CellFact, "consumer" | "provider">,
): { readonly consumerVersion: Version; readonly providerVersion: Version } {
  return { consumerVersion: consumers.versions[consumer] as Version, providerVersion: providers.versions[provider] as Version };
}

function ends(versions: readonly Version[]): readonly [Version | null, Version | null] {
  return [versions[0] ?? null, versions.at(-1) ?? null];
}
