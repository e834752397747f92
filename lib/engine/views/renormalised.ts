import { decidingEvidence, liveVersions, verdictOf } from "../../compatibility/index.ts";
import type { MeshState, Service, ServiceName, Version, VersionRef } from "../../model/index.ts";
import { incompatibleCallers, renormalise } from "../incompatible.ts";
import type { RenormalisedView } from "../views.ts";

/** Live callers that do not follow the split of `service` as it is, or the split of one of its rules, and why. */
export function renormalisedViews(state: MeshState, service: Service, nowIso: string): readonly RenormalisedView[] {
  const weighted = liveVersions(service);
  if (weighted.size === 0) return [];
  return Object.entries(incompatibleCallers(state, service, nowIso)).flatMap(([key, excluded]): readonly RenormalisedView[] => {
    const caller = refOf(key);
    const versions = excluded.filter((version) => weighted.has(version));
    if (versions.length === 0 || !isLive(state, caller)) return [];
    const weights = renormalise(service.weights, versions);
    return [{ caller, versions, weights, reason: reasonOf(state, caller, service, versions, nowIso) }];
  });
}

function refOf(key: string): VersionRef {
  const at = key.indexOf("@");
  return { service: key.slice(0, at) as ServiceName, version: key.slice(at + 1) as Version };
}

function isLive(state: MeshState, { service, version }: VersionRef): boolean {
  const known = state.services.get(service);
  return known !== undefined && liveVersions(known).has(version);
}

function reasonOf(state: MeshState, caller: VersionRef, service: Service, versions: readonly Version[], nowIso: string): string {
  const [first] = versions;
  const evidence = first === undefined ? [] : verdictOf(state, caller, { service: service.name, version: first }, nowIso).evidence;
  return (
    decidingEvidence(evidence, "incompatible")?.sentence ??
    `${caller.service} ${caller.version} does not work with ${service.name} ${versions.join(", ")}.`
  );
}
