import type { Command, MeshEvent, Refusal } from "../../model/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { findService, staleRev } from "./refusals.ts";

type SetPolicy = Extract<Command, { readonly kind: "policy.set" }>;
type SetAuthorization = Extract<Command, { readonly kind: "authorization.set" }>;

/** Replaces the traffic policy of a service. */
export function decidePolicy({ state }: DecideContext, { service: name, rev, policy }: SetPolicy): Result<Draft | null, Refusal> {
  const found = findService(state, name);
  if (!found.ok) return found;
  const service = found.value;
  if (rev !== service.rev) return err(staleRev(service, rev, "rev", { policy: service.policy }));
  if (canonicalJson(policy) === canonicalJson(service.policy)) return ok(null);
  return ok(draftOf("policy.set", service.name, service.policy, policy, { kind: "policy-set", service: service.name, policy }));
}

/** Replaces who may call a service; null lets everybody. */
export function decideAuthorization(
  { state }: DecideContext,
  { service: name, rev, authorization }: SetAuthorization,
): Result<Draft | null, Refusal> {
  const found = findService(state, name);
  if (!found.ok) return found;
  const service = found.value;
  if (rev !== service.rev) return err(staleRev(service, rev, "rev", { authorization: service.authorization }));
  if (canonicalJson(authorization) === canonicalJson(service.authorization)) return ok(null);
  const event: MeshEvent = { kind: "authorization-set", service: service.name, authorization };
  return ok(draftOf("authorization.set", service.name, service.authorization, authorization, event));
}

function draftOf(kind: Draft["kind"], service: Draft["services"][number], before: unknown, after: unknown, event: MeshEvent): Draft {
  return { kind, subject: service, before, after, events: [event], services: [service] };
}
