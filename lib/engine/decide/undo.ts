import type { Change, Command, MeshEvent, MeshState, Problem, Refusal, ServiceName, Version } from "../../model/index.ts";
import { withoutEndedRules } from "../../release/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { foldChange } from "../fold.ts";
import { deliveryBefore, deliveryOf } from "../fold-delivery.ts";
import { laterChanges } from "../later-changes.ts";
import { restoredProblems } from "./automation.ts";
import { channelInUse } from "./channels.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { emptying, stillUsed } from "./deployments.ts";
import { sameEndpoint } from "./instances.ts";
import { retirementProblems } from "./lifecycle.ts";
import { leasesOf } from "./readiness.ts";
import { listed, refuse, refuseAll } from "./refusals.ts";
import { checkRuleReadiness } from "./routes.ts";
import { checkServiceRemoval, takenHost } from "./services.ts";
import { checkBuild, heldByReleases, othersOf } from "./versions.ts";
import { checkReadiness } from "./weights.ts";

type Undo = Extract<Command, { readonly kind: "undo" }>;

/** Takes one change back by its inverse facts, as long as no later change stands in the way. An undo can be undone. */
export function decideUndo(context: DecideContext, command: Undo): Result<Draft, Refusal> {
  const change = context.readChange(command.change);
  if (change === undefined) {
    const detail = `There is no change "${command.change}".`;
    return refuse({ path: "id", code: "change.unknown", detail, fix: "Take an id from the activity list, such as chg-12." });
  }
  // An approval that the change used up was decided once, by somebody, and stays used.
  const inverse = change.inverse?.filter(({ kind }) => kind !== "approval-set").map((event) => withoutEnded(context, change, event));
  if (!change.undoable || inverse === undefined) {
    const detail = `${change.id} (${change.kind}) cannot be undone.`;
    return refuse({ path: "id", code: "change.not-undoable", detail, fix: "Make a new change instead." });
  }
  if (isOver(context, inverse)) {
    const detail = `What ${change.id} recorded has run out.`;
    return refuse({ path: "id", code: "change.not-undoable", detail, fix: "There is nothing left to undo." });
  }
  const later = laterChanges(context.state, change, (id) => context.readChange(id)?.undoes !== undefined);
  if (later.length > 0) return conflict(context, change, later);
  const problems = checkInverse(context, inverse);
  if (problems.length > 0) return refuseAll(problems);
  return ok({
    kind: "undo",
    subject: change.subject,
    before: withoutPlans(change.after, change),
    after: withoutPlans(change.before, change),
    events: inverse.map((event) => withNextRev(context, event)),
    services: change.services,
    undoes: change.id,
    notes: pausedPlans(context, change).map((id) => `${id} stays paused: resume it where it is to go on.`),
    conflicts: checkInverseReadiness(context, inverse),
    paths: inversePaths(inverse),
  });
}

/** What has a rev of its own goes on counting: no rev that somebody saw before the undo fits again. */
function withNextRev({ state }: DecideContext, event: MeshEvent): MeshEvent {
  if (!("value" in event) || event.value === null || !("rev" in event.value)) return event;
  const present = deliveryBefore(deliveryOf(state), event) as { readonly rev: number } | null;
  return { ...event, value: { ...event.value, rev: Math.max(present?.rev ?? 0, event.value.rev) + 1 } } as MeshEvent;
}

/** Rules of releases that have ended since, and preview hosts of those that the change has ended, do not come back: nothing would ever take them away. */
function withoutEnded({ state: { releases } }: DecideContext, { events }: Change, event: MeshEvent): MeshEvent {
  if (event.kind === "rules-set") return { ...event, rules: withoutEndedRules(releases.values(), event.rules) };
  if (event.kind !== "service-registered" && event.kind !== "service-updated") return event;
  const previews = events.flatMap((other) => {
    const release = other.kind === "release-moved" && other.cursor.state === "aborted" ? releases.get(other.release) : undefined;
    return release?.service === event.service && release.strategy.kind === "blue-green" ? [release.strategy.previewHost] : [];
  });
  return previews.length === 0 ? event : { ...event, hosts: event.hosts.filter((host) => !previews.includes(host)) };
}

/** What was shown of plans is left out: an undo does not move them. */
function withoutPlans(shown: unknown, { events }: Change): unknown {
  const plans = events.flatMap((event): readonly string[] => (event.kind === "plan-moved" ? [event.plan] : []));
  if (plans.length === 0 || typeof shown !== "object" || shown === null) return shown;
  return Object.fromEntries(Object.entries(shown).filter(([key]) => !plans.includes(key)));
}

/** Plans that the change has paused, as far as they still are. */
function pausedPlans({ state }: DecideContext, { events }: Change): readonly string[] {
  return events.flatMap((event) => (event.kind === "plan-moved" && state.plans.get(event.plan)?.state === "paused" ? [event.plan] : []));
}

/** Whether all that an inverse would do is to end overrides and facts whose time is up, or to bring such facts back. */
function isOver({ nowIso }: DecideContext, inverse: readonly MeshEvent[]): boolean {
  const nowMs = Date.parse(nowIso);
  const isPast = (expiresAt: string | undefined) => expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
  return (
    inverse.length > 0 &&
    inverse.every((event) => {
      if (event.kind === "override-ended") return isPast(event.override.expiresAt);
      return (event.kind === "evidence-ended" || event.kind === "evidence-recorded") && isPast(event.fact.expiresAt);
    })
  );
}

const NAMED_MAX = 4;

function conflict(context: DecideContext, change: Change, later: readonly string[]): Result<never, Refusal> {
  const named = later.slice(-NAMED_MAX).map((id) => {
    const other = context.readChange(id);
    return other === undefined ? id : `${id} (${other.kind} by ${other.author}, ${other.at})`;
  });
  const detail = `${change.id} was followed by ${listed(named)}, which changed the same ${later.length === 1 ? "thing" : "things"}.`;
  const final = later.map((id) => context.readChange(id)).find((other) => other?.undoable === false);
  const first = `Undo ${listed(later.slice(-NAMED_MAX).toReversed())} first, or make a new change.`;
  const fix = final === undefined ? first : `Make a new change instead: ${final.id} (${final.kind}) cannot be undone.`;
  return refuse({ path: "id", code: "change.conflict", detail, fix });
}

/** What of the mesh outside the change forbids its inverse: hosts and addresses given away, programs registered, consumers that came to rely on it. */
function checkInverse(context: DecideContext, inverse: readonly MeshEvent[]): readonly Problem[] {
  return inverse.flatMap((event): readonly Problem[] => {
    switch (event.kind) {
      case "service-registered":
      case "service-updated":
        return event.hosts.flatMap((host) => takenHost(context.state, event.service, host, "id") ?? []);
      case "service-removed":
        return checkRemoval(context, event.service);
      case "version-registered":
      case "version-updated":
        return takenBuild(stateAfter(context, inverse), event);
      case "version-removed":
        return [...runningInstances(context, event.service, event.version), ...neededByReleases(context, event.service, event.version)];
      case "instance-registered": {
        const twin = leasesOf(context, event.instance.service).find((lease) => sameEndpoint(lease, event.instance));
        if (twin === undefined) return [];
        const detail = `${twin.id} is registered at ${twin.address}:${twin.port} by now.`;
        return [{ path: "id", code: "instance.exists", detail, fix: "Remove it first." }];
      }
      case "deployment-set":
        return checkUndeployment(context, event);
      case "lifecycle-set":
        return checkRetirement(context, event);
      case "automation-set":
        return restoredProblems(context, foldInverse(context, inverse), event.id);
      case "channel-set":
        return event.value === null ? channelInUse(context.state, event.id, "id") : [];
      default:
        return [];
    }
  });
}

/** A build number that another version has taken since does not come back. */
function takenBuild(
  { services }: MeshState,
  { service, version }: Extract<MeshEvent, { readonly kind: "version-registered" | "version-updated" }>,
): readonly Problem[] {
  const known = services.get(service);
  return known === undefined ? [] : checkBuild(service, othersOf(known, version.version), version.build, "id");
}

/** Instances do not go while requests are sent to them, be it that none is deployed or none is wanted any more. */
function checkUndeployment({ state }: DecideContext, { id, value }: Extract<MeshEvent, { readonly kind: "deployment-set" }>) {
  const deployment = value ?? state.deployments.get(id);
  const service = deployment === undefined ? undefined : state.services.get(deployment.service);
  if (deployment === undefined || service === undefined) return [];
  const problem = value === null ? stillUsed(service, deployment.version) : emptying(service, deployment.version, value)[0];
  return problem == null ? [] : [{ ...problem, path: "id" }];
}

/** A version that got requests since is not retired by way of an undo. */
function checkRetirement(
  context: DecideContext,
  { id, value }: Extract<MeshEvent, { readonly kind: "lifecycle-set" }>,
): readonly Problem[] {
  if (value?.stage !== "retired" || context.state.lifecycles.get(id)?.stage === "retired") return [];
  return retirementProblems(context, value, "id");
}

function checkRemoval(context: DecideContext, name: ServiceName): readonly Problem[] {
  const service = context.state.services.get(name);
  return service === undefined ? [] : checkServiceRemoval(context, context.state, service);
}

function neededByReleases({ state }: DecideContext, name: ServiceName, version: Version): readonly Problem[] {
  const service = state.services.get(name);
  return service === undefined ? [] : heldByReleases(state, service, version, "id");
}

function runningInstances(context: DecideContext, service: ServiceName, version: Version): readonly Problem[] {
  if (context.state.deployments.has(`${service}@${version}`))
    return [{ path: "id", code: "version.deployed", detail: `${service} ${version} is deployed.`, fix: "Undeploy it first." }];
  const leases = leasesOf(context, service, version);
  if (leases.length === 0) return [];
  const detail = `${service} ${version} has running instances: ${listed(leases.map(({ id }) => id))}.`;
  return [{ path: "id", code: "version.has-instances", detail, fix: "Stop these programs first." }];
}

/** Weights that come back need ready instances like any others, but for those of a service that comes back with them. */
function checkInverseReadiness(context: DecideContext, inverse: readonly MeshEvent[]): readonly Problem[] {
  const after = foldInverse(context, inverse);
  return inverse.flatMap((event): readonly Problem[] => {
    if (event.kind !== "weights-set" && event.kind !== "rules-set") return [];
    const service = context.state.services.get(event.service);
    if (service === undefined) return [];
    if (event.kind === "rules-set") return checkRuleReadiness(context, { service, rules: event.rules, path: "id", state: after });
    return checkReadiness(context, { service, before: service.weights, weights: event.weights, path: "id", state: after });
  });
}

function foldInverse({ author: { author }, nowIso, place, state }: DecideContext, inverse: readonly MeshEvent[]): MeshState {
  return foldChange(state, { ...place, at: nowIso, author, events: inverse });
}

function stateAfter({ author, nowIso, place, state }: DecideContext, inverse: readonly MeshEvent[]): MeshState {
  return foldChange(state, { ...place, at: nowIso, author: author.author, events: inverse });
}

function inversePaths(inverse: readonly MeshEvent[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const event of inverse) {
    if (event.kind !== "weights-set") continue;
    for (const version of Object.keys(event.weights)) paths.set(pathKey(event.service, version), "id");
  }
  return paths;
}
