import type { EvidenceFact, MeshEvent, MeshState, Service, VersionRef } from "../model/index.ts";
import { DELIVERY_PART } from "./fold-delivery.ts";

/** A part of the mesh that one fact sets as a whole: `service:`, `version:`, `split:`, `routes:`, `policy:`, `authorization:`, `identity:`, `instance:`, `override:`, `evidence:`. */
export type Aspect = string;

export const aspectOf = {
  service: (service: string): Aspect => `service:${service}`,
  version: (service: string, version: string): Aspect => `version:${service}@${version}`,
  split: (service: string): Aspect => `split:${service}`,
  routes: (service: string): Aspect => `routes:${service}`,
  policy: (service: string): Aspect => `policy:${service}`,
  authorization: (service: string): Aspect => `authorization:${service}`,
  instance: (id: string): Aspect => `instance:${id}`,
  /** The overrides that one change granted. */
  override: (change: string): Aspect => `override:${change}`,
  /** The place of a fact: a newer fact on the same takes it. */
  evidence: (fact: EvidenceFact): Aspect => `evidence:${evidenceKey(fact)}`,
  /** A strategy, policy, channel, lifecycle, freeze, deployment, …: what one fact sets as a whole. */
  delivery: (part: string, id: string): Aspect => `${part}:${id}`,
};

/** The trust root of the mesh. */
export const ROOT_ASPECT: Aspect = "identity:root";

/**
 * Names the place of a fact: of two facts with the same name the newer one counts. An operator takes back only a word of his own; a verification is about a
 * content and has a verifier; side by side (`self`) has no direction.
 */
export function evidenceKey({ author, source, constraint, consumer, provider, contractHash, verifier }: EvidenceFact): string {
  const ends = [consumer, provider].map(({ service, version }) => `${service}@${version}`);
  const pair = (constraint === "self" ? ends.sort() : ends).join(">");
  const verified = source === "verification" ? [contractHash ?? "", verifier ?? ""] : [];
  return [source, constraint, pair, ...verified, ...(source === "operator" ? [author] : [])].join(" ");
}

/** What aspects are read from. */
type Before = Pick<MeshState, "services" | "overrides" | "evidence">;

/** A state in which a removal touches nothing but what it names. */
export const NOTHING_BEFORE: Before = { services: new Map(), overrides: [], evidence: [] };

/** What a fact touches, on the state before it: removing a service or a version touches all of it, overrides and evidence included. */
export function aspectsOf(event: MeshEvent, before: Before): readonly Aspect[] {
  switch (event.kind) {
    case "service-registered":
      // A new service has an empty split, no rules and no policies: it sets these too.
      return settingsOf(event.service);
    case "service-updated":
      return [aspectOf.service(event.service)];
    case "service-removed": {
      const service = before.services.get(event.service);
      const pairs = pairAspects(before, ({ service: name }) => name === event.service);
      return [...(service === undefined ? [aspectOf.service(event.service)] : allAspectsOf(service)), ...pairs];
    }
    case "version-registered":
      // A new version stands at the beginning of its life, deployed nowhere.
      return versionAspects(event.service, event.version.version);
    case "version-updated":
      return [aspectOf.version(event.service, event.version.version)];
    case "version-removed":
      return [
        ...versionAspects(event.service, event.version),
        ...pairAspects(before, ({ service, version }) => service === event.service && version === event.version),
      ];
    case "weights-set":
      return [aspectOf.split(event.service)];
    case "rules-set":
      return [aspectOf.routes(event.service)];
    case "policy-set":
      return [aspectOf.policy(event.service)];
    case "authorization-set":
      return [aspectOf.authorization(event.service)];
    case "root-rotated":
      return [ROOT_ASPECT];
    case "instance-registered":
      return [aspectOf.instance(event.instance.id)];
    case "instance-removed":
      return [aspectOf.instance(event.id)];
    case "plan-created":
    case "plan-moved":
    case "release-created":
    case "release-moved":
      // Plans and releases are taken back by their own verbs: none of their moves stands in the way of an undo.
      return [];
    case "process-asked":
      // No part of the state.
      return [];
    case "override-granted":
    case "override-ended":
      return [aspectOf.override(event.override.changeId)];
    case "evidence-recorded":
    case "evidence-ended":
      return [aspectOf.evidence(event.fact)];
    default:
      return [aspectOf.delivery(DELIVERY_PART[event.kind], event.id)];
  }
}

/** What stands about pairs with a version that goes. */
function pairAspects({ overrides, evidence }: Before, isGone: (ref: VersionRef) => boolean): readonly Aspect[] {
  const isTouched = ({ consumer, provider }: { readonly consumer: VersionRef; readonly provider: VersionRef }) =>
    isGone(consumer) || isGone(provider);
  return [
    ...overrides.filter(isTouched).map(({ changeId }) => aspectOf.override(changeId)),
    ...evidence.filter(isTouched).map((fact) => aspectOf.evidence(fact)),
  ];
}

/** What a service has from the start, if only empty. */
function settingsOf(service: string): readonly Aspect[] {
  return [
    aspectOf.service(service),
    aspectOf.split(service),
    aspectOf.routes(service),
    aspectOf.policy(service),
    aspectOf.authorization(service),
  ];
}

/** A version with what stands about it alone. */
function versionAspects(service: string, version: string): readonly Aspect[] {
  const id = `${service}@${version}`;
  return [aspectOf.version(service, version), aspectOf.delivery("lifecycles", id), aspectOf.delivery("deployments", id)];
}

/** Every aspect that a service has now. */
function allAspectsOf(service: Service): readonly Aspect[] {
  return [
    ...settingsOf(service.name),
    ...[...service.versions.keys()].flatMap((version) => versionAspects(service.name, version)),
    ...[...service.staticInstances.keys()].map((id) => aspectOf.instance(id)),
  ];
}
