import {
  type Command,
  type MeshState,
  normaliseWeights,
  type Problem,
  type Refusal,
  type RouteMatch,
  type RouteRule,
  type Service,
  type Weights,
} from "../../model/index.ts";
import { checkRules, orderRules } from "../../routing/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { findService, refuseAll, staleRev } from "./refusals.ts";
import { checkReadiness, checkWeights } from "./weights.ts";

type SetRoutes = Extract<Command, { readonly kind: "routes.set" }>;

/** Replaces all rules of a service at once. They are kept in order of precedence. */
export function decideRoutes(context: DecideContext, command: SetRoutes): Result<Draft | null, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", { rules: service.rules }));
  const problems = checkRuleInput(service, command.rules, "rules");
  if (problems.length > 0) return refuseAll(problems);
  const rules = normaliseRules(command.rules);
  if (equalRules(rules, service.rules)) return ok(null);
  return ok({
    kind: "routes.set",
    subject: service.name,
    before: service.rules,
    after: rules,
    events: [{ kind: "rules-set", service: service.name, rules }],
    services: [service.name],
    conflicts: checkRuleReadiness(context, { service, rules: command.rules, path: "rules", state: context.state }),
    paths: rulePaths(service.name, command.rules, "rules"),
  });
}

/** What is wrong with rules in themselves: their matches, and the weights of their splits. */
export function checkRuleInput(service: Service, rules: readonly RouteRule[], path: string): readonly Problem[] {
  const weights = rules.flatMap((rule, index) =>
    rule.split === undefined ? [] : checkWeights(service, rule.split.weights, splitPath(path, index)),
  );
  return [...checkRules(rules, path), ...weights];
}

/** Versions in rules without a ready instance, but for those that the same matches send the same weight to already. */
export function checkRuleReadiness(
  context: DecideContext,
  input: { readonly service: Service; readonly rules: readonly RouteRule[]; readonly path: string; readonly state: MeshState },
): readonly Problem[] {
  const { service, rules, path, state } = input;
  const known = new Map(service.rules.map((rule) => [matchesKey(rule.matches), rule.split?.weights ?? {}]));
  return rules.flatMap((rule, index) => {
    if (rule.split === undefined) return [];
    const [ordered] = orderRules([rule]);
    const before: Weights = known.get(matchesKey(ordered?.matches ?? [])) ?? {};
    return checkReadiness(context, { service, before, weights: rule.split.weights, path: splitPath(path, index), state });
  });
}

/** Rules in order of precedence, weights without zeros: equal rules are deeply equal. */
export function normaliseRules(rules: readonly RouteRule[]): readonly RouteRule[] {
  return orderRules(
    rules.map((rule) => (rule.split === undefined ? rule : { ...rule, split: { weights: normaliseWeights(rule.split.weights) } })),
  );
}

export function equalRules(left: readonly RouteRule[], right: readonly RouteRule[]): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

/** Where each version of the rules' splits stood in the input. */
export function rulePaths(service: string, rules: readonly RouteRule[], path: string): ReadonlyMap<string, string> {
  return new Map(
    rules.flatMap((rule, index) =>
      Object.keys(rule.split?.weights ?? {}).map((version) => [pathKey(service, version), `${splitPath(path, index)}.${version}`] as const),
    ),
  );
}

function splitPath(path: string, index: number): string {
  return `${path}.${index}.split.weights`;
}

function matchesKey(matches: readonly RouteMatch[]): string {
  return canonicalJson(matches);
}
