import type { Alert, AutomationCommand, MeshState, Problem, Refusal, ServiceName } from "../../model/index.ts";
import { policiesOf } from "../../policy/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { unknownPolicy } from "./automation.ts";
import type { DecideContext, Draft } from "./context.ts";
import { refuse } from "./refusals.ts";

type AlertCommand = Extract<AutomationCommand, { readonly kind: `alert.${string}` }>;
type Fire = Extract<AlertCommand, { readonly kind: "alert.fire" }>;
type Silence = Extract<AlertCommand, { readonly kind: "alert.silence" }>;

const SILENCE_MS_MAX = 30 * 86_400_000;

/** Alerts fire and end, are acknowledged and silenced. */
export function decideAlert(context: DecideContext, command: AlertCommand): Result<Draft | null, Refusal> {
  if (command.kind === "alert.fire") return fire(context, command);
  const alert = context.state.alerts.get(command.alert);
  if (alert === undefined) return refuse(unknownAlert(command.alert));
  if (command.kind === "alert.resolve") return resolve(context, alert);
  if (alert.state === "resolved") {
    const detail = `${alert.id} is over since ${alert.resolvedAt ?? "a while"}.`;
    return refuse({ path: "id", code: "alert.state", detail, fix: "There is nothing left to do about it." });
  }
  return command.kind === "alert.ack" ? acknowledge(context, alert) : silence(context, alert, command);
}

/** The alert of a policy about a subject that fires. */
export function firingAlert({ alerts }: Pick<MeshState, "alerts">, policy: string, subject: string): Alert | undefined {
  for (const alert of alerts.values()) if (alert.state === "firing" && alert.policy === policy && alert.subject === subject) return alert;
  return undefined;
}

function fire(context: DecideContext, command: Fire): Result<Draft | null, Refusal> {
  const all = policiesOf(context.state);
  const policy = all.get(command.policy);
  if (policy === undefined) return refuse(unknownPolicy(all, command.policy));
  if (firingAlert(context.state, command.policy, command.subject) !== undefined) return ok(null);
  const { kind: _, ...said } = command;
  const alert: Alert = {
    id: `alr-${context.place.seq}`,
    ...said,
    policyName: policy.name,
    state: "firing",
    firedAt: context.nowIso,
    resolvedAt: null,
    acknowledged: null,
    silencedUntil: null,
  };
  return ok(draft(context, "alert.fire", alert, { before: null, after: shown(alert) }));
}

function resolve(context: DecideContext, alert: Alert): Result<Draft | null, Refusal> {
  if (alert.state === "resolved") return ok(null);
  const resolved: Alert = { ...alert, state: "resolved", resolvedAt: context.nowIso };
  return ok(draft(context, "alert.resolve", resolved, { before: shown(alert), after: shown(resolved) }));
}

function acknowledge(context: DecideContext, alert: Alert): Result<Draft, Refusal> {
  const { author, reason } = context.author;
  if (reason.trim() === "") {
    const detail = "An acknowledgement says what is being done about the alert.";
    return refuse({ path: "reason", code: "alert.invalid", detail, fix: 'Give a reason, such as "rolling back payments".' });
  }
  const next: Alert = { ...alert, acknowledged: { by: author, at: context.nowIso, reason } };
  return ok(draft(context, "alert.ack", next, { before: alert.acknowledged, after: next.acknowledged }));
}

function silence(context: DecideContext, alert: Alert, { until }: Silence): Result<Draft | null, Refusal> {
  if (until === alert.silencedUntil) return ok(null);
  const nowMs = Date.parse(context.nowIso);
  if (until !== null && !(Date.parse(until) > nowMs && Date.parse(until) <= nowMs + SILENCE_MS_MAX)) {
    const detail = `An alert cannot be silenced until ${until}.`;
    return refuse({
      path: "until",
      code: "alert.invalid",
      detail,
      fix: "Give a time in the future, within 30 days, or null to end the silence.",
    });
  }
  const next: Alert = { ...alert, silencedUntil: until };
  return ok(draft(context, "alert.silence", next, { before: alert.silencedUntil, after: until }));
}

function draft(
  { state }: DecideContext,
  kind: AlertCommand["kind"],
  alert: Alert,
  { after, before }: { readonly before: unknown; readonly after: unknown },
): Draft {
  const service = alert.service as ServiceName | null;
  const services = service !== null && state.services.has(service) ? [service] : [];
  return {
    kind,
    subject: alert.subject === "" ? alert.policyName : alert.subject,
    before,
    after,
    events: [{ kind: "alert-set", id: alert.id, value: alert }],
    services,
  };
}

function shown({ id, policyName, severity, state, summary }: Alert) {
  return { id, policy: policyName, severity, state, summary };
}

export function unknownAlert(id: string): Problem {
  return { path: "id", code: "alert.unknown", detail: `There is no alert "${id}".`, fix: "Look at GET /api/v1/alerts." };
}
