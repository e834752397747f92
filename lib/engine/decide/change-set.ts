import type { ChangeSetItem, Command, Problem, Refusal, Service } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft, ScopedOverride } from "./context.ts";
import { findService, refuse, refuseAll, staleRev } from "./refusals.ts";
import { checkOverride } from "./splits.ts";
import { authorizationPart, policyPart, rulesPart, splitPart, type TrafficPart } from "./traffic-parts.ts";

type ChangeSet = Extract<Command, { readonly kind: "change-set" }>;
type Target = { readonly item: ChangeSetItem; readonly path: string; readonly service: Service };

/** Several splits, rules and policies at once, all or none; judged on the state after all of them. */
export function decideChangeSet(context: DecideContext, command: ChangeSet): Result<Draft | null, Refusal> {
  const { changes } = command;
  if (changes.length === 0) {
    return refuse({ path: "changes", code: "changes.empty", detail: "The change set is empty.", fix: "Give at least one change." });
  }
  const targets = findTargets(context, changes);
  if (!targets.ok) return targets;
  const stale = findStale(targets.value);
  if (stale !== null) return err(stale);
  const parts = targets.value.map((target) => partOf(context, target));
  const problems = [
    ...repeated(targets.value),
    ...parts.flatMap((part) => part.problems),
    ...targets.value.flatMap(({ item, path }) => (item.kind === "split" ? checkOverride(context, item.override, `${path}.override`) : [])),
  ];
  if (problems.length > 0) return refuseAll(problems);
  const overrides = targets.value.flatMap(overrideOf);
  const moved = targets.value.filter((_, index) => parts[index]?.event !== null);
  const services = [...new Set([...moved.map(({ service }) => service.name), ...overrides.map(({ service }) => service)])];
  if (services.length === 0) return ok(null);
  return ok({
    kind: "change-set",
    subject: services.join(", "),
    events: parts.flatMap(({ event }) => event ?? []),
    services,
    conflicts: parts.flatMap((part) => part.conflicts),
    overrides,
    paths: new Map(parts.flatMap(({ paths }) => [...paths])),
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
    .map(({ item, path, service }) => staleRev(service, item.rev, `${path}.rev`, presentOf(item.kind, service)));
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
    const detail = `${twin} sets the ${NOUNS[item.kind]} of ${service.name} too.`;
    return [{ path, code: "input.invalid", detail, fix: "Keep one of the two." }];
  });
}

const NOUNS: Readonly<Record<ChangeSetItem["kind"], string>> = {
  split: "split",
  routes: "rules",
  "traffic-policy": "traffic policy",
  authorization: "authorization",
};

function presentOf(kind: ChangeSetItem["kind"], { weights, rules, policy, authorization }: Service): unknown {
  switch (kind) {
    case "split":
      return { weights };
    case "routes":
      return { rules };
    case "traffic-policy":
      return { policy };
    case "authorization":
      return { authorization };
  }
}

function partOf(context: DecideContext, { item, path, service }: Target): TrafficPart {
  const at = (field: string) => ({ context, service, path: `${path}.${field}`, state: context.state });
  switch (item.kind) {
    case "split":
      return splitPart(at("weights"), item.weights);
    case "routes":
      return rulesPart(at("rules"), item.rules);
    case "traffic-policy":
      return policyPart(at("policy"), item.policy);
    case "authorization":
      return authorizationPart(at("authorization"), item.authorization);
  }
}

function overrideOf({ item, path, service }: Target): readonly ScopedOverride[] {
  if (item.kind !== "split" || item.override === undefined) return [];
  return [{ service: service.name, path: `${path}.override`, request: item.override }];
}
