import type { EvidenceFact, MeshEvent, MeshState, Override, ServiceName, Version } from "../../model/index.ts";
import { evidenceKey } from "../aspects.ts";
import { isSameRef } from "../fold.ts";
import { DELIVERY_PART, deliveryBefore, deliveryOf } from "../fold-delivery.ts";
import { shownFact as recordedFact } from "./evidence.ts";
import { endpointText, shownInstance } from "./instances.ts";
import { shownVersion } from "./versions.ts";

type Shown = readonly [subject: string, value: unknown];

/** For changes of many things: a record by subject of what each was and is; null where it was not, or is no more. */
export function shownByAspect(
  before: MeshState,
  after: MeshState,
  events: readonly MeshEvent[],
): { readonly before: unknown; readonly after: unknown } {
  const was = new Map<string, unknown>();
  const is = new Map<string, unknown>();
  for (const event of events) {
    for (const [subject, value] of shownOf(before, event)) was.set(subject, value);
    for (const [subject, value] of shownOf(after, event)) is.set(subject, value);
  }
  for (const subject of is.keys()) if (!was.has(subject)) was.set(subject, null);
  for (const subject of was.keys()) if (!is.has(subject)) is.set(subject, null);
  return { before: Object.fromEntries(was), after: Object.fromEntries(is) };
}

/** What an event is about, as it stands in `state`. */
function shownOf(state: MeshState, event: MeshEvent): readonly Shown[] {
  switch (event.kind) {
    case "service-registered":
    case "service-updated":
    case "service-removed":
      return shownHosts(state, event.service);
    case "version-registered":
    case "version-updated":
      return shownVersionOf(state, event.service, event.version.version);
    case "version-removed":
      return shownVersionOf(state, event.service, event.version);
    case "weights-set":
      return [[event.service, state.services.get(event.service)?.weights ?? null]];
    case "rules-set":
      return [[`${event.service} routes`, state.services.get(event.service)?.rules ?? null]];
    case "policy-set":
      return [[`${event.service} traffic policy`, state.services.get(event.service)?.policy ?? null]];
    case "authorization-set":
      return [[`${event.service} authorization`, state.services.get(event.service)?.authorization ?? null]];
    case "root-rotated":
      return [["trust root", state.rootRotation]];
    case "plan-created":
    case "plan-moved":
      return shownPlan(state, event.kind === "plan-created" ? event.plan.id : event.plan);
    case "instance-registered":
      return shownInstanceOf(state, event.instance.service, event.instance.id);
    case "instance-removed":
      return shownInstanceOf(state, event.service, event.id);
    case "override-granted":
    case "override-ended":
      return [shownOverride(state, event.override)];
    case "evidence-recorded":
    case "evidence-ended":
      return [shownFact(state, event.fact)];
    case "release-created":
    case "release-moved":
      return shownRelease(state, event.kind === "release-created" ? event.release.id : event.release);
    case "process-asked":
      return [];
    default:
      return [[`${DELIVERY_PART[event.kind]} ${event.id}`, deliveryBefore(deliveryOf(state), event)]];
  }
}

function shownHosts(state: MeshState, name: ServiceName): readonly Shown[] {
  const service = state.services.get(name);
  return [[`${name} hosts`, service === undefined ? null : service.hosts]];
}

function shownVersionOf(state: MeshState, name: ServiceName, version: Version): readonly Shown[] {
  const registered = state.services.get(name)?.versions.get(version);
  return [[`${name}@${version}`, registered === undefined ? null : shownVersion(registered)]];
}

/** How far a plan is. */
function shownPlan(state: MeshState, id: string): readonly Shown[] {
  const plan = state.plans.get(id);
  if (plan === undefined) return [];
  const { pausedBecause, wavesDone } = plan;
  return [[id, { state: plan.state, wavesDone, ...(pausedBecause === null ? {} : { because: pausedBecause }) }]];
}

/** How far a release is. */
function shownRelease(state: MeshState, id: string): readonly Shown[] {
  const release = state.releases.get(id);
  if (release === undefined) return [];
  const { because, step, weightBp } = release;
  return [[id, { state: release.state, step, weightBp, ...(because === null ? {} : { because }) }]];
}

function shownInstanceOf(state: MeshState, name: ServiceName, id: string): readonly Shown[] {
  const instance = [...(state.services.get(name)?.staticInstances.values() ?? [])].find((candidate) => candidate.id === id);
  return instance === undefined ? [] : [[`${name}@${instance.version} ${endpointText(instance)}`, shownInstance(instance)]];
}

/** What is recorded at the place of a fact. */
function shownFact(state: MeshState, fact: EvidenceFact): Shown {
  const { consumer, provider, constraint, source } = fact;
  const subject = `${source} ${constraint} ${consumer.service}@${consumer.version} → ${provider.service}@${provider.version}`;
  const newest = state.evidence.findLast((other) => evidenceKey(other) === evidenceKey(fact));
  return [subject, newest === undefined ? null : recordedFact(newest)];
}

/** Until when the pair is let through, and why; the newest override counts. */
function shownOverride(state: MeshState, { consumer, provider }: Override): Shown {
  const subject = `override ${consumer.service}@${consumer.version} → ${provider.service}@${provider.version}`;
  const newest = state.overrides.findLast((override) => isSameRef(override.consumer, consumer) && isSameRef(override.provider, provider));
  return [subject, newest === undefined ? null : { expiresAt: newest.expiresAt, reason: newest.reason }];
}
