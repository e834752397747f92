import type { HashOn } from "../../model/index.ts";
import { cookieValue, queryParameter, type RequestHead, stableHash } from "../../routing/index.ts";

/** What a hashing balancer goes by for a request: the hash of its key, or -1 where it has none. `source`: the caller's address. */
export function hashKeyOf(hashOn: HashOn, head: RequestHead, source: string): number {
  const key = keyOf(hashOn, head, source);
  return key === undefined || key === "" ? -1 : stableHash(key);
}

function keyOf(hashOn: HashOn, head: RequestHead, source: string): string | undefined {
  switch (hashOn.kind) {
    case "header":
      return head.header(hashOn.name.toLowerCase());
    case "cookie":
      return cookieValue(head.header("cookie"), hashOn.name);
    case "query":
      return queryParameter(head.query, hashOn.name);
    case "source":
      return source;
  }
}
