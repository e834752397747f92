import type { VersionRange } from "./names.ts";
import type { Weights } from "./weights.ts";

/** How a path is compared. `PathPrefix` compares whole elements: `/a` matches `/a/b`, not `/ab`. */
export interface PathMatch {
  readonly type: "Exact" | "PathPrefix" | "RegularExpression";
  readonly value: string;
}

/** How one header or query parameter is compared. `RegularExpression` is linear-time (RE2 syntax) and anchored at both ends. */
export interface ValueMatch {
  readonly type?: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

/** Who calls: a service, and with `range` only its versions within. `ingress` is traffic from outside, which has no version. */
export interface CallerMatch {
  readonly service: string;
  readonly range?: VersionRange;
}

/** All parts that are given must match (AND). An empty match fits every request. Names as in Gateway API's HTTPRouteMatch. */
export interface RouteMatch {
  readonly path?: PathMatch;
  readonly method?: string;
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
  readonly caller?: CallerMatch;
}

/** A header with its value. Names compare without case. */
export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

/** Edits of a head: `set` replaces all values of a name, `add` adds one more, `remove` drops every one. Applied in the order remove, set, add. */
export interface HeaderEdits {
  readonly set?: readonly HeaderValue[];
  readonly add?: readonly HeaderValue[];
  readonly remove?: readonly string[];
}

/** A new path. `ReplacePrefixMatch` replaces the prefix that matched (a `PathPrefix` of the rule) and keeps what follows. */
export type PathRewrite =
  | { readonly type: "ReplaceFullPath"; readonly replaceFullPath: string }
  | { readonly type: "ReplacePrefixMatch"; readonly replacePrefixMatch: string };

/** What a rule does to a request beside choosing a version. Names and shapes as in Gateway API's HTTPRouteFilter. */
export type RouteFilter =
  | { readonly type: "RequestHeaderModifier"; readonly requestHeaderModifier: HeaderEdits }
  | { readonly type: "ResponseHeaderModifier"; readonly responseHeaderModifier: HeaderEdits }
  | { readonly type: "URLRewrite"; readonly urlRewrite: { readonly hostname?: string; readonly path?: PathRewrite } }
  | {
      readonly type: "RequestRedirect";
      readonly requestRedirect: {
        readonly scheme?: "http" | "https";
        readonly hostname?: string;
        readonly port?: number;
        readonly path?: PathRewrite;
        /** 302 when absent. */
        readonly statusCode?: 301 | 302 | 303 | 307 | 308;
      };
    }
  | {
      readonly type: "RequestMirror";
      readonly requestMirror: {
        /** `service` absent: the service of the rule. */
        readonly backendRef: { readonly service?: string; readonly version: string };
        /** Of the requests that the rule routes; 100 when absent, two decimals. */
        readonly percent?: number;
      };
    };

/** All in ms. Absent: the service's policy applies. */
export interface RouteTimeouts {
  /** From the request's head to the end of its answer's head, all attempts together. */
  readonly requestMs?: number;
  readonly perTryMs?: number;
  /** Between two bytes of a body. */
  readonly idleMs?: number;
}

/** Absent parts: the service's policy applies. */
export interface RouteRetry {
  /** Attempts beyond the first; 0 switches retries off. */
  readonly attempts?: number;
  /** Statuses of an answer after which an idempotent request is tried again. */
  readonly codes?: readonly number[];
  /** Pause before the first retry, doubling, with full jitter. */
  readonly backoffMs?: number;
}

/** Faults made on purpose, to a share of the requests that the rule routes. */
export interface RouteFault {
  readonly delayMs?: number;
  readonly abortStatus?: number;
  /** 0 to 100, two decimals. */
  readonly percent: number;
}

/** A key that stays on its version while weights grow: it moves at most once. By cookie: the ingress sets one where it is missing. */
export interface Stickiness {
  readonly by: "cookie" | "header";
  readonly name: string;
}

/**
 * One rule: any of `matches` (OR) sends the request to `split`; without a split the service's own applies.
 * With `lane`, requests that match enter the lane, and requests that are in the lane already take this rule before any other, whatever they match;
 * a lane rule may have no matches: it then takes only requests that are in the lane.
 */
export interface RouteRule {
  readonly name?: string;
  readonly matches: readonly RouteMatch[];
  readonly split?: { readonly weights: Weights };
  readonly filters?: readonly RouteFilter[];
  readonly timeouts?: RouteTimeouts;
  readonly retry?: RouteRetry;
  readonly fault?: RouteFault;
  readonly stickiness?: Stickiness;
  readonly lane?: string;
}
