import type { HashOn, LoadBalancingKind } from "../../model/index.ts";
import { cookieValue, queryParameter, type RequestHead, stableHash } from "../../routing/index.ts";
import type { Subject } from "../identity/held-identity.ts";

/** What of a request a key may be taken from. */
export interface HashedRequest {
  readonly head: RequestHead;
  /** The caller's address. */
  readonly source: string;
  /** In whose name instances are called over mTLS; null: in nobody's. */
  readonly as: Subject | null;
}

/** Whether the balancer goes by a key of the request at all. */
export function isHashing({ kind }: { readonly kind: LoadBalancingKind }): boolean {
  return kind === "ringHash" || kind === "maglev";
}

/** What a hashing balancer goes by for a request: the hash of its key, or -1 where it has none. */
export function hashKeyOf(hashOn: HashOn, request: HashedRequest): number {
  const key = keyOf(hashOn, request);
  return key === undefined || key === "" ? -1 : stableHash(key);
}

function keyOf(hashOn: HashOn, { as, head, source }: HashedRequest): string | undefined {
  switch (hashOn.kind) {
    case "header":
      return head.header(hashOn.name.toLowerCase());
    case "cookie":
      return cookieValue(head.header("cookie"), hashOn.name);
    case "query":
      return queryParameter(head.query, hashOn.name);
    case "source":
      // Instances all call from the loopback address: each is a source of its own.
      return as === null || as === "ingress" ? source : as;
  }
}
