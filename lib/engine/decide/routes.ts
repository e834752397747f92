import {
  type Command,
  type MeshState,
  normaliseWeights,
  type Problem,
  type Refusal,
  type RouteRule,
  type Service,
  type ServiceName,
  type Version,
  type VersionRef,
  type Weights,
} from "../../model/index.ts";
import { checkRules, orderRules } from "../../routing/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { isReady } from "./readiness.ts";
import { findService, refuseAll, staleRev, unknownVersion } from "./refusals.ts";
import { checkReadiness, checkWeights } from "./weights.ts";

type SetRoutes = Extract<Command, { readonly kind: "routes.set" }>;

/** Replaces all rules of a service at once. They are kept in order of precedence. */
export function decideRoutes(context: DecideContext, command: SetRoutes): Result<Draft | null, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", { rules: service.rules }));
  const problems = checkRuleInput(context.state, service, command.rules, "rules");
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

/** What is wrong with rules in themselves: their matches and filters, the weights of their splits, where they mirror to. */
export function checkRuleInput(state: MeshState, service: Service, rules: readonly RouteRule[], path: string): readonly Problem[] {
  const weights = rules.flatMap((rule, index) =>
    rule.split === undefined ? [] : checkWeights(service, rule.split.weights, splitPath(path, index)),
  );
  const mirrors = mirrorsOf(service.name, rules, path).flatMap((mirror) => checkMirror(state, mirror));
  return [...checkRules(rules, path), ...weights, ...mirrors];
}

interface Mirror {
  readonly target: VersionRef;
  /** Of the backendRef. */
  readonly path: string;
}

function mirrorsOf(owner: ServiceName, rules: readonly RouteRule[], path: string): readonly Mirror[] {
  return rules.flatMap((rule, index) =>
    (rule.filters ?? []).flatMap((filter, at): readonly Mirror[] => {
      if (filter.type !== "RequestMirror") return [];
      const { service, version } = filter.requestMirror.backendRef;
      return [
        {
          target: { service: (service ?? owner) as ServiceName, version: version as Version },
          path: `${path}.${index}.filters.${at}.requestMirror.backendRef`,
        },
      ];
    }),
  );
}

/** A mirror goes to a version that is registered. */
function checkMirror(state: MeshState, { target, path }: Mirror): readonly Problem[] {
  const found = findService(state, target.service, `${path}.service`);
  if (!found.ok) return found.error.problems.map((problem) => ({ ...problem, code: "routes.invalid-filter" as const }));
  if (found.value.versions.has(target.version)) return [];
  return [{ ...unknownVersion(found.value, target.version, `${path}.version`, "version.unknown"), code: "routes.invalid-filter" }];
}

/** Versions in rules without a ready instance, but for those that the same matches send the same weight to already. */
export function checkRuleReadiness(
  context: DecideContext,
  input: { readonly service: Service; readonly rules: readonly RouteRule[]; readonly path: string; readonly state: MeshState },
): readonly Problem[] {
  const { service, rules, path, state } = input;
  const known = new Map(service.rules.map((rule) => [requestsKey(rule), rule.split?.weights ?? {}]));
  const mirrored = new Set(mirrorsOf(service.name, service.rules, "").map(({ target }) => pathKey(target.service, target.version)));
  const mirrors = mirrorsOf(service.name, rules, path)
    .filter(({ target }) => !mirrored.has(pathKey(target.service, target.version)) && !isReady(context, state, target))
    .map(
      ({ target, path: at }): Problem => ({
        path: `${at}.version`,
        code: "split.no-ready-instance",
        detail: `${target.service} ${target.version} has no ready instance, so no copy of a request would be answered.`,
        fix: `Start an instance of ${target.service} ${target.version} first.`,
      }),
    );
  const splits = rules.flatMap((rule, index) => {
    if (rule.split === undefined) return [];
    const [ordered] = orderRules([rule]);
    const before: Weights = known.get(requestsKey(ordered ?? rule)) ?? {};
    return checkReadiness(context, { service, before, weights: rule.split.weights, path: splitPath(path, index), state });
  });
  return [...splits, ...mirrors];
}

/** Rules in order of precedence, weights without zeros, no parts that say nothing: equal rules are deeply equal. */
export function normaliseRules(rules: readonly RouteRule[]): readonly RouteRule[] {
  return orderRules(rules.map(normaliseRule));
}

function normaliseRule(rule: RouteRule): RouteRule {
  const { matches, split, ...others } = rule;
  const said = Object.entries(others).filter(([, part]) => part !== undefined && !isEmpty(part));
  return {
    ...Object.fromEntries(said),
    matches,
    ...(split === undefined ? {} : { split: { weights: normaliseWeights(split.weights) } }),
  };
}

function isEmpty(part: unknown): boolean {
  return typeof part === "object" && part !== null && Object.values(part).every((value) => value === undefined);
}

export function equalRules(left: readonly RouteRule[], right: readonly RouteRule[]): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

/** Where each version of the rules' splits and mirrors stood in the input: first in a rule for all callers, and there in the first. */
export function rulePaths(service: ServiceName, rules: readonly RouteRule[], path: string): ReadonlyMap<string, string> {
  const isForSome = ({ matches }: RouteRule) => matches.length > 0 && matches.every(({ caller }) => caller !== undefined);
  const splits = rules.flatMap((rule, index) =>
    Object.keys(rule.split?.weights ?? {}).map((version) => ({
      key: pathKey(service, version),
      at: `${splitPath(path, index)}.${version}`,
      isForSome: isForSome(rule),
    })),
  );
  // The last one of a key stands.
  const ordered = [...splits.filter((each) => each.isForSome).reverse(), ...splits.filter((each) => !each.isForSome).reverse()];
  const mirrors = mirrorsOf(service, rules, path).map(
    (mirror) => [pathKey(mirror.target.service, mirror.target.version), `${mirror.path}.version`] as const,
  );
  return new Map([...mirrors, ...ordered.map(({ key, at }) => [key, at] as const)]);
}

function splitPath(path: string, index: number): string {
  return `${path}.${index}.split.weights`;
}

/** Which requests a rule is about: those that match, and where none can those of its lane. */
function requestsKey({ lane, matches }: RouteRule): string {
  return canonicalJson(matches.length === 0 ? (lane ?? null) : matches);
}
