import type { Instance, MeshState, ServiceName, Version, VersionRef } from "../../model/index.ts";
import type { DecideContext } from "./context.ts";

/** Every instance of a version: static ones of `state`, and leases. */
export function instancesOf(context: Pick<DecideContext, "leases">, state: MeshState, ref: VersionRef): readonly Instance[] {
  const statics = [...(state.services.get(ref.service)?.staticInstances.values() ?? [])];
  return [...statics, ...context.leases.filter((lease) => lease.service === ref.service)].filter(
    (instance) => instance.version === ref.version,
  );
}

type ReadinessContext = Pick<DecideContext, "leases" | "whyOut">;

/**
 * Whether a version has an instance that takes requests, as far as is known. One that refuses connections, that some proxy has ejected or that fails its
 * checks does not count: traffic is not moved to a version of which nothing better is known.
 */
export function isReady(context: ReadinessContext, state: MeshState, ref: VersionRef): boolean {
  return instancesOf(context, state, ref).some(({ id, standby }) => standby !== true && context.whyOut(id) === null);
}

/** How many instances of a version take requests, as far as is known. */
export function readyCount(context: ReadinessContext, state: MeshState, ref: VersionRef): number {
  return instancesOf(context, state, ref).filter(({ id, standby }) => standby !== true && context.whyOut(id) === null).length;
}

const NAMED_MAX = 3;

/** What is known against each instance of a version that is not ready: "pay-1 is ejected until …, pay-2 refuses connections"; "" where it has none. */
export function whyNotReady(context: ReadinessContext, state: MeshState, ref: VersionRef): string {
  const all = instancesOf(context, state, ref);
  const named = all
    .slice(0, NAMED_MAX)
    .map(({ id, standby }) => `${id} ${standby === true ? "stands by" : (context.whyOut(id) ?? "is ready")}`);
  return [...named, ...(all.length > NAMED_MAX ? [`and ${all.length - NAMED_MAX} more`] : [])].join(", ");
}

/** Leases of a service, of one version when given. */
export function leasesOf(context: Pick<DecideContext, "leases">, service: ServiceName, version?: Version): readonly Instance[] {
  return context.leases.filter((lease) => lease.service === service && (version === undefined || lease.version === version));
}
