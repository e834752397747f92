/**
 * Where a request goes: host → service → rule → version → endpoint. Shared by proxy, engine and whoever asks "where would this go".
 * In: a `Snapshot`, a request's head, a source of randomness, counts of requests under way. Out: a decision, or a code for the refusal.
 *
 * Invariants:
 * - the order of rules, hosts, services and versions in the input never changes a decision;
 * - a decision is taken on one table: all weights of a change apply at once;
 * - a version with weight 0 is never chosen; the law of the choice is exact to the basis point (no modulo bias);
 * - nothing a client sends is used as an object key, and every regular expression runs in linear time (RE2).
 *
 * It opens no connection, keeps no count and knows no health: those are the proxy's, given as arguments.
 * Semantics follow HTTPRoute of Gateway API v1.2 (sigs.k8s.io), except that precedence is that of the project's wire contract.
 */

export { checkRules } from "./check-rules.ts";
export { type BalanceOptions, chooseEndpoint } from "./choose-endpoint.ts";
export { createHostIndex, type HostIndex, parseHostPattern } from "./hosts.ts";
export { orderRules } from "./match-summary.ts";
export type { RequestHead } from "./matcher.ts";
export { compileSnapshot, type RouteDecision, type RouteRefusal, RoutingTable } from "./routing-table.ts";
