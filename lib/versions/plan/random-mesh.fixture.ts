import fc from "fast-check";
import type { PlanCertificate } from "../../model/index.ts";
import { createXorshift, randomBelow } from "../../std/index.ts";
import { problemOf } from "./plan-mesh.fixture.ts";
import type { PlanProblem } from "./plan-problem.ts";

export interface RandomMeshOptions {
  readonly services: number;
  readonly versions: number;
  /** Shares of 1. */
  readonly edges: number;
  readonly broken: number;
  readonly unproven?: number;
  readonly stepsDenied?: number;
  /** Share of services that are split, or serve nothing. */
  readonly odd?: number;
  /** Share of services that are in the target. */
  readonly targeted?: number;
  /** Start and end are consistent: pairs of versions 0, and of the newest, may meet. */
  readonly soundEnds?: boolean;
  /** Nothing between old and new. */
  readonly noBridges?: boolean;
}

interface MeshRanges extends Readonly<Record<"broken" | "stepsDenied" | "odd" | "targeted", readonly number[]>> {
  readonly servicesMax: number;
}

/** Seeds with small meshes to draw from them: each share is one of those given. */
export function smallMeshes({ servicesMax, broken, odd, stepsDenied, targeted }: MeshRanges) {
  return fc.record({
    seed: fc.nat(2 ** 30),
    services: fc.integer({ min: 2, max: servicesMax }),
    versions: fc.integer({ min: 2, max: 3 }),
    edges: fc.constantFrom(0.3, 0.6),
    broken: fc.constantFrom(...broken),
    stepsDenied: fc.constantFrom(...stepsDenied),
    odd: fc.constantFrom(...odd),
    targeted: fc.constantFrom(...targeted),
  });
}

/** The same problem for the same seed. */
export function randomProblem(seed: number, options: RandomMeshOptions): PlanProblem {
  const random = createXorshift(seed + 1);
  const chance = (share: number) => randomBelow(random, 1_000_000) < share * 1_000_000;
  const names = Array.from({ length: options.services }, (_, index) => `s${index}`);
  const newest = options.versions - 1;
  const drawn = new Map<string, boolean>();
  const draw = (key: string, share: number) => {
    const known = drawn.get(key) ?? chance(share);
    drawn.set(key, known);
    return known;
  };
  const edges = names.flatMap((one) =>
    names.filter((other) => (one !== other ? chance(options.edges) : chance(options.edges / 8))).map((other) => [one, other] as const),
  );
  const services = Object.fromEntries(
    names.map((name) => [name, { versions: versionsUpTo(newest), live: liveOf(chance, options.odd ?? 0, newest) }]),
  );
  const target = Object.fromEntries(
    names
      .filter((_, index) => index === 0 || chance(options.targeted ?? 1))
      .map((name) => [name, options.soundEnds === true ? newest : randomBelow(random, newest + 1)]),
  );
  return problemOf({
    services,
    edges,
    target,
    mayMeet: (consumer, from, provider, to) =>
      (options.soundEnds === true && from === to && (from === 0 || from === newest)) ||
      !draw(`${consumer} ${from} ${provider} ${to}`, options.broken),
    isProven: (consumer, from, provider, to) => !draw(`proof ${consumer} ${from} ${provider} ${to}`, options.unproven ?? 0),
    mayStep: (service, from, to) => !draw(`step ${service} ${from} ${to}`, options.stepsDenied ?? 0),
    isReversible: () => true,
    candidates: () => options.noBridges !== true,
  });
}

function versionsUpTo(newest: number): readonly string[] {
  return Array.from({ length: newest + 1 }, (_, index) => `${index + 1}.0.0`);
}

function liveOf(chance: (share: number) => boolean, odd: number, newest: number): readonly number[] {
  if (!chance(odd)) return [0];
  if (chance(0.3)) return [];
  return chance(0.5) ? [0, Math.min(1, newest)] : [newest, 0].slice(0, newest + 1);
}

/**
 * Whether all that can happen during a certificate is allowed, by looking at every stage of every move in every mix: not begun, both live, old gone.
 * What is live at the start may meet as long as neither service has left its start.
 */
export function isSafeByEnumeration(problem: PlanProblem, certificate: PlanCertificate): boolean {
  const places = new Map(problem.services.map(({ name }, place): [string, number] => [name, place]));
  const standing = problem.services.map(({ live }) => live);
  const left = problem.services.map(() => false);
  for (const { kind, moves } of certificate.waves) {
    const steps = moves.map(({ service, from, to }) => {
      const place = places.get(service) ?? -1;
      const order = problem.services[place]?.order;
      return { place, from: order?.positionOf(from) ?? -1, to: order?.positionOf(to) ?? -1 };
    });
    const isSafe = kind === "lane" ? isLaneSafe : areMixesSafe;
    if (!areStepsTaken(problem, standing, steps) || !isSafe(problem, standing, left, steps)) return false;
    for (const { place, to } of steps) {
      standing[place] = [to];
      left[place] = true;
    }
  }
  return [...problem.target].every(([place, position]) => standing[place]?.length === 1 && standing[place]?.[0] === position);
}

type Steps = readonly { readonly place: number; readonly from: number; readonly to: number }[];

/** Whether the steps begin where their services stand, one per service, and may be taken. */
function areStepsTaken({ services }: PlanProblem, standing: readonly (readonly number[])[], steps: Steps): boolean {
  if (new Set(steps.map(({ place }) => place)).size < steps.length) return false;
  return steps.every(({ place, from, to }) => {
    const old = standing[place] ?? [];
    const begins = old.length === 0 ? from === to : old.includes(from);
    return begins && old.every((version) => version === to || services[place]?.steps.has(version, to) === true);
  });
}

function areMixesSafe(problem: PlanProblem, standing: readonly (readonly number[])[], left: readonly boolean[], steps: Steps): boolean {
  for (let mix = 0; mix < 3 ** steps.length; mix++) {
    const live = [...standing];
    const gone = [...left];
    steps.forEach(({ place, to }, index) => {
      const stage = Math.floor(mix / 3 ** index) % 3;
      if (stage === 1) live[place] = [...new Set([...(standing[place] ?? []), to])];
      if (stage === 2) {
        live[place] = [to];
        gone[place] = true;
      }
    });
    if (!isStateSafe(problem, live, gone)) return false;
  }
  return true;
}

function isStateSafe(problem: PlanProblem, live: readonly (readonly number[])[], gone: readonly boolean[]): boolean {
  return problem.edges.every(({ consumer, provider, allowed }) => {
    const metBefore = (one: number, other: number) =>
      !gone[consumer] &&
      !gone[provider] &&
      problem.services[consumer]?.live.includes(one) === true &&
      problem.services[provider]?.live.includes(other) === true;
    return (live[consumer] ?? []).every((one) => (live[provider] ?? []).every((other) => allowed.has(one, other) || metBefore(one, other)));
  });
}

function isLaneSafe(problem: PlanProblem, standing: readonly (readonly number[])[], left: readonly boolean[], steps: Steps): boolean {
  const after = [...standing];
  const gone = [...left];
  for (const { place, to } of steps) {
    after[place] = [to];
    gone[place] = true;
  }
  return isStateSafe(problem, standing, left) && isStateSafe(problem, after, gone);
}
