/**
 * Where a request goes: host → lane → rule → version, and who may send it. Shared by proxy, engine and whoever asks "where would this go".
 * In: a `Snapshot`, a request's head, its caller, a source of randomness. Out: a decision, an answer of the rule's own, or a refusal with its code.
 *
 * Invariants:
 * - the order of rules, hosts, services and versions in the input never changes a decision;
 * - a decision is taken on one table: all weights of a change apply at once;
 * - a version with weight 0 is never chosen, nor one that the caller is known not to work with; the law of the choice is exact (no modulo bias);
 * - routing and authorization look at the same normal form of a path;
 * - nothing a client sends is used as an object key, every regular expression runs in linear time (RE2), every cache is bounded.
 *
 * It opens no connection and keeps no count; which instance of a version is taken, and what is known of its health: `balance/`, `health/`.
 * Semantics follow HTTPRoute of Gateway API v1.2 (sigs.k8s.io), except that precedence is that of the project's wire contract.
 */

export { BAGGAGE, withLane } from "./baggage.ts";
export type { BalancerPick } from "./balance/balancer.ts";
export { EndpointPool, type MemberSource, type PoolLevel } from "./balance/endpoint-pool.ts";
export { Member } from "./balance/member.ts";
export { type Level, type LevelKind, planLevels } from "./balance/plan-levels.ts";
export { rankByKey } from "./balance/rank-by-key.ts";
export { stableHash } from "./balance/stable-hash.ts";
export { checkAuthorization } from "./check-authorization.ts";
export { checkRules } from "./check-rules.ts";
export { type AuthorizationDecision, type AuthorizationRequest, decideAuthorization } from "./decide-authorization.ts";
export { explainOrder, type TriedMatch } from "./explain-order.ts";
export type { HeaderPatch } from "./header-edits.ts";
export { AdaptiveLimit } from "./health/adaptive-limit.ts";
export { backOffMs } from "./health/back-off.ts";
export { BREAKER_CODES, type BreakerResource, CircuitBreaker } from "./health/circuit-breaker.ts";
export { EventDamper } from "./health/event-damper.ts";
export type { HealthNote, Moment, ReportHealth } from "./health/health-note.ts";
export { LevelWatch } from "./health/level-watch.ts";
export type { FailureKind } from "./health/outlier.ts";
export { retriesAllowed } from "./health/retry-budget.ts";
export { type HealthPolicy, type InstanceStanding, ServiceHealth } from "./health/service-health.ts";
export { createHostIndex, type HostIndex, parseHostPattern } from "./hosts.ts";
export { orderRules, type PrecedenceFigure } from "./match-summary.ts";
export { queryParameter, type RequestHead } from "./matcher.ts";
export { normalisePath, routedPath } from "./normalise-path.ts";
export type { AskedRanges } from "./range-header.ts";
export { isRetriableStatus, RETRIABLE_STATUSES, RETRY_ATTEMPTS_MAX } from "./retriable.ts";
export type {
  FailoverTarget,
  MirrorTarget,
  RouteAnswer,
  RouteDecision,
  RouteEffects,
  RoutePlan,
  RouteRefusal,
} from "./route-decision.ts";
export type { RouteStage, RouteStep } from "./route-trace.ts";
export { compileSnapshot, RoutingTable } from "./routing-table.ts";
export { type SimulatedRequest, type Simulation, simulate } from "./simulate.ts";
export { cookieValue } from "./sticky-key.ts";
