/**
 * The four parts of a service's traffic that are replaced as a whole: split, rules, traffic policy, authorization. Each is compared with what is set:
 * its problems, the fact that it would be (null where nothing differs), conflicts with the present mesh, and where its versions stood in the input.
 * A part alone, a change set and a manifest all judge by these.
 */
import {
  type AuthorizationPolicy,
  equalWeights,
  type MeshEvent,
  type MeshState,
  normaliseWeights,
  type Problem,
  type RouteRule,
  type Service,
  type TrafficPolicy,
  type Weights,
} from "../../model/index.ts";
import { checkAuthorization } from "../../routing/index.ts";
import { canonicalJson } from "../../std/index.ts";
import { checkPolicy, normalisePolicy } from "./check-policy.ts";
import type { DecideContext } from "./context.ts";
import { normaliseAuthorization } from "./normalise-authorization.ts";
import { checkRuleInput, checkRuleReadiness, equalRules, normaliseRules, rulePaths } from "./routes.ts";
import { weightPaths } from "./splits.ts";
import { checkReadiness, checkWeights } from "./weights.ts";

export interface PartInput {
  readonly context: DecideContext;
  readonly service: Service;
  /** Where the part stood in the input. */
  readonly path: string;
  /** The state whose versions and instances count: the present one, or that with a manifest's registrations. */
  readonly state: MeshState;
}

export interface TrafficPart {
  readonly problems: readonly Problem[];
  readonly event: MeshEvent | null;
  readonly conflicts: readonly Problem[];
  /** By `service@version`, see `pathKey`. */
  readonly paths: ReadonlyMap<string, string>;
}

const NO_PATHS: ReadonlyMap<string, string> = new Map();
const SAME: TrafficPart = { problems: [], event: null, conflicts: [], paths: NO_PATHS };

export function splitPart({ context, service, path, state }: PartInput, weights: Weights): TrafficPart {
  const problems = checkWeights(service, weights, path);
  if (problems.length > 0) return { ...SAME, problems };
  if (equalWeights(weights, service.weights)) return SAME;
  const { name } = service;
  return {
    problems,
    event: { kind: "weights-set", service: name, weights: normaliseWeights(weights), cause: "set" },
    conflicts: checkReadiness(context, { service, before: service.weights, weights, path, state }),
    paths: weightPaths(name, weights, path),
  };
}

export function rulesPart({ context, service, path, state }: PartInput, given: readonly RouteRule[]): TrafficPart {
  const problems = checkRuleInput(state, service, given, path);
  if (problems.length > 0) return { ...SAME, problems };
  const rules = normaliseRules(given);
  if (equalRules(rules, service.rules)) return SAME;
  return {
    problems,
    event: { kind: "rules-set", service: service.name, rules },
    conflicts: checkRuleReadiness(context, { service, rules: given, path, state }),
    paths: rulePaths(service.name, given, path),
  };
}

export function policyPart({ service, path }: Pick<PartInput, "service" | "path">, given: TrafficPolicy): TrafficPart {
  const problems = checkPolicy(service, given, path);
  if (problems.length > 0) return { ...SAME, problems };
  const policy = normalisePolicy(given);
  if (canonicalJson(policy) === canonicalJson(service.policy)) return SAME;
  return { ...SAME, event: { kind: "policy-set", service: service.name, policy } };
}

export function authorizationPart({ context, service, path }: Omit<PartInput, "state">, given: AuthorizationPolicy | null): TrafficPart {
  const problems = given === null ? [] : [...checkAuthorization(given, path), ...checkKeyAddresses(context, service, given, path)];
  if (problems.length > 0) return { ...SAME, problems };
  const authorization = given === null ? null : normaliseAuthorization(given);
  if (canonicalJson(authorization) === canonicalJson(service.authorization)) return SAME;
  return { ...SAME, event: { kind: "authorization-set", service: service.name, authorization } };
}

/** Addresses that keys would never be fetched from. One that the service has already is left to the health events: it may have been allowed when it was set. */
function checkKeyAddresses(
  { whyNoKeys }: DecideContext,
  { authorization }: Service,
  { jwtProviders = [] }: AuthorizationPolicy,
  path: string,
): readonly Problem[] {
  const known = new Set(authorization?.jwtProviders?.map(({ jwksUri }) => jwksUri));
  return jwtProviders.flatMap(({ jwksUri }, index): readonly Problem[] => {
    const why = jwksUri === undefined || known.has(jwksUri) || !URL.canParse(jwksUri) ? null : whyNoKeys(jwksUri);
    if (why === null) return [];
    const at = `jwtProviders.${index}.jwksUri`;
    return [
      {
        path: path === "" ? at : `${path}.${at}`,
        code: "authorization.invalid",
        detail: `Keys are never fetched from ${jwksUri}: ${why}`,
        fix: "Give an https address of the public internet, or start the engine with its host and port in INTERLOCK_JWKS_ALLOW.",
      },
    ];
  });
}
