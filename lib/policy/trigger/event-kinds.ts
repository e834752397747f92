import { INSTANCE_HEALTH_KINDS, type PolicyAction } from "../../model/index.ts";

/** Changes that a policy can follow, without those of policies themselves. */
const CHANGE_EVENTS = [
  "service.register",
  "service.update",
  "service.remove",
  "version.register",
  "version.update",
  "version.remove",
  "split.set",
  "routes.set",
  "policy.set",
  "authorization.set",
  "identity.rotate-root",
  "evidence.record",
  "evidence.withdraw",
  "evidence.observe",
  "verification.publish",
  "instance.register",
  "instance.remove",
  "instance.start",
  "instance.stop",
  "instance.restart",
  "rollback",
  "undo",
  "plan.create",
  "plan.execute",
  "plan.pause",
  "plan.resume",
  "plan.reverse",
  "plan.advance",
  "plan.stop",
  "release.create",
  "release.move",
  "release.advance",
  "strategy.set",
  "strategy.remove",
  "alert.fire",
  "alert.resolve",
  "lifecycle.set",
  "freeze.set",
  "freeze.remove",
  "approval.request",
  "approval.decide",
  "deployment.set",
  "deployment.remove",
  "node.drain",
  "node.undrain",
  "change-set",
  "manifest.apply",
] as const;

const HEALTH_EVENTS = [
  "lease-expired",
  "instance-joined",
  "instance-left",
  "proxy-connected",
  "proxy-lost",
  "proxy-nack",
  "limit-reached",
  "certificate-refused",
  "certificate-overdue",
  "token-keys-stale",
  "release-worse",
  "workload-asked",
  "workload-crashed",
  "workload-problem",
  "workload-recovered",
  "agent-back",
  "agent-gone",
  "agent-lost",
  "node-empty",
  "sunset-near",
  "sunset-passed",
  "lifecycle-held",
  ...INSTANCE_HEALTH_KINDS,
] as const;

/** Every kind of event that a policy can follow. */
export const POLICY_EVENTS: readonly string[] = [...CHANGE_EVENTS, ...HEALTH_EVENTS];

/** Whether an event of `kind` is one that `pattern` names: the kind itself, or `release.*`. */
export function matchesEvent(pattern: string, kind: string): boolean {
  return pattern.endsWith("*") ? kind.startsWith(pattern.slice(0, -1)) : pattern === kind;
}

/** Whether an event that `pattern` names may be about an instance. */
export function namesInstance(pattern: string): boolean {
  return POLICY_EVENTS.some((kind) => matchesEvent(pattern, kind) && OF_INSTANCES.test(kind));
}

/** Whether an event that `pattern` names may be about a version. */
export function namesVersion(pattern: string): boolean {
  return POLICY_EVENTS.some((kind) => matchesEvent(pattern, kind) && !OF_NO_VERSION.test(kind));
}

const OF_INSTANCES = /^(?:instance|workload)-|^instance[.](?:start|stop|restart)$|^lease-expired$/;
const OF_NO_VERSION =
  /^(?:service|release|plan|node|freeze|approval|policy|authorization|identity|strategy|routes|split)[.]|^(?:proxy|agent|token)-|^(?:rollback|change-set|manifest[.]apply|limit-reached|node-empty)$/;

/** The events that an action brings about. */
export function eventsOf(action: PolicyAction): readonly string[] {
  switch (action.kind) {
    case "alert":
    case "notify":
      return ["alert.fire", "alert.resolve"];
    case "shift":
    case "drain":
    case "restore":
      // A release or a plan of the service is paused by it.
      return ["split.set", "release.move", "plan.pause"];
    case "rollback":
      return ["rollback", "release.move"];
    case "pause":
      return ["release.move", "plan.pause"];
    case "restart":
      return [
        "instance.restart",
        "workload-asked",
        "workload-recovered",
        "instance-left",
        "instance-joined",
        "instance-healthy",
        "deployment.set",
      ];
    case "scale":
      return ["deployment.set", "instance-left", "instance-joined"];
    case "eject":
      return ["instance-ejected", "instance-returned"];
    case "readmit":
      return ["instance-returned"];
    case "refuse":
      return [];
  }
}
