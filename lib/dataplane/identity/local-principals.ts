import type { Principal, Snapshot } from "../../model/index.ts";
import type { Subject } from "./held-identity.ts";

/** Who needs an identity here: the instances that the snapshot has on this node, and the ingress where this proxy has one. */
export function localPrincipals(snapshot: Snapshot, node: string, hasIngress: boolean): ReadonlyMap<Subject, Principal> {
  const principals = new Map<Subject, Principal>();
  if (hasIngress) principals.set("ingress", { kind: "ingress" });
  for (const { endpoints } of Object.values(snapshot.services)) {
    for (const { id, node: at, service, version } of endpoints) if (at === node) principals.set(id, { kind: "instance", service, version });
  }
  return principals;
}
