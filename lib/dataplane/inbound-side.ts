import type { VerifiedPeer } from "../identity/index.ts";
import type { EdgeEnd, Principal, SnapshotEndpoint } from "../model/index.ts";
import type { ListenerSide } from "./caller-side.ts";
import type { HeadScope } from "./http1/request-head.ts";
import type { EdgeCounters } from "./telemetry-recorder.ts";
import type { Upstream } from "./upstream-pool.ts";

/** The local instance behind an inbound listener. */
export interface InboundTarget {
  readonly endpoint: SnapshotEndpoint;
  readonly upstream: Upstream;
}

const UNKNOWN: EdgeEnd = { service: "?", version: null };

/**
 * Who calls a local instance on one connection: whom its certificate names, or nobody in plain text. What a caller without identity says is believed as
 * little as what comes from outside the mesh.
 */
export class InboundSide implements ListenerSide {
  readonly inbound: InboundTarget;
  readonly scope: HeadScope;
  readonly caller: EdgeEnd;
  readonly principal: Principal | null;
  readonly identity: string | null;
  readonly subject = null;
  /** This connection takes no further request. */
  isRetired = false;
  readonly #isListenerClosing: () => boolean;

  constructor(inbound: InboundTarget, peer: Pick<VerifiedPeer, "id" | "principal"> | null, isListenerClosing: () => boolean) {
    this.inbound = inbound;
    this.#isListenerClosing = isListenerClosing;
    this.scope = peer === null ? "ingress" : "inbound";
    this.principal = peer?.principal ?? null;
    this.identity = peer?.id ?? null;
    this.caller = this.principal === null ? UNKNOWN : edgeEndOf(this.principal);
  }

  get isClosing(): boolean {
    return this.isRetired || this.#isListenerClosing();
  }

  /** The caller's proxy counts edges. */
  edgeFor(): EdgeCounters {
    throw new Error("requests to local instances have no edge");
  }
}

function edgeEndOf(principal: Principal): EdgeEnd {
  return principal.kind === "ingress" ? { service: "ingress", version: null } : { service: principal.service, version: principal.version };
}
