import { liveVersions } from "../../compatibility/index.ts";
import {
  type Command,
  equalWeights,
  FULL_WEIGHT_BP,
  type MeshEvent,
  normaliseWeights,
  type Refusal,
  type RouteRule,
  type Service,
  type Version,
  type Weights,
  type WeightsCause,
  type WeightsChange,
} from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { findService, listed, refuse, staleRev, unknownVersion } from "./refusals.ts";
import { equalRules } from "./routes.ts";
import { checkReadiness, formatWeights } from "./weights.ts";

type Rollback = Extract<Command, { readonly kind: "rollback" }>;

/**
 * Sends the traffic of a service back: all of it to the version `to`, or to the split before the last change of weights that was no rollback and no
 * undo. Rules that still send to a version rolled away from are moved along.
 */
export function decideRollback(context: DecideContext, command: Rollback): Result<Draft, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", { weights: service.weights }));
  const target = targetOf(service, command.to);
  if (!target.ok) return target;
  const weights = target.value;
  const left = Object.keys(service.weights).filter((version) => (weights[version] ?? 0) === 0);
  const rules = service.rules.map((rule) => movedRule(rule, left, weights));
  const rulesMoved = !equalRules(rules, service.rules);
  if (equalWeights(weights, service.weights)) {
    const already = `${service.name} is at ${formatWeights(weights)} already.`;
    return nothing([already, ...stillNote(service, rules, weights)].join(" "), "Name another version with `to`, or undo a single change.");
  }
  const events: MeshEvent[] = [{ kind: "weights-set", service: service.name, weights, cause: "rollback" }];
  if (rulesMoved) events.push({ kind: "rules-set", service: service.name, rules });
  return ok({
    kind: "rollback",
    subject: service.name,
    before: service.weights,
    after: weights,
    events,
    services: [service.name],
    notes: [...movedNote(service, rules, weights), ...stillNote(service, rules, weights)],
    conflicts: checkReadiness(context, { service, before: service.weights, weights, path: "to", state: context.state }).map((problem) => ({
      ...problem,
      path: "to",
    })),
    paths: new Map(Object.keys(weights).map((version) => [pathKey(service.name, version), "to"])),
  });
}

function targetOf(service: Service, to: Version | undefined): Result<Weights, Refusal> {
  if (to !== undefined) {
    if (!service.versions.has(to)) return refuse(unknownVersion(service, to, "to", "version.unknown"));
    return ok({ [to]: FULL_WEIGHT_BP });
  }
  const last = lastForward(service);
  if (last === undefined || Object.keys(last.before).length === 0) {
    return nothing(`The split of ${service.name} was never changed.`, "Name a version with `to`.");
  }
  const gone = Object.keys(last.before).filter((version) => !service.versions.has(version as Version));
  if (gone.length > 0) {
    return nothing(`The split before ${last.changeId} used ${listed(gone)}, which no longer exists.`, "Name a version with `to`.");
  }
  return ok(last.before);
}

const FORWARD: readonly WeightsCause[] = ["set", "first-version", "plan", "release"];

/** The last change of weights that led forward, of those that count; of the steps of one release the first, so that all of it is taken back. */
export function lastForward(
  { weightsHistory }: Service,
  counts: (change: WeightsChange) => boolean = () => true,
): WeightsChange | undefined {
  let index = weightsHistory.findLastIndex((change) => FORWARD.includes(change.cause) && counts(change));
  while (isLaterStep(weightsHistory[index], weightsHistory[index - 1])) index--;
  return weightsHistory[index];
}

/** A release begins where one version has everything, or where somebody else set the weights. */
function isLaterStep(change: WeightsChange | undefined, before: WeightsChange | undefined): boolean {
  return change?.cause === "release" && before?.cause === "release" && Object.keys(change.before).length > 1;
}

/** The version that a rollback leads to, the heaviest where it is a split. */
export function rollbackTarget(service: Service, to: Version | undefined, path: string): Result<Version, Refusal> {
  const target = targetOf(service, to);
  if (!target.ok) return err({ ...target.error, problems: target.error.problems.map((problem) => ({ ...problem, path })) });
  return ok(heaviestFirst(target.value)[0] as Version);
}

/** The versions before the last change of weights that was no rollback and no undo, the heaviest first; empty where there were none. */
export function previousVersions(service: Service): readonly Version[] {
  const target = targetOf(service, undefined);
  return target.ok ? heaviestFirst(target.value) : [];
}

function heaviestFirst(weights: Weights): readonly Version[] {
  const shares = Object.entries(normaliseWeights(weights)).sort(([, left], [, right]) => right - left);
  return shares.map(([version]) => version as Version);
}

function nothing(detail: string, fix: string): { readonly ok: false; readonly error: Refusal } {
  return refuse({ path: "to", code: "rollback.nothing", detail, fix });
}

/** The rule with the weight of `left` versions given to `target`, in proportion. */
export function movedRule(rule: RouteRule, left: readonly string[], target: Weights): RouteRule {
  const weights = rule.split?.weights ?? {};
  const movedBp = left.reduce((sum, version) => sum + (weights[version] ?? 0), 0);
  if (movedBp === 0) return rule;
  const next: Record<string, number> = Object.fromEntries(Object.entries(weights).filter(([version]) => !left.includes(version)));
  for (const [version, weightBp] of shareOut(movedBp, target)) next[version] = (next[version] ?? 0) + weightBp;
  return { ...rule, split: { weights: normaliseWeights(next) } };
}

/** `totalBp` in whole basis points, in proportion to `weights` (largest remainder; ties to the lower version by name). */
export function shareOut(totalBp: number, weights: Weights): readonly (readonly [string, number])[] {
  const shares = Object.entries(normaliseWeights(weights)).map(([version, weightBp]) => {
    const exact = totalBp * weightBp;
    return { version, whole: Math.floor(exact / FULL_WEIGHT_BP), rest: exact % FULL_WEIGHT_BP };
  });
  let missing = totalBp - shares.reduce((sum, { whole }) => sum + whole, 0);
  for (const share of shares.toSorted((a, b) => b.rest - a.rest)) {
    if (missing === 0) break;
    share.whole++;
    missing--;
  }
  return shares.map(({ version, whole }) => [version, whole] as const);
}

function movedNote(service: Service, rules: readonly RouteRule[], weights: Weights): readonly string[] {
  const moved = service.rules.flatMap((rule, index) => (rule === rules[index] ? [] : [nameOf(rule, index)]));
  if (moved.length === 0) return [];
  return [`${moved.length === 1 ? "Route rule" : "Route rules"} ${listed(moved)} moved too, to ${formatWeights(weights)}.`];
}

/** Rules that send elsewhere than the rollback, on purpose of their own: named, not moved. */
function stillNote(service: Service, rules: readonly RouteRule[], weights: Weights): readonly string[] {
  const still = rules.flatMap((rule, index) => {
    const others = [...liveVersions({ weights: {}, rules: [rule] })].filter((version) => (weights[version] ?? 0) === 0);
    return others.length === 0 ? [] : [`${nameOf(rule, index)} (${listed(others)})`];
  });
  if (still.length === 0) return [];
  return [
    `${still.length === 1 ? "Route rule" : "Route rules"} ${listed(still)} of ${service.name} still ${still.length === 1 ? "sends" : "send"} elsewhere.`,
  ];
}

function nameOf(rule: RouteRule, index: number): string {
  return rule.name === undefined ? `${index + 1}` : `"${rule.name}"`;
}
