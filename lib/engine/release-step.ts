/**
 * What a release under way needs next: nothing but look. Pure of timers and changes; `release-executor.ts` acts on it.
 *
 *   wait   → not yet, for this reason; look again at `atMs` (wall clock) at the latest, or when something it waits for moves
 *   act    → tell the engine this
 */
import { FULL_WEIGHT_BP, type Release, type ReleaseFinding, type Service } from "../model/index.ts";
import { type Arm, duration, excessErrors, HARM_STEP_MS, nextHarmWeight, percent, type Verdict } from "../release/index.ts";
import { openPhase } from "./open-phase.ts";
import type { SplitPhaseView } from "./views.ts";

export interface StepFacts {
  readonly release: Release;
  readonly service: Service;
  readonly wallMs: number;
  readonly phases: readonly SplitPhaseView[];
  readonly acceptance: { readonly acknowledged: number; readonly proxies: number };
  readonly verdict: Verdict;
  readonly stepRequests: number;
  readonly arms: { readonly version: Arm; readonly baseline: Arm };
  /** A change of that kind about the service was recorded since the step began. */
  readonly happened: (kind: string) => boolean;
  /** Of the whole service. */
  readonly rps: () => number;
}

export type NextStep =
  | { readonly kind: "wait"; readonly sentence: string | null; readonly atMs: number | null; readonly isSettling?: boolean }
  | { readonly kind: "act"; readonly finding: ReleaseFinding };

/** While phases are open nothing tells when they are done, but for acknowledgements. */
export const SETTLE_EVERY_MS = 500;

/** What comes next for a release. */
export function nextStepOf(facts: StepFacts): NextStep {
  const { release } = facts;
  switch (release.state) {
    case "promoting":
    case "rolling-back":
    case "aborting":
      return failing(facts) ?? settling(facts) ?? act({ kind: "settled" });
    case "running":
      return failing(facts) ?? stepEnd(facts);
    default:
      return { kind: "wait", sentence: null, atMs: null };
  }
}

/** Harm that is shown. On a way back nothing is judged any more. */
function failing({ arms, release, verdict }: StepFacts): NextStep | null {
  if (release.state !== "running" && release.state !== "promoting") return null;
  if (verdict.verdict === "fail") return act({ kind: "fail", by: "judge", because: verdict.sentence });
  if (release.strategy.kind !== "harm-budget") return null;
  const excess = excessErrors(arms.version, arms.baseline);
  if (excess <= release.strategy.excessErrors) return null;
  const because = `${Math.ceil(excess)} errors beyond those of ${release.baseline ?? "the baseline"}: the budget of ${release.strategy.excessErrors} is spent.`;
  return act({ kind: "fail", by: "strategy", because });
}

/** The proxies have not all taken the last move yet. */
function settling({ acceptance, phases, release, service, wallMs }: StepFacts): NextStep | null {
  const phase = openPhase(phases);
  const { acknowledged, proxies } = acceptance;
  const wait = (sentence: string): NextStep => ({ kind: "wait", sentence, atMs: wallMs + SETTLE_EVERY_MS, isSettling: true });
  if (phase !== undefined && (phase.phase !== "drain" || isDrainNeeded(release))) return wait(`${phase.phase}: ${phase.proof}`);
  if (proxies === 0) return wait("No proxy is connected.");
  return acknowledged < proxies ? wait(`Rev ${service.rev} is acknowledged by ${acknowledged} of ${proxies} proxies.`) : null;
}

/** A way back is over once the proxies have it: what still runs at the version it leaves need not be waited for. */
function isDrainNeeded({ state }: Release): boolean {
  return state === "promoting";
}

function stepEnd(facts: StepFacts): NextStep {
  const { release, wallMs } = facts;
  if (release.held) return { kind: "wait", sentence: "It is held until somebody resumes it.", atMs: null };
  const open = settling(facts);
  if (open !== null) return open;
  if (release.strategy.kind === "harm-budget" && release.step < 0) return harmStep(facts, release.strategy.excessErrors);
  const step = release.steps[release.step];
  if (step === undefined) return act({ kind: "advance" });
  const pauseEndMs = Date.parse(release.stepSince) + (step.pauseMs ?? 0);
  if (wallMs < pauseEndMs)
    return { kind: "wait", sentence: `Stays at ${percent(release.weightBp)} for ${duration(step.pauseMs ?? 0)}.`, atMs: pauseEndMs };
  if (step.gate === "manual") return { kind: "wait", sentence: "Waits until somebody promotes it.", atMs: null };
  const undecided = closedGate(facts) ?? tooFew(facts);
  if (undecided === null) return act({ kind: "advance" });
  return stalled(facts, undecided) ?? { kind: "wait", sentence: undecided, atMs: deadlineMs(release) };
}

function closedGate({ happened, release, verdict }: StepFacts): string | null {
  const step = release.steps[release.step];
  if (step?.gate === "event") return happened(step.event ?? "") ? null : `Waits for ${step.event} of ${release.service}.`;
  if (step?.gate !== "pass" || verdict.verdict === "pass") return null;
  return `Waits for PASS. ${verdict.sentence}`;
}

/** Where requests are to be had. A preview or copies may get none. */
function tooFew({ release, stepRequests }: StepFacts): string | null {
  const { minRequests } = release.judge;
  if (release.weightBp === 0 || stepRequests >= minRequests) return null;
  return `${release.version} answered ${stepRequests} of the ${minRequests} requests that a step needs.`;
}

function deadlineMs(release: Release): number | null {
  return release.judge.deadlineMs === null ? null : Date.parse(release.stepSince) + release.judge.deadlineMs;
}

function stalled({ release, wallMs }: StepFacts, sentence: string): NextStep | null {
  const atMs = deadlineMs(release);
  if (atMs === null || wallMs < atMs) return null;
  return act({ kind: "stall", because: `Undecided for ${duration(release.judge.deadlineMs ?? 0)}. ${sentence}` });
}

/** The budget's next weight, every `HARM_STEP_MS`; the first as soon as the release runs. */
function harmStep({ arms, release, rps, wallMs }: StepFacts, budget: number): NextStep {
  const { minRequests } = release.judge;
  const isFirst = release.weightBp === 0;
  const atMs = Date.parse(release.stepSince) + HARM_STEP_MS;
  if (!isFirst && wallMs < atMs) return { kind: "wait", sentence: `At ${percent(release.weightBp)}, as far as the budget allows.`, atMs };
  // It has stood at all of the traffic for as long as at any other weight.
  if (release.weightBp === FULL_WEIGHT_BP) return act({ kind: "advance" });
  const weightBp = nextHarmWeight({ excessErrors: budget, weightBp: release.weightBp, ...arms, rps: rps(), minRequests });
  if (weightBp > release.weightBp) return act({ kind: "advance", weightBp });
  const few = arms.version.requests < Math.max(1, minRequests);
  const why = few
    ? `${release.version} answered ${arms.version.requests} of the ${Math.max(1, minRequests)} requests that more needs`
    : "the budget does not allow more yet";
  return { kind: "wait", sentence: `At ${percent(release.weightBp)}: ${why}.`, atMs: wallMs + HARM_STEP_MS };
}

function act(finding: ReleaseFinding): NextStep {
  return { kind: "act", finding };
}
