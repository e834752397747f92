import type { Instance, MeshState, ServiceName, Version, VersionRef } from "../../model/index.ts";
import type { DecideContext } from "./context.ts";

/** Every instance of a version: static ones of `state`, and leases. */
export function instancesOf(context: Pick<DecideContext, "leases">, state: MeshState, ref: VersionRef): readonly Instance[] {
  const statics = [...(state.services.get(ref.service)?.staticInstances.values() ?? [])];
  return [...statics, ...context.leases.filter((lease) => lease.service === ref.service)].filter(
    (instance) => instance.version === ref.version,
  );
}

/** Whether a version has an instance that takes requests, as far as is known. */
export function isReady(context: Pick<DecideContext, "leases" | "isFailing">, state: MeshState, ref: VersionRef): boolean {
  return instancesOf(context, state, ref).some(({ id, standby }) => standby !== true && !context.isFailing(id));
}

/** Leases of a service, of one version when given. */
export function leasesOf(context: Pick<DecideContext, "leases">, service: ServiceName, version?: Version): readonly Instance[] {
  return context.leases.filter((lease) => lease.service === service && (version === undefined || lease.version === version));
}
