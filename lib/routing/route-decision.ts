/**
 * What becomes of a request: it goes to a version (`route`), the proxy answers it by itself (`answer`), or it goes nowhere (`refusal`).
 *
 * Decisions without effects, plans and refusals are made once per table and handed out again and again: never change one. Two requests of the same
 * rule, caller and version get the very same object; only a request with effects of its own gets one of its own.
 */
import type {
  AuthorizationPolicy,
  EffectiveTrafficPolicy,
  ErrorCode,
  RetryRules,
  RouteRule,
  ServiceName,
  SnapshotEndpoint,
  Version,
} from "../model/index.ts";
import type { HeaderPatch } from "./header-edits.ts";

/** What a rule, over the service's policy, makes of every request that it routes. */
export interface RoutePlan {
  /** `perTryMs` null: none. */
  readonly timeouts: EffectiveTrafficPolicy["timeouts"];
  readonly retries: RetryRules;
  /** Edits of the request's head; null: none. */
  readonly requestHeaders: HeaderPatch | null;
  /** Edits of the answer's head, whoever made the answer; null: none. */
  readonly responseHeaders: HeaderPatch | null;
  /** Sent as `Host`; null: the one that came. */
  readonly hostname: string | null;
  /** Rules or authorization of the service look at paths: the normal form is sent, and a path that has none is refused. */
  readonly looksAtPath: boolean;
  /** What a request from outside asks for in `x-interlock-range` is taken off. */
  readonly ignoresOutsideRanges: boolean;
}

/** Where a request goes when the chosen version's instances are unhealthy, in order of preference. */
export type FailoverTarget =
  /** The chosen version's instances of a zone. */
  | { readonly kind: "zone"; readonly zone: string }
  /** Another version of the service: one that the caller may meet and, where the request asked for a range, in it. */
  | { readonly kind: "version"; readonly version: Version; readonly endpoints: readonly SnapshotEndpoint[] };

/** One copy of the request to make. */
export interface MirrorTarget {
  readonly service: ServiceName;
  readonly version: Version;
  /** May be empty. */
  readonly endpoints: readonly SnapshotEndpoint[];
}

/** What is done to this request alone. */
export interface RouteEffects {
  /** Sent instead of the path that came, without query; null: the path that came. */
  readonly path: string | null;
  /** Wait this long first; 0: do not. */
  readonly delayMs: number;
  /** The lane that the request enters (`withLane` of its `baggage`); null: it stays where it is. */
  readonly lane: string | null;
  /** A `Set-Cookie` value to add to the answer; null: none. */
  readonly setCookie: string | null;
  readonly mirrors: readonly MirrorTarget[];
}

/** Where a request goes. */
export interface RouteDecision {
  readonly kind: "route";
  readonly service: ServiceName;
  readonly version: Version;
  /** The rule that matched; null when none did. */
  readonly rule: RouteRule | null;
  /** The service's `splitEpoch` when its split chose the version; null when the rule's own split did. */
  readonly splitEpoch: number | null;
  /** Known instances of the version; may be empty. */
  readonly endpoints: readonly SnapshotEndpoint[];
  readonly failover: readonly FailoverTarget[];
  /** The service's. */
  readonly policy: EffectiveTrafficPolicy;
  /** The service's; null: everybody may call it. */
  readonly authorization: AuthorizationPolicy | null;
  readonly plan: RoutePlan;
  /** Null: nothing is done to this request beyond the plan. */
  readonly effects: RouteEffects | null;
}

/** An answer that the proxy makes because a rule says so: a redirect, or a fault made on purpose. */
export interface RouteAnswer {
  readonly kind: "answer";
  readonly service: ServiceName;
  readonly rule: RouteRule;
  readonly status: number;
  /** For `x-interlock-code`; null for a redirect. */
  readonly code: Extract<ErrorCode, "routing.fault-injected"> | null;
  /** Value of `Location`; null for a fault. */
  readonly location: string | null;
  /** Wait this long first; 0: do not. */
  readonly delayMs: number;
  readonly plan: RoutePlan;
}

/** Why a request goes nowhere. */
export interface RouteRefusal {
  readonly kind: "refusal";
  readonly code: Extract<
    ErrorCode,
    "routing.unknown-host" | "routing.no-split" | "routing.no-compatible-version" | "routing.range-unsatisfied" | "request.malformed"
  >;
  /** Null for an unknown host. */
  readonly service: ServiceName | null;
  /** One sentence for whoever sent the request. */
  readonly detail: string;
}
