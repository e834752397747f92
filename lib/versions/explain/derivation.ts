/**
 * A core as a chain of steps that somebody can follow: what was pinned, which fact rules out what, what is left for each service, and so
 * on until nothing is left (the way PubGrub tells its derivation, Weizenbaum 2018). Where no fact rules anything out by itself the cases
 * are gone through one by one; each ends in a contradiction, since the core is one.
 *
 * Invariants: every fact that a step rests on stands before it; the last step at depth 0 leaves nothing; every fact of a minimal core is
 * told at least once.
 */
import type { Space } from "../space.ts";
import { type Core, type ForbiddenPair, minimalCore } from "./minimal-core.ts";

export type ExplanationStep =
  | { readonly kind: "pin"; readonly service: number; readonly position: number; readonly depth: number }
  | { readonly kind: "fact"; readonly pair: ForbiddenPair; readonly depth: number }
  /** What the facts before leave of a service. */
  | { readonly kind: "so"; readonly service: number; readonly left: readonly number[]; readonly depth: number }
  | { readonly kind: "suppose"; readonly service: number; readonly position: number; readonly depth: number };

/** The fact that a pair may not meet, in a sentence. */
export type DescribePair = (edge: number, consumer: number, provider: number) => string;

/** Why no configuration has the pins, step by step; null where one has. */
export function explain(space: Space, pins: ReadonlyMap<number, number>): readonly ExplanationStep[] | null {
  const core = minimalCore(space, pins);
  return core === null ? null : derive(space, core);
}

/** The steps of a core. */
export function derive(space: Space, core: Core): readonly ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  const left = new Map<number, readonly number[]>();
  const named = new Set(core.pairs.flatMap(({ edge }) => [space.edges[edge]?.consumer ?? -1, space.edges[edge]?.provider ?? -1]));
  for (const service of named) left.set(service, [...(space.services[service]?.candidates ?? [])]);
  for (const [service, position] of core.pins) {
    steps.push({ kind: "pin", service, position, depth: 0 });
    const mayBe = space.services[service]?.candidates.has(position) === true;
    left.set(service, mayBe ? [position] : []);
  }
  const empty = [...left].find(([, positions]) => positions.length === 0)?.[0];
  const without = empty ?? (core.pairs.length === 0 ? space.services.findIndex((service) => service.candidates.isEmpty) : -1);
  if (without !== -1) return [...steps, { kind: "so", service: without, left: [], depth: 0 }];
  return [...steps, ...refute({ space, pairs: core.pairs }, left, 0)];
}

interface Task {
  readonly space: Space;
  readonly pairs: readonly ForbiddenPair[];
}

type Left = ReadonlyMap<number, readonly number[]>;

/** Steps until nothing is left of a service. */
function refute(task: Task, start: Left, depth: number): ExplanationStep[] {
  const left = new Map(start);
  const steps: ExplanationStep[] = [];
  for (let found = nextConclusion(task, left); found !== null; found = nextConclusion(task, left)) {
    steps.push(...found.because.map((pair) => ({ kind: "fact" as const, pair, depth })));
    steps.push({ kind: "so", service: found.service, left: found.left, depth });
    left.set(found.service, found.left);
    if (found.left.length === 0) return steps;
  }
  const open = [...left].filter(([, positions]) => positions.length > 1).sort(([, a], [, b]) => a.length - b.length)[0];
  if (open === undefined) return steps;
  const [service, positions] = open;
  for (const position of positions) {
    steps.push({ kind: "suppose", service, position, depth });
    steps.push(...refute(task, new Map(left).set(service, [position]), depth + 1));
  }
  return [...steps, { kind: "so", service, left: [], depth }];
}

interface Conclusion {
  readonly service: number;
  readonly left: readonly number[];
  readonly because: readonly ForbiddenPair[];
}

/** What one edge takes away from one of its ends, preferring a conclusion that leaves the least. */
function nextConclusion(task: Task, left: Left): Conclusion | null {
  let best: Conclusion | null = null;
  for (const [edge, pairs] of Map.groupBy(task.pairs, (pair) => pair.edge)) {
    const { consumer, provider } = task.space.edges[edge] ?? { consumer: -1, provider: -1 };
    for (const conclusion of [
      conclude(
        left,
        provider,
        consumer,
        pairs,
        (pair) => pair.provider,
        (pair) => pair.consumer,
      ),
      conclude(
        left,
        consumer,
        provider,
        pairs,
        (pair) => pair.consumer,
        (pair) => pair.provider,
      ),
    ]) {
      if (conclusion !== null && (best === null || conclusion.left.length < best.left.length)) best = conclusion;
    }
  }
  return best;
}

/** A position goes when every position left of the other service is forbidden with it. */
function conclude(
  left: Left,
  service: number,
  other: number,
  pairs: readonly ForbiddenPair[],
  own: (pair: ForbiddenPair) => number,
  opposite: (pair: ForbiddenPair) => number,
): Conclusion | null {
  const others = service === other ? null : new Set(left.get(other));
  const because: ForbiddenPair[] = [];
  const kept = (left.get(service) ?? []).filter((position) => {
    const against = pairs.filter((pair) => own(pair) === position && (others === null || others.has(opposite(pair))));
    if (against.length === 0 || (others !== null && against.length < others.size)) return true;
    because.push(...against);
    return false;
  });
  return because.length === 0 ? null : { service, left: kept, because };
}

/** The steps in words, in order; a fact that was told at the same depth is not told again. */
export function sentencesOf(space: Space, steps: readonly ExplanationStep[], wordsOf: DescribePair): readonly string[] {
  const pinned = new Map(steps.flatMap((step) => (step.kind === "pin" ? [[step.service, step.position] as const] : [])));
  const told = new Set<string>();
  return steps.flatMap((step) => {
    if (step.kind !== "fact") return [sentenceOf(space, step, pinned)];
    const sentence = wordsOf(step.pair.edge, step.pair.consumer, step.pair.provider);
    const key = `${step.depth}:${sentence}`;
    if (told.has(key)) return [];
    told.add(key);
    return [sentence];
  });
}

function sentenceOf(space: Space, step: Exclude<ExplanationStep, { kind: "fact" }>, pinned: ReadonlyMap<number, number>): string {
  const { name, order } = space.services[step.service] ?? { name: "", order: undefined };
  const version = (position: number) => order?.versions[position] ?? "";
  if (step.kind === "pin") return `You pinned ${name} ${version(step.position)}.`;
  if (step.kind === "suppose") return `Suppose ${name} is ${version(step.position)}.`;
  const pin = pinned.get(step.service);
  if (step.left.length === 0) return pin === undefined ? `So no version of ${name} is left.` : `So ${name} cannot be ${version(pin)}.`;
  return `So ${name} must be ${either(step.left.map(version))}.`;
}

function either(versions: readonly string[]): string {
  return versions.length < 2 ? versions.join() : `${versions.slice(0, -1).join(", ")} or ${versions.at(-1)}`;
}
