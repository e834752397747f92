import type { SnapshotEndpoint } from "../../model/index.ts";
import type { Subject } from "./held-identity.ts";
import type { IdentityAgent } from "./identity-agent.ts";
import type { PeerDialer } from "./peer-dialer.ts";

/** What a proxy that takes part in mTLS has: its identities, and the way to call with them. */
export interface MeshIdentity {
  readonly agent: IdentityAgent;
  readonly dialer: PeerDialer;
}

/** How one instance is called: over mTLS as somebody, in plain text (null), or not at all. */
export type Hop = Subject | null | "refused";

/**
 * Whether an instance is called over mTLS. In plain text where no proxy stands beside it; under `permissive` also while we have no certificate or its
 * proxy's listener is down; under `strict` never.
 */
export function hopTo(
  { inbound }: Pick<SnapshotEndpoint, "inbound">,
  mode: "strict" | "permissive",
  caller: { readonly identity: MeshIdentity | null; readonly as: Subject | null },
  isListenerDown: boolean,
): Hop {
  if (inbound === undefined) return null;
  const { as, identity } = caller;
  if (identity !== null && as !== null && identity.agent.held(as) !== null && !(isListenerDown && mode === "permissive")) return as;
  return mode === "permissive" ? null : "refused";
}
