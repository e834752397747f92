import type { Command, Refusal } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { findService, refuseAll, staleRev } from "./refusals.ts";
import { authorizationPart, policyPart, type TrafficPart } from "./traffic-parts.ts";

type SetPolicy = Extract<Command, { readonly kind: "policy.set" }>;
type SetAuthorization = Extract<Command, { readonly kind: "authorization.set" }>;

/** Replaces the traffic policy of a service. The body is the policy: paths start at its fields. */
export function decidePolicy({ state }: DecideContext, { service: name, rev, policy }: SetPolicy): Result<Draft | null, Refusal> {
  const found = findService(state, name);
  if (!found.ok) return found;
  const service = found.value;
  if (rev !== service.rev) return err(staleRev(service, rev, "rev", { policy: service.policy }));
  return draftOf("policy.set", policyPart({ service, path: "" }, policy), service.policy);
}

/** Replaces who may call a service; null lets everybody. */
export function decideAuthorization(
  context: DecideContext,
  { service: name, rev, authorization }: SetAuthorization,
): Result<Draft | null, Refusal> {
  const found = findService(context.state, name);
  if (!found.ok) return found;
  const service = found.value;
  if (rev !== service.rev) return err(staleRev(service, rev, "rev", { authorization: service.authorization }));
  return draftOf("authorization.set", authorizationPart({ context, service, path: "" }, authorization), service.authorization);
}

function draftOf(
  kind: "policy.set" | "authorization.set",
  { problems, event }: TrafficPart,
  before: unknown,
): Result<Draft | null, Refusal> {
  if (problems.length > 0) return refuseAll(problems);
  if (event?.kind !== "policy-set" && event?.kind !== "authorization-set") return ok(null);
  const after = event.kind === "policy-set" ? event.policy : event.authorization;
  return ok({ kind, subject: event.service, before, after, events: [event], services: [event.service] });
}
