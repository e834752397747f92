import { pairKey, pairReason, verdictOf } from "../../compatibility/index.ts";
import type {
  Command,
  MeshState,
  PairReason,
  Plan,
  PlanAlternative,
  Problem,
  Refusal,
  ServiceName,
  Version,
  VersionRef,
} from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import {
  type AnswerTo,
  answerTo,
  type ClosureQuestion,
  checkPlan,
  type PlanConflictPair,
  type PlanImpossible,
  type PlanOptions,
  type PlanOutcome,
  type PlanProblem,
  type PlanQuestion,
  type PlanResolution,
  planWorldOf,
  toldWay,
} from "../../versions/index.ts";
import type { DecideContext, Draft, FoundWay } from "./context.ts";
import { problemOf } from "./plan-check.ts";
import { startOf } from "./plan-start.ts";
import { movedServices } from "./plan-walk.ts";
import { isReady } from "./readiness.ts";
import { findService, listed, refuse, refuseAll, unknownVersion } from "./refusals.ts";
import { previousVersions, rollbackTarget } from "./rollback.ts";

type Create = Extract<Command, { readonly kind: "plan.create" }>;
type Target = ReadonlyMap<ServiceName, Version>;

/** A plan's question, and the target that it is about. */
export interface PlanAsked {
  readonly question: PlanQuestion | ClosureQuestion;
  readonly target: Target;
}

/** What has to be searched for a plan; nothing is searched yet. */
export function planQuestion(context: DecideContext, command: Create): Result<PlanAsked, Refusal> {
  const asked = command.rollback === undefined ? targetOf(context, command.target) : rollbackOf(context.state, command);
  if (!asked.ok) return asked;
  const target = asked.value;
  const problem = problemOf(context, target);
  const avoid = avoidedOf(context.state, problem, command.avoid);
  if (!avoid.ok) return avoid;
  const wishes = { problem, avoid: avoid.value, prefer: command.prefer };
  const [[service, to] = []] = problem.target;
  if (command.rollback === undefined || service === undefined || to === undefined)
    return ok({ target, question: { kind: "plan", ...wishes } });
  // Back with everything that must come along, each service to the version before where that is possible.
  const previous = previousPositions(context.state, problem, target);
  return ok({ target, question: { kind: "closure", ...wishes, service, to, previous } });
}

/** The way that an answer holds, still without words. */
export function wayIn(answer: AnswerTo<PlanAsked["question"]>): FoundWay {
  return "back" in answer ? answer.back : answer;
}

/**
 * Keeps a way with its certificate; nothing moves before it is executed. The way may have been searched elsewhere and on an earlier state (`context.way`): what
 * makes it safe is that its certificate holds on the state of now.
 */
export function decidePlanCreate(context: DecideContext, command: Create): Result<Draft, Refusal> {
  const asked = planQuestion(context, command);
  if (!asked.ok) return asked;
  const { question, target } = asked.value;
  const found = context.way ?? wayIn(answerTo(question));
  if (!found.ok) return err(askedAt(command, impossible(context, target, found.error)));
  if (found.value.waves.length === 0) {
    const there = [...target].map(([service, version]) => `${service} ${version}`).join(", ");
    const path = command.rollback === undefined ? "target" : "rollback";
    return refuse({ path, code: "plan.target", detail: `The mesh is at ${there} already.`, fix: "Name another version." });
  }
  const world = planWorldOf(question.problem);
  const fault = checkPlan(found.value.certificate, world);
  if (fault !== null) {
    const detail = `The mesh changed while the way was searched. ${fault}`;
    return refuse({ path: "target", code: "plan.stale", detail, fix: "Ask again." });
  }
  const words = sentencesOf(context);
  const alternatives = found.value.alternatives.filter(({ certificate }) => checkPlan(certificate, world) === null);
  const told = { ...toldWay(found.value, words), alternatives: alternatives.map((way) => toldWay(way, words)) };
  const plan = planFrom(context, target, told);
  const services = movedServices(plan);
  return ok({ kind: "plan.create", subject: plan.id, events: [{ kind: "plan-created", plan }], services });
}

/** Whoever asked for a rollback gave no target that could be named. */
function askedAt({ rollback }: Create, refusal: Refusal): Refusal {
  if (rollback === undefined) return refusal;
  const problems = refusal.problems.map((problem) => (problem.path.startsWith("target") ? { ...problem, path: "rollback" } : problem));
  return { ...refusal, problems };
}

function planFrom(
  { author, nowIso, place, state }: DecideContext,
  target: Target,
  { alternatives, certificate, cost, waves }: PlanOutcome,
): Plan {
  return {
    id: `plan_${place.seq}`,
    target: Object.fromEntries(target),
    waves,
    certificate,
    cost,
    alternatives: alternatives.map((way): PlanAlternative => ({ cost: way.cost, waves: way.waves })),
    createdAt: nowIso,
    author: author.author,
    reason: author.reason,
    start: startOf(state, { waves }),
    state: "ready",
    direction: "forward",
    wavesDone: 0,
    laneStage: 0,
    lastMove: null,
    walkedBy: author.author,
    pausedBecause: null,
    movedAt: nowIso,
  };
}

/** Every problem of a target at once. */
function targetOf(context: DecideContext, input: Create["target"]): Result<Target, Refusal> {
  const entries = Object.entries(input);
  if (entries.length === 0) {
    const fix = 'Name a service and its version, such as {"checkout": "2.0.0"}.';
    return refuse({ path: "target", code: "plan.target", detail: "The target is empty.", fix });
  }
  const problems: Problem[] = [];
  const target = new Map<ServiceName, Version>();
  for (const [name, version] of entries) {
    const path = `target.${name}`;
    const found = findService(context.state, name, path);
    if (!found.ok) problems.push(...found.error.problems);
    else if (!found.value.versions.has(version as Version)) problems.push(unknownVersion(found.value, version, path, "version.unknown"));
    else target.set(found.value.name, version as Version);
  }
  if (problems.length > 0) return refuseAll(problems);
  const unready = [...target].flatMap(([service, version]) => notReady(context, { service, version }, `target.${service}`));
  return unready.length > 0 ? refuseAll(unready) : ok(target);
}

/** A version that no instance serves, and that gets no requests, cannot be gone to. */
function notReady(context: DecideContext, ref: VersionRef, path: string): readonly Problem[] {
  const isLive = (context.state.services.get(ref.service)?.weights[ref.version] ?? 0) > 0;
  if (isLive || isReady(context, context.state, ref)) return [];
  const name = `${ref.service} ${ref.version}`;
  return [{ path, code: "split.no-ready-instance", detail: `${name} has no ready instance.`, fix: `Start an instance of ${name} first.` }];
}

function rollbackOf(state: MeshState, { rollback, target }: Create): Result<Target, Refusal> {
  if (rollback === undefined || Object.keys(target).length > 0) {
    return refuse({ path: "target", code: "plan.target", detail: "There is a target and a rollback.", fix: "Give one of the two." });
  }
  const found = findService(state, rollback.service, "rollback.service");
  if (!found.ok) return found;
  const version = rollbackTarget(found.value, rollback.to, "rollback.to");
  return version.ok ? ok(new Map([[found.value.name, version.value]])) : version;
}

/** The version that each service had before its present one, by place. */
export function previousPositions(state: MeshState, { services }: PlanProblem, target: Target): ReadonlyMap<number, number> {
  return new Map(
    services.flatMap(({ name, order }, place): readonly (readonly [number, number])[] => {
      const service = state.services.get(name as ServiceName);
      const version = target.get(name as ServiceName) ?? (service === undefined ? undefined : previousVersions(service)[0]);
      const position = version === undefined ? -1 : order.positionOf(version);
      return position < 0 ? [] : [[place, position]];
    }),
  );
}

function avoidedOf(
  state: MeshState,
  { services }: PlanProblem,
  avoid: Create["avoid"],
): Result<NonNullable<PlanOptions["avoid"]>, Refusal> {
  const problems: Problem[] = [];
  const positions = avoid.flatMap(({ service, version }, index) => {
    const found = findService(state, service, `avoid.${index}.service`);
    if (!found.ok) problems.push(...found.error.problems);
    else if (!found.value.versions.has(version as Version))
      problems.push(unknownVersion(found.value, version, `avoid.${index}.version`, "version.unknown"));
    const place = services.findIndex(({ name }) => name === service);
    return place < 0 ? [] : [{ service: place, position: services[place]?.order.positionOf(version as Version) ?? -1 }];
  });
  return problems.length > 0 ? refuseAll(problems) : ok(positions);
}

/** What the planner cannot know: sentences of the evidence. A pair is told once, however many ways it is met on. */
export function sentencesOf(context: DecideContext): Required<Pick<PlanOptions, "describe" | "describeIrreversible">> {
  const told = new Map<string, string>();
  return {
    describe(consumer, provider) {
      const key = pairKey({ consumer, provider });
      const sentence = told.get(key) ?? reasonOf(context, { consumer, provider }).sentence;
      told.set(key, sentence);
      return sentence;
    },
    describeIrreversible: (service, from, to) => irreversibleSentence(context, service, from, to),
  };
}

function irreversibleSentence({ nowIso, state }: DecideContext, name: string, from: string, to: string): string {
  const service = name as ServiceName;
  const { evidence } = verdictOf(state, { service, version: from as Version }, { service, version: to as Version }, nowIso);
  const fact = evidence.find(({ constraint, verdict }) => constraint === "state" && verdict === "incompatible");
  return fact?.sentence ?? `${name} ${from} cannot read what ${to} stored.`;
}

function reasonOf(context: DecideContext, pair: Pick<PairReason, "consumer" | "provider">): PairReason {
  const { nowIso, state } = context;
  return pairReason({ before: state, after: state, pair, nowIso, isReady: (ref) => isReady(context, state, ref) });
}

/** Why there is no way, the pairs that are in the way together, and what would open it. */
export function impossible(context: DecideContext, target: Target, failure: PlanImpossible): Refusal {
  const there = [...target].map(([service, version]) => `${service} ${version}`).join(", ");
  const detail = `${HEADS[failure.kind](there)}${failure.stopped ? " The search was stopped before that was certain." : ""}`;
  const isAvoided = failure.kind === "avoided";
  const fix =
    failure.resolutions.map(resolutionText).join(" Or: ") || (isAvoided ? "Leave it out of one of the two." : "Take another target.");
  const problems = failure.conflict.map((pair): Problem => {
    const end = [pair.provider, pair.consumer].find(({ service }) => target.has(service));
    const path = end === undefined ? "target" : `target.${end.service}`;
    return { path, code: "plan.impossible", detail: conflictText(context, pair), fix };
  });
  const reasons = failure.conflict
    .filter(({ kind }) => kind === "meet")
    .map((pair) => ({ ...reasonOf(context, { consumer: pair.consumer, provider: pair.provider }), fix }));
  const [first] = problems;
  const head = first === undefined ? detail : `${detail} ${first.detail}`;
  const all = first === undefined ? [{ path: isAvoided ? "avoid" : "target", code: "plan.impossible" as const, detail, fix }] : problems;
  return { code: "plan.impossible", detail: head, problems: all, reasons };
}

const HEADS: Readonly<Record<PlanImpossible["kind"], (there: string) => string>> = {
  avoided: (there) => `${there} is to be avoided and the target at once.`,
  configuration: (there) => `No versions of the other services work with ${there}.`,
  way: (there) => `There is no safe way to ${there}.`,
};

function conflictText(context: DecideContext, { consumer, kind, provider }: PlanConflictPair): string {
  if (kind === "meet") return reasonOf(context, { consumer, provider }).sentence;
  return `${consumer.service} ${consumer.version} may not give way to ${provider.version}.`;
}

function resolutionText(resolution: PlanResolution): string {
  if (resolution.kind === "version") {
    const names = resolution.worksWith.map(({ service, version }) => `${service} ${version}`);
    return `Register a version of ${resolution.service} that works with ${listed(names)}.`;
  }
  const pairs = resolution.pairs.map(
    ({ consumer, provider }) => `${consumer.service} ${consumer.version} with ${provider.service} ${provider.version}`,
  );
  return `Prove or allow ${listed(pairs)}.`;
}
