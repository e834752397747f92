import type { MeshState, VersionRef } from "../model/index.ts";

/**
 * Requests/s that a version can carry with `ready` instances: `C` of its deployment for each of them, else the figure that it was registered with;
 * undefined where neither is known.
 */
export function versionCapacity(
  state: Pick<MeshState, "deployments" | "services">,
  { service, version }: VersionRef,
  ready: number,
): number | undefined {
  const each = state.deployments.get(`${service}@${version}`)?.capacityRps;
  return each === undefined ? state.services.get(service)?.versions.get(version)?.capacityRps : each * ready;
}
