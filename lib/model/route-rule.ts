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

/** All parts that are given must match (AND). An empty match fits every request. Names as in Gateway API's HTTPRouteMatch. */
export interface RouteMatch {
  readonly path?: PathMatch;
  readonly method?: string;
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
}

/** One rule: any of `matches` (OR) sends the request to `split`; without a split the service's own applies. */
export interface RouteRule {
  readonly name?: string;
  readonly matches: readonly RouteMatch[];
  readonly split?: { readonly weights: Weights };
}
