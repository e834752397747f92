/**
 * What the facts about some pairs of two services say about the others: candidate elimination (Mitchell) under the staircase of `staircase.ts`.
 *
 * One staircase over all columns is tried first. Where it does not fit and the provider has several majors, each major is a block of its own: nothing is then inferred from one
 * major to another (a consumer may work with 1.x and 3.x). A minor counts as a major below 1.0.0, as ranges have it. Where a block still does not fit, its contradictions are
 * named and nothing is inferred in it.
 * What is inferred is no verdict: it says where to test next, and the gate does not know of it.
 */
import { Bitset } from "../bitset.ts";
import { Relation } from "../relation.ts";
import type { VersionOrder } from "../version-order.ts";
import { type Block, fitBlock } from "./fit-block.ts";
import { type CellFact, holds } from "./staircase.ts";

/** What is known and inferred of one edge. */
export interface EdgeKnowledge {
  readonly consumers: VersionOrder;
  readonly providers: VersionOrder;
  /** One staircase over all versions of the provider, or one for each of its majors. */
  readonly model: "staircase" | "majors";
  readonly blocks: readonly Block[];
  /** S: pairs that every consistent hypothesis holds, exceptions taken out. */
  readonly proven: Relation;
  /** G: pairs that some consistent hypothesis holds, exceptions taken out. */
  readonly possible: Relation;
  /** In S, and no fact says so. */
  readonly inferredCompatible: Relation;
  /** Outside of G, and no fact says so. */
  readonly inferredIncompatible: Relation;
  /** Neither a fact nor inferred. */
  readonly open: Relation;
  /** Point holes: incompatible pairs that the model is allowed. */
  readonly exceptions: readonly CellFact[];
  readonly contradictions: readonly (readonly CellFact[])[];
}

/** Learns from decided pairs, at most one fact per pair. */
export function learnEdge(consumers: VersionOrder, providers: VersionOrder, facts: readonly CellFact[]): EdgeKnowledge {
  const whole = fitBlock(facts, consumers.size, 0, providers.size);
  const starts = whole.contradictions.length === 0 ? [] : majorStarts(providers);
  if (starts.length < 2) return knowledgeOf(consumers, providers, facts, [whole], "staircase");
  const blocks = starts.map((first, at) => fitBlock(facts, consumers.size, first, starts[at + 1] ?? providers.size));
  return knowledgeOf(consumers, providers, facts, blocks, "majors");
}

function knowledgeOf(
  consumers: VersionOrder,
  providers: VersionOrder,
  facts: readonly CellFact[],
  blocks: readonly Block[],
  model: EdgeKnowledge["model"],
): EdgeKnowledge {
  const compatible = relationOf(
    consumers,
    providers,
    facts.filter((fact) => fact.compatible),
  );
  const incompatible = relationOf(
    consumers,
    providers,
    facts.filter((fact) => !fact.compatible),
  );
  const fitting = (provider: number) =>
    blocks.find(({ first, end, contradictions }) => provider >= first && provider < end && contradictions.length === 0);
  const cells = (isIn: (block: Block, consumer: number, provider: number) => boolean, otherwise: boolean) =>
    relationWhere(consumers, providers, (consumer, provider) => {
      const block = fitting(provider);
      return block === undefined ? otherwise : isIn(block, consumer, provider);
    });
  const unbroken = incompatible.complement();
  const proven = cells(({ hull }, consumer, provider) => holds(hull, consumer, provider), false)
    .union(compatible)
    .intersection(unbroken);
  const possible = cells(({ reach }, consumer, provider) => holds(reach, consumer, provider), true).intersection(unbroken);
  return {
    consumers,
    providers,
    model,
    blocks,
    proven,
    possible: possible.union(compatible),
    inferredCompatible: proven.intersection(compatible.complement()),
    inferredIncompatible: possible.union(compatible).complement().intersection(unbroken),
    open: possible.intersection(proven.complement()),
    exceptions: blocks.flatMap(({ holes }) => holes),
    contradictions: blocks.flatMap(({ contradictions }) => contradictions),
  };
}

/** Where majors begin, by position. */
function majorStarts(order: VersionOrder): readonly number[] {
  const majors = order.versions.map((version) => /^(?:0\.\d+|\d+)/.exec(version)?.[0]);
  return majors.flatMap((major, position) => (position === 0 || majors[position - 1] !== major ? [position] : []));
}

function relationOf(consumers: VersionOrder, providers: VersionOrder, facts: readonly CellFact[]): Relation {
  const keys = new Set(facts.map(({ consumer, provider }) => consumer * providers.size + provider));
  return relationWhere(consumers, providers, (consumer, provider) => keys.has(consumer * providers.size + provider));
}

function relationWhere(consumers: VersionOrder, providers: VersionOrder, isIn: (consumer: number, provider: number) => boolean): Relation {
  const rows = consumers.versions.map((_, consumer) => Bitset.from(providers.size, (provider) => isIn(consumer, provider)));
  return new Relation(consumers, providers, rows);
}
