import {
  type Command,
  FULL_WEIGHT_BP,
  type JudgeSettings,
  type MeshEvent,
  type MeshState,
  type Problem,
  type Refusal,
  type Release,
  type Service,
  type ServiceName,
  type Strategy,
  type StrategyStep,
  type Version,
  type Weights,
} from "../../model/index.ts";
import {
  BUILT_IN_STRATEGIES,
  checkStrategy,
  gatedSteps,
  isUnderWay,
  percent,
  readJudge,
  stepsOf,
  transition,
  weightsAt,
} from "../../release/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { judged } from "../gate.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { checkQueries } from "./judge-queries.ts";
import { movedServices } from "./plan-walk.ts";
import { isWalking } from "./plans.ts";
import { findService, listed, refuse, refuseAll, unknownVersion } from "./refusals.ts";
import { type BareRelease, checkPreviewHost, meshEvents, moveConflicts, ruleNotes, shownCursor, weightsOf } from "./release-events.ts";
import { checkReadiness } from "./weights.ts";

type Create = Extract<Command, { readonly kind: "release.create" }>;
type CreateOne = Extract<Create, { readonly service: string }>;

/** How releases are made: the strategy with its steps, and what judges them. */
export interface Manner {
  readonly strategyName: string | null;
  readonly strategy: Strategy;
  readonly steps: readonly StrategyStep[];
  readonly judge: JudgeSettings;
}

/** Makes a release and starts it: one change with the release and its first weight. Refused where it could not end, judged on the state at its end. */
export function decideReleaseCreate(context: DecideContext, command: CreateOne): Result<Draft, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  const version = command.version as Version;
  if (!service.versions.has(version)) return refuse(unknownVersion(service, version, "version", "version.unknown"));
  const manner = readManner(context, command);
  if (!manner.ok) return manner;
  const blocked = [...nothingToRelease(service, version), ...busy(context.state, service.name, null)];
  if (blocked.length > 0) return refuseAll(blocked);
  const tooLow = checkFirstStep(service, version, manner.value.steps);
  if (tooLow.length > 0) return refuseAll(tooLow);
  const made = makeRelease(context, { service, version, manner: manner.value, id: `rel-${context.place.seq}`, plan: null });
  const started = command.start ? startedRelease(context, made) : made;
  return releasesDraft(context, [{ service, release: started }]);
}

/** Where every release begins. */
const PENDING = { state: "pending" } as const;

/** The draft of new releases, each with what it does to its service. */
export function releasesDraft(
  context: DecideContext,
  made: readonly { readonly service: Service; readonly release: Release }[],
): Result<Draft, Refusal> {
  const [first] = made;
  if (first === undefined) throw new RangeError("a change of releases needs a release");
  const unsafe = judged(context, made.flatMap(finalWeights)).judgement.refused[0];
  if (unsafe !== undefined) {
    const { fix, sentence } = unsafe;
    const problem: Problem = { path: "version", code: "compatibility.refused", detail: sentence, fix };
    return { ok: false, error: { code: problem.code, detail: problem.detail, problems: [problem], reasons: [unsafe] } };
  }
  const parts = made.map(({ release, service }) => ({ service, release, events: meshEvents(service, PENDING, release) }));
  const hosts = parts.flatMap(({ release, service }) => {
    // One that is started later is told now.
    const begun = release.state === "pending" ? { ...release, state: "running" as const } : release;
    return checkPreviewHost(context.state, service, { before: PENDING, release: begun }, "strategy.previewHost");
  });
  if (hosts.length > 0) return refuseAll(hosts);
  return ok({
    kind: "release.create",
    subject: made.map(({ release }) => release.id).join(", "),
    before: { weights: first.service.weights },
    after: {
      service: first.service.name,
      version: first.release.version,
      ...(shownCursor(first.release, weightsOf(parts[0]?.events ?? []) ?? first.service.weights) as object),
    },
    events: parts.flatMap(({ events, release }): MeshEvent[] => [...events, { kind: "release-created", release }]),
    services: made.map(({ service }) => service.name),
    conflicts: parts.flatMap((part) => {
      const conflicts = moveConflicts(context, { ...part, path: "version" });
      return conflicts.some(({ code }) => code === "split.no-ready-instance") ? conflicts : [...conflicts, ...unreadyTarget(context, part)];
    }),
    notes: made.flatMap(({ release, service }) => ruleNotes(service, release)),
    paths: new Map(made.map(({ release, service }) => [pathKey(service.name, release.version), "version"])),
  });
}

/** The strategy that is meant, with its steps, and the judge; every problem at once. */
export function readManner(context: DecideContext, command: Pick<Create, "strategy" | "gates" | "judge">): Result<Manner, Refusal> {
  const strategyName = typeof command.strategy === "string" ? command.strategy : null;
  const strategy = typeof command.strategy === "string" ? findStrategy(context.state, command.strategy) : command.strategy;
  if (strategy === undefined) {
    const known = listed([...new Set([...BUILT_IN_STRATEGIES.keys(), ...context.state.strategies.keys()])].sort(), 20);
    return refuse({
      path: "strategy",
      code: "strategy.unknown",
      detail: `There is no strategy "${strategyName}".`,
      fix: `Take one of: ${known}; or give one inline.`,
    });
  }
  const judge = readJudge(command.judge, "judge");
  const problems = [...checkStrategy(strategy, "strategy"), ...(judge.ok ? checkQueries(context.state, judge.value) : judge.error)];
  if (!judge.ok || problems.length > 0) return refuseAll(problems);
  const steps = gatedSteps(stepsOf(strategy), command.gates);
  const gates = checkGates(strategy, steps, command.gates, judge.value);
  return gates.length > 0 ? refuseAll(gates) : ok({ strategyName, strategy, steps, judge: judge.value });
}

/** Gates that would be dropped, or that nothing could open. */
function checkGates(
  strategy: Strategy,
  steps: readonly StrategyStep[],
  gates: Create["gates"],
  { metrics }: JudgeSettings,
): readonly Problem[] {
  const invalid = (path: string, detail: string, fix: string): Problem => ({ path, code: "release.invalid", detail, fix });
  if (gates !== undefined && strategy.kind === "harm-budget")
    return [invalid("gates", "A harm budget makes its weights as it goes and has no steps to gate.", "Leave gates out.")];
  if (metrics.length === 0 && steps.some(({ gate }) => gate === "pass"))
    return [invalid("judge.metrics", "A gate waits for PASS, and nothing is judged.", "Give a metric, or take the gate away.")];
  return [];
}

/** The strategy of that name: one that somebody set, or one of Interlock's own. */
export function findStrategy(state: Pick<MeshState, "strategies">, name: string): Strategy | undefined {
  return state.strategies.get(name)?.strategy ?? BUILT_IN_STRATEGIES.get(name);
}

/** A release before it is started. */
export function makeRelease(
  { author, nowIso }: DecideContext,
  input: {
    readonly service: Service;
    readonly version: Version;
    readonly manner: Manner;
    readonly id: string;
    readonly plan: string | null;
  },
): Release {
  const { id, manner, plan, service, version } = input;
  const others = Object.entries(service.weights).filter(([name]) => name !== version);
  const baseline = others.sort(([, left], [, right]) => right - left)[0]?.[0] as Version | undefined;
  return {
    id,
    service: service.name,
    version,
    baseline: baseline ?? null,
    ...manner,
    start: service.weights,
    author: author.author,
    reason: author.reason,
    createdAt: nowIso,
    movedAt: nowIso,
    plan,
    state: "pending",
    step: -1,
    weightBp: service.weights[version] ?? 0,
    stepSince: nowIso,
    held: false,
    because: null,
    movedBy: "operator",
    attempt: 1,
    wayBackBp: [],
    history: [
      { at: nowIso, seq: 0, state: "pending", step: -1, weightBp: service.weights[version] ?? 0, sentence: `Made by ${author.author}.` },
    ],
  };
}

/** The release at its first step. */
export function startedRelease({ author, nowIso, place }: DecideContext, release: Release): Release {
  const moved = transition(release, { kind: "verb", verb: "start" }, { nowIso, author: author.author, reason: author.reason });
  if (!moved.ok) return release;
  const { cursor, sentence } = moved.value;
  const { state, step, weightBp } = cursor;
  return { ...release, ...cursor, history: [{ at: nowIso, seq: place.seq, state, step, weightBp, sentence }] };
}

/** Another release or a plan under way that moves the service. */
export function busy(
  state: MeshState,
  service: ServiceName,
  own: { readonly release?: string; readonly plan?: string } | null,
): readonly Problem[] {
  const problem = (what: string, fix: string): Problem => ({ path: "service", code: "release.busy", detail: what, fix });
  const release = [...state.releases.values()].find((each) => each.service === service && each.id !== own?.release && isUnderWay(each));
  if (release !== undefined) {
    const what = `${release.id} releases ${service} ${release.version} and is ${release.state}.`;
    return [problem(what, `Wait until ${release.id} ends, or abort it or roll it back first.`)];
  }
  const plan = [...state.plans.values()].find((each) => isWalking(each) && each.id !== own?.plan && movedServices(each).includes(service));
  return plan === undefined
    ? []
    : [problem(`${plan.id} moves ${service} and is ${plan.state}.`, `Wait until ${plan.id} ends, or pause it.`)];
}

function nothingToRelease(service: Service, version: Version): readonly Problem[] {
  const problem = (path: string, detail: string): Problem => ({ path, code: "release.nothing", detail, fix: "Set the weights directly." });
  if (Object.keys(service.weights).length === 0)
    return [problem("service", `${service.name} has no split yet, so there is nothing to compare with.`)];
  if (service.weights[version] === FULL_WEIGHT_BP)
    return [problem("version", `${version} has all of the traffic of ${service.name} already.`)];
  return [];
}

/** A first step below what the version has already would take traffic away from it. */
function checkFirstStep(service: Service, version: Version, steps: readonly StrategyStep[]): readonly Problem[] {
  const [first] = steps;
  const has = service.weights[version] ?? 0;
  if (first === undefined || has === 0 || first.weightBp > has) return [];
  return [
    {
      path: "strategy",
      code: "strategy.steps-down",
      detail: `${version} has ${percent(has)} of ${service.name} already; the first step of ${percent(first.weightBp)} is not more.`,
      fix: `Take a strategy that begins above ${percent(has)}, or set the weight of ${version} to 0 first.`,
    },
  ];
}

/** The weights at the end of a release: what has to be safe before it begins. */
function finalWeights({ release, service }: { readonly service: Service; readonly release: BareRelease }): readonly MeshEvent[] {
  const last = release.steps.at(-1)?.weightBp ?? 0;
  const weights: Weights = weightsAt(release, last);
  return last === 0 ? [] : [{ kind: "weights-set", service: service.name, weights, cause: "release" }];
}

/** Where no weight moves at first, the version must be ready all the same: it takes requests by a rule, or soon. */
function unreadyTarget(
  context: DecideContext,
  { release, service }: { readonly service: Service; readonly release: Release },
): readonly Problem[] {
  const hasMoved = release.weightBp > (service.weights[release.version] ?? 0);
  if (release.state === "pending" || hasMoved) return [];
  const weights = { [release.version]: FULL_WEIGHT_BP };
  const unready = checkReadiness(context, { service, before: {}, weights, path: "version", state: context.state });
  return unready.map((problem) => ({ ...problem, path: "version" }));
}
