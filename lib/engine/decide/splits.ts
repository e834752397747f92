import {
  type Command,
  equalWeights,
  normaliseWeights,
  type OverrideRequest,
  type Problem,
  type Refusal,
  type Weights,
} from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { findService, refuseAll, staleRev } from "./refusals.ts";
import { checkReadiness, checkWeights } from "./weights.ts";

type SetSplit = Extract<Command, { readonly kind: "split.set" }>;

/** Sets all weights of a service at once. Without a new weight it may still renew an override; whether there is one to renew is seen at the gate. */
export function decideSplit(context: DecideContext, command: SetSplit): Result<Draft | null, Refusal> {
  const found = findService(context.state, command.service);
  if (!found.ok) return found;
  const service = found.value;
  if (command.rev !== service.rev) return err(staleRev(service, command.rev, "rev", { weights: service.weights }));
  const problems = [...checkWeights(service, command.weights, "weights"), ...checkOverride(context, command.override, "override")];
  if (problems.length > 0) return refuseAll(problems);
  const overrides = command.override === undefined ? [] : [{ service: service.name, path: "override", request: command.override }];
  if (equalWeights(service.weights, command.weights)) {
    return ok(
      overrides.length === 0 ? null : { kind: "split.set", subject: service.name, events: [], services: [service.name], overrides },
    );
  }
  const weights = normaliseWeights(command.weights);
  return ok({
    kind: "split.set",
    subject: service.name,
    before: service.weights,
    after: weights,
    events: [{ kind: "weights-set", service: service.name, weights, cause: "set" }],
    services: [service.name],
    conflicts: checkReadiness(context, { service, before: service.weights, weights, path: "weights", state: context.state }),
    overrides,
    paths: weightPaths(service.name, weights, "weights"),
  });
}

/** Where each version of a split stood in the input. */
export function weightPaths(service: string, weights: Weights, path: string): ReadonlyMap<string, string> {
  return new Map(Object.keys(weights).map((version) => [pathKey(service, version), `${path}.${version}`]));
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** What is wrong with a request to override: it needs a reason, and an end in the future. */
export function checkOverride(context: DecideContext, override: OverrideRequest | undefined, path: string): readonly Problem[] {
  if (override === undefined) return [];
  const problems: Problem[] = [];
  const invalid = (field: string, detail: string, fix: string) =>
    problems.push({ path: `${path}.${field}`, code: "override.invalid", detail, fix });
  if (override.reason.trim() === "")
    invalid("reason", "An override needs a reason.", "Say why this pair may meet although it is known to be broken.");
  const endMs = ISO_TIME.test(override.expiresAt) ? Date.parse(override.expiresAt) : Number.NaN;
  if (Number.isNaN(endMs)) invalid("expiresAt", `"${override.expiresAt}" is not a time.`, "Give a time such as 2026-05-01T03:12:00Z.");
  else if (endMs <= Date.parse(context.nowIso)) invalid("expiresAt", `${override.expiresAt} is in the past.`, "Give a time in the future.");
  return problems;
}
