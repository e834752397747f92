import type { ServiceCall } from "../../compatibility/index.ts";
import type { MeshState, NamedStrategy, Release, ReleaseVerb, Strategy, StrategyStep } from "../../model/index.ts";
import {
  BUILT_IN_STRATEGIES,
  type CallGraph,
  type Confound,
  type CurvePoint,
  confoundsOf,
  curveOf,
  curveOfSteps,
  describeStrategy,
  type Forecast,
  forecast,
  forecastOf,
  isUnderWay,
  stepsOf,
  type Verdict,
  verbsOf,
} from "../../release/index.ts";
import { openPhase } from "../open-phase.ts";
import type { Judged } from "../release-judges.ts";
import type { SplitPhaseView } from "../views.ts";

type Shown = Omit<Release, "steps" | "judge" | "start" | "wayBackBp">;

export interface ReleaseSummary extends Shown {
  readonly steps: readonly (StrategyStep & { readonly state: "done" | "current" | "waiting" })[];
  readonly curve: readonly CurvePoint[];
  /** The phase of the present step that is open; null where all are done. */
  readonly phase: SplitPhaseView["phase"] | null;
  readonly verdict: Verdict["verdict"] | null;
  readonly e: number | null;
  readonly forecast: Forecast | null;
  readonly waitingFor: string | null;
  readonly nextStepAt: string | null;
  readonly confounds: readonly Confound[];
}

export interface ReleaseView extends ReleaseSummary, Pick<Release, "start"> {
  readonly phases: readonly SplitPhaseView[];
  readonly judge: Pick<Verdict, "verdict" | "sentence" | "metrics" | "guards" | "harmPart"> &
    Pick<Release["judge"], "mode" | "minRequests" | "deadlineMs"> & {
      readonly stepRequests: number;
      readonly blocks: number;
      readonly forecast: Forecast | null;
      readonly verdicts: Judged["verdicts"];
    };
  readonly verbs: readonly { readonly verb: ReleaseVerb; readonly allowed: boolean; readonly why: string | null }[];
  readonly rollbackMs: number | null;
}

/** All that a view is made of beside the release itself. */
export interface ReleaseFacts {
  readonly judged: Judged;
  readonly verdict: Verdict;
  readonly phases: readonly SplitPhaseView[];
  readonly waitingFor: string | null;
  readonly confounds: readonly Confound[];
  /** Requests/s of the whole service now. */
  readonly rps: number;
  readonly settleMs: number | null;
}

/** A release as lists show it. */
export function releaseSummary(release: Release, facts: ReleaseFacts): ReleaseSummary {
  const { judge: _, start: __, steps, wayBackBp: ___, ...shown } = release;
  const { blocks } = facts.judged.judge;
  return {
    ...shown,
    steps: steps.map((step, index) => ({ ...step, state: stateOf(release, index) })),
    curve: release.strategy.kind === "harm-budget" ? curveOf(release.strategy) : curveOfSteps(steps),
    phase: isUnderWay(release) ? (openPhase(facts.phases)?.phase ?? null) : null,
    verdict: blocks === 0 ? null : facts.verdict.verdict,
    e: facts.verdict.e,
    forecast: forecastNow(release, facts),
    waitingFor: facts.waitingFor,
    nextStepAt: nextStepAt(release),
    confounds: facts.confounds,
  };
}

/** A release with everything. */
export function releaseView(release: Release, facts: ReleaseFacts): ReleaseView {
  const summary = releaseSummary(release, facts);
  const { deadlineMs, minRequests, mode } = release.judge;
  const { guards, harmPart, metrics, sentence, verdict } = facts.verdict;
  const { judge, stepRequests, verdicts } = facts.judged;
  const view = { verdict, sentence, metrics, guards, harmPart, mode, minRequests, deadlineMs, stepRequests, blocks: judge.blocks };
  return {
    ...summary,
    start: release.start,
    phases: facts.phases,
    judge: { ...view, forecast: summary.forecast, verdicts },
    verbs: verbsOf(release),
    rollbackMs: facts.settleMs,
  };
}

/** Where a release stands in the list; it stays good when that release has ended or is gone. */
export interface ReleasePlace {
  readonly isUnderWay: boolean;
  readonly number: number;
}

export function releasePlace(release: Pick<Release, "id" | "state">): ReleasePlace {
  return { isUnderWay: isUnderWay(release), number: Number(release.id.slice(release.id.lastIndexOf("-") + 1)) };
}

/** Those under way first, then the newest. */
export function releaseOrder(left: ReleasePlace, right: ReleasePlace): number {
  return Number(right.isUnderWay) - Number(left.isUnderWay) || right.number - left.number;
}

/** Which releases confound each other, by the calls that are seen. */
export function confoundsIn(state: MeshState, calls: readonly ServiceCall[]): ReadonlyMap<string, readonly Confound[]> {
  const graph = new Map<string, Set<string>>();
  for (const { consumer, provider } of calls) {
    const known = graph.get(consumer);
    if (known === undefined) graph.set(consumer, new Set([provider]));
    else known.add(provider);
  }
  return confoundsOf([...state.releases.values()], graph as CallGraph);
}

/** A strategy as people look at it. */
export interface StrategyView {
  readonly name: string;
  readonly rev: number;
  readonly builtIn: boolean;
  readonly strategy: Strategy;
  readonly sentence: string;
  readonly steps: readonly StrategyStep[];
  readonly curve: readonly CurvePoint[];
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
}

/** Every strategy by name: Interlock's own, and those that somebody set, which stand in their place. */
export function strategyViews({ strategies }: Pick<MeshState, "strategies">): readonly StrategyView[] {
  const names = [...new Set([...BUILT_IN_STRATEGIES.keys(), ...strategies.keys()])].sort();
  return names.flatMap((name) => strategyNamed({ strategies }, name) ?? []);
}

export function strategyNamed({ strategies }: Pick<MeshState, "strategies">, name: string): StrategyView | undefined {
  const own: NamedStrategy | undefined = strategies.get(name);
  const strategy = own?.strategy ?? BUILT_IN_STRATEGIES.get(name);
  if (strategy === undefined) return undefined;
  return {
    name,
    rev: own?.rev ?? 0,
    builtIn: BUILT_IN_STRATEGIES.has(name),
    strategy,
    sentence: describeStrategy(strategy),
    steps: stepsOf(strategy),
    curve: curveOf(strategy),
    updatedAt: own?.updatedAt ?? null,
    updatedBy: own?.updatedBy ?? null,
  };
}

function stateOf({ state, step }: Release, index: number): "done" | "current" | "waiting" {
  if (state === "succeeded") return "done";
  if (index === step) return "current";
  return index < step ? "done" : "waiting";
}

function nextStepAt({ held, state, step, steps, stepSince }: Release): string | null {
  const current = steps[step];
  if (state !== "running" || held || current?.pauseMs === undefined || current.gate === "manual") return null;
  return new Date(Date.parse(stepSince) + current.pauseMs).toISOString();
}

/** Live once there are blocks; before that from the traffic of now at the weight that comes first. */
function forecastNow(release: Release, { judged, rps }: ReleaseFacts): Forecast | null {
  if (!isUnderWay(release)) return null;
  if (judged.judge.recent.ms > 0) return forecastOf(judged.judge);
  const weightBp = release.weightBp > 0 ? release.weightBp : (release.steps[0]?.weightBp ?? 0);
  return forecast(release.judge, { requestsPerS: rps, shares: release.judge.metrics.map(() => null) }, weightBp);
}
