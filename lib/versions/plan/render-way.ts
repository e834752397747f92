/** Writes waves of numbers as the plan that people read and the engine walks: names, a sentence per pair, the way back per step. */
import type { PairProof, PlanCertificate, PlanStep, PlanWave, ServiceName, Version, VersionRef } from "../../model/index.ts";
import { invariant } from "../../std/index.ts";
import { type Move, type PlanMesh, STAY } from "./plan-mesh.ts";
import type { PlanCost, PlannedWay, PlanOptions, PlanProblem } from "./plan-problem.ts";
import { eachArrival, movingIn, pass, type Standing, type Wave } from "./waves.ts";

type Words = Pick<PlanOptions, "describe" | "describeIrreversible">;

interface Rendering {
  readonly mesh: PlanMesh;
  readonly moving: ReadonlyMap<number, Move>;
  readonly refs: (service: number, position: number) => VersionRef;
  readonly standing: Standing;
  readonly wave: Wave;
  readonly words: Words;
}

export function renderWay(mesh: PlanMesh, waves: readonly Wave[], cost: PlanCost, words: Words): PlannedWay {
  const movesOf = new Map<number, number>();
  for (const wave of waves) for (const { service } of wave.moves) movesOf.set(service, (movesOf.get(service) ?? 0) + 1);
  const standing: Standing = new Map();
  const refs = sharedRefs(mesh.problem);
  const rendered = waves.map((wave): PlanWave => {
    const rendering = { mesh, moving: movingIn(wave), refs, standing, wave, words };
    const steps = wave.moves.map((move) => ({ ...stepOf(mesh, standing, move, words), proof: proofOf(rendering, move) }));
    pass(standing, wave);
    if (wave.kind === "lane") return { kind: "lane", steps };
    return { kind: wave.moves.some(({ service }) => (movesOf.get(service) ?? 0) > 1) ? "bridge" : "shift", steps };
  });
  return { waves: rendered, certificate: certificateOf(mesh.problem, rendered), cost };
}

export function refOf({ services }: PlanProblem, service: number, position: number): VersionRef {
  const found = services[service];
  const version = found?.order.versions[position];
  invariant(found !== undefined && version !== undefined, "a version of a plan problem by a position it does not have");
  return { service: found.name as ServiceName, version };
}

function stepOf(mesh: PlanMesh, standing: Standing, move: Move, words: Words): Omit<PlanStep, "proof"> {
  const { service, to } = move;
  const { reversible } = mesh.service(service);
  const live = mesh.versionsAt(service, standing.get(service) ?? STAY).filter((version) => version !== to);
  const closed = live.find((version) => !reversible.has(version, to));
  const [from, target] = [refOf(mesh.problem, service, live[0] ?? to), refOf(mesh.problem, service, to)];
  const step = { service: target.service, from: from.version, to: target.version };
  if (closed === undefined) return { ...step, reversible: true };
  const old = refOf(mesh.problem, service, closed).version;
  const irreversible =
    words.describeIrreversible?.(step.service, old, step.to) ??
    `${step.service} ${old} cannot read what ${step.service} ${step.to} stores.`;
  return { ...step, reversible: false, irreversible };
}

/** The same object for the same version: a version stands in the proofs of all its neighbours. */
function sharedRefs(problem: PlanProblem): (service: number, position: number) => VersionRef {
  const known: VersionRef[][] = problem.services.map(() => []);
  return (service, position) => {
    const list = known[service];
    const ref = list?.[position] ?? refOf(problem, service, position);
    if (list !== undefined) list[position] = ref;
    return ref;
  };
}

function proofOf({ mesh, moving, refs, standing, wave, words }: Rendering, move: Move): PairProof[] {
  const proof: PairProof[] = [];
  eachArrival(mesh, standing, { kind: wave.kind, moving }, move, (edge, consumerPosition, providerPosition) => {
    const consumer = refs(mesh.consumerOf(edge), consumerPosition);
    const provider = refs(mesh.providerOf(edge), providerPosition);
    const verdict = mesh.isUnproven(edge, consumerPosition, providerPosition) ? "unknown" : "compatible";
    proof.push({ consumer, provider, verdict, sentence: words.describe(consumer, provider) });
  });
  return proof;
}

function certificateOf(problem: PlanProblem, waves: readonly PlanWave[]): PlanCertificate {
  const start: Record<string, readonly Version[]> = {};
  for (const { name, live, order } of problem.services) {
    if (live.length > 0) start[name] = live.flatMap((position) => order.versions[position] ?? []);
  }
  const target: Record<string, Version> = {};
  for (const [service, position] of problem.target)
    target[problem.services[service]?.name ?? ""] = refOf(problem, service, position).version;
  return {
    start,
    target,
    waves: waves.map(({ kind, steps }) => ({ kind, moves: steps.map(({ service, from, to }) => ({ service, from, to })) })),
  };
}

/** A way found without words (`ask/question.ts`), told. */
export function toldWay<W extends PlannedWay>(way: W, words: Required<Words>): W {
  const waves = way.waves.map((wave) => ({
    ...wave,
    steps: wave.steps.map((step) => ({
      ...step,
      ...(step.irreversible === undefined ? {} : { irreversible: words.describeIrreversible(step.service, step.irreversible, step.to) }),
      proof: step.proof.map((pair) => ({ ...pair, sentence: words.describe(pair.consumer, pair.provider) })),
    })),
  }));
  return { ...way, waves };
}
