import {
  type ChangeSetItem,
  type Command,
  equalWeights,
  type MeshEvent,
  normaliseWeights,
  type Problem,
  type Refusal,
  type Service,
} from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft, ScopedOverride } from "./context.ts";
import { findService, refuse, refuseAll, staleRev } from "./refusals.ts";
import { checkRuleInput, checkRuleReadiness, equalRules, normaliseRules, rulePaths } from "./routes.ts";
import { checkOverride, weightPaths } from "./splits.ts";
import { checkReadiness, checkWeights } from "./weights.ts";

type ChangeSet = Extract<Command, { readonly kind: "change-set" }>;
type Target = { readonly item: ChangeSetItem; readonly path: string; readonly service: Service };

/** Several splits and rules at once, all or none; judged on the state after all of them. */
export function decideChangeSet(context: DecideContext, command: ChangeSet): Result<Draft | null, Refusal> {
  const { changes } = command;
  if (changes.length === 0) {
    return refuse({ path: "changes", code: "changes.empty", detail: "The change set is empty.", fix: "Give at least one change." });
  }
  const targets = findTargets(context, changes);
  if (!targets.ok) return targets;
  const stale = findStale(targets.value);
  if (stale !== null) return err(stale);
  const problems = [...repeated(targets.value), ...targets.value.flatMap((target) => checkItem(context, target))];
  if (problems.length > 0) return refuseAll(problems);
  const moving = targets.value.filter(({ item, service }) => !isIdentical(item, service));
  const overrides = targets.value.flatMap(overrideOf);
  const services = [...new Set([...moving.map(({ service }) => service.name), ...overrides.map(({ service }) => service)])];
  if (services.length === 0) return ok(null);
  return ok({
    kind: "change-set",
    subject: services.join(", "),
    events: moving.map(eventOf),
    services,
    conflicts: moving.flatMap((target) => readinessOf(context, target)),
    overrides,
    paths: new Map(moving.flatMap(({ item, path, service }) => [...pathsOf(item, path, service)])),
  });
}

function findTargets(context: DecideContext, changes: readonly ChangeSetItem[]): Result<readonly Target[], Refusal> {
  const targets: Target[] = [];
  const problems: Problem[] = [];
  for (const [index, item] of changes.entries()) {
    const path = `changes.${index}`;
    const found = findService(context.state, item.service, `${path}.service`);
    if (found.ok) targets.push({ item, path, service: found.value });
    else problems.push(...found.error.problems);
  }
  return problems.length > 0 ? refuseAll(problems) : ok(targets);
}

/** All stale items in one refusal; the present state is that of the first. */
function findStale(targets: readonly Target[]): Refusal | null {
  const refusals = targets
    .filter(({ item, service }) => item.rev !== service.rev)
    .map(({ item, path, service }) =>
      staleRev(service, item.rev, `${path}.rev`, item.kind === "split" ? { weights: service.weights } : { rules: service.rules }),
    );
  const [first] = refusals;
  return first === undefined ? null : { ...first, problems: refusals.flatMap(({ problems }) => problems) };
}

function repeated(targets: readonly Target[]): readonly Problem[] {
  const seen = new Map<string, string>();
  return targets.flatMap(({ item, path, service }): readonly Problem[] => {
    const key = `${item.kind} ${service.name}`;
    const twin = seen.get(key);
    seen.set(key, twin ?? path);
    if (twin === undefined) return [];
    const detail = `${twin} sets the ${item.kind === "split" ? "split" : "rules"} of ${service.name} too.`;
    return [{ path, code: "input.invalid", detail, fix: "Keep one of the two." }];
  });
}

function checkItem(context: DecideContext, { item, path, service }: Target): readonly Problem[] {
  if (item.kind === "routes") return checkRuleInput(service, item.rules, `${path}.rules`);
  return [...checkWeights(service, item.weights, `${path}.weights`), ...checkOverride(context, item.override, `${path}.override`)];
}

function isIdentical(item: ChangeSetItem, service: Service): boolean {
  return item.kind === "split" ? equalWeights(item.weights, service.weights) : equalRules(normaliseRules(item.rules), service.rules);
}

function overrideOf({ item, path, service }: Target): readonly ScopedOverride[] {
  if (item.kind !== "split" || item.override === undefined) return [];
  return [{ service: service.name, path: `${path}.override`, request: item.override }];
}

function eventOf({ item, service }: Target): MeshEvent {
  if (item.kind === "routes") return { kind: "rules-set", service: service.name, rules: normaliseRules(item.rules) };
  return { kind: "weights-set", service: service.name, weights: normaliseWeights(item.weights), cause: "set" };
}

function readinessOf(context: DecideContext, { item, path, service }: Target): readonly Problem[] {
  const { state } = context;
  if (item.kind === "routes") return checkRuleReadiness(context, { service, rules: item.rules, path: `${path}.rules`, state });
  return checkReadiness(context, { service, before: service.weights, weights: item.weights, path: `${path}.weights`, state });
}

function pathsOf(item: ChangeSetItem, path: string, service: Service): ReadonlyMap<string, string> {
  return item.kind === "split"
    ? weightPaths(service.name, item.weights, `${path}.weights`)
    : rulePaths(service.name, item.rules, `${path}.rules`);
}
