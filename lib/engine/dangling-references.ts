import { mirrorTargets } from "../compatibility/index.ts";
import type { MeshState, Problem, Service, VersionRef } from "../model/index.ts";

interface Reference {
  readonly target: VersionRef;
  readonly from: string;
}

/** A problem for each mirror and each failover that would newly name a version that does not exist, whatever took it away or brought it back. */
export function danglingReferences(before: MeshState, after: MeshState): readonly Problem[] {
  const known = new Set(danglingIn(before).map(keyOf));
  return danglingIn(after)
    .filter((reference) => !known.has(keyOf(reference)))
    .map(({ target, from }) => ({
      path: "",
      code: "version.live",
      detail: `${from} names ${target.service} ${target.version}, which would not exist.`,
      fix: `Take it out of ${from} first.`,
    }));
}

function danglingIn(state: MeshState): readonly Reference[] {
  return [...state.services.values()]
    .flatMap(referencesOf)
    .filter(({ target }) => state.services.get(target.service)?.versions.has(target.version) !== true);
}

function referencesOf(service: Service): readonly Reference[] {
  const failover = (service.policy.failover ?? []).flatMap((step): readonly Reference[] =>
    step.kind === "version"
      ? [{ target: { service: service.name, version: step.version as VersionRef["version"] }, from: `the failover of ${service.name}` }]
      : [],
  );
  return [...failover, ...mirrorTargets(service).map((target) => ({ target, from: `a mirror of ${service.name}` }))];
}

function keyOf({ target, from }: Reference): string {
  return `${from} ${target.service}@${target.version}`;
}
