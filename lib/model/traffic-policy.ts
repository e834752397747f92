/**
 * How traffic to one service is balanced, protected and secured. Names and defaults as Envoy's where the concept is the same
 * (docs: https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/upstream); each difference is said at the field.
 *
 * `TrafficPolicy` is what an operator set, every part optional; `EffectiveTrafficPolicy` is what holds, every part present.
 * Invariant: `effectivePolicy` of anything that `lib/engine` accepted is complete, and of `{}` it is `DEFAULT_TRAFFIC_POLICY`.
 */

export type LoadBalancingKind = "roundRobin" | "weighted" | "random" | "leastRequest" | "peakEwma" | "ringHash" | "maglev";

/** What of a request is hashed (`ringHash`, `maglev`). A request without it is hashed by nothing and balanced at random. */
export type HashOn =
  | { readonly kind: "header" | "cookie" | "query"; readonly name: string }
  /** The caller's address. */
  | { readonly kind: "source" };

export interface LoadBalancing {
  readonly kind: LoadBalancingKind;
  readonly hashOn: HashOn;
  /** Instances in the caller's zone first, spilling over gently as they fail. */
  readonly zonePreference: boolean;
}

export type HealthCheckPolicy =
  | { readonly kind: "off" }
  | {
      readonly kind: "http" | "tcp";
      /** `http` only; any 2xx or 3xx is good. */
      readonly path: string;
      readonly intervalMs: number;
      readonly timeoutMs: number;
      readonly unhealthyAfter: number;
      readonly healthyAfter: number;
    };

export interface OutlierDetection {
  /** Consecutive 5xx answers after which an instance is ejected; 0 switches it off. */
  readonly consecutive5xx: number;
  /** Consecutive connect failures, resets and time-outs (502, 503, 504 of an instance too); 0 switches it off. */
  readonly consecutiveGatewayFailures: number;
  readonly intervalMs: number;
  /** Doubles with each ejection of the same instance, up to `maxEjectionMs`. */
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  /** At least one instance may always be ejected. */
  readonly maxEjectionPercent: number;
}

/** Per proxy and version of the service. */
export interface CircuitBreakers {
  readonly maxConnections: number;
  /** Requests that wait for a connection. */
  readonly maxPending: number;
  readonly maxRequests: number;
  /** Retries under way. */
  readonly maxRetries: number;
}

export interface RetryRules {
  /** Attempts beyond the first. */
  readonly attempts: number;
  readonly codes: readonly number[];
  readonly backoffMs: number;
  /** Retries under way, of requests under way; at least 3 are always allowed. */
  readonly budgetPercent: number;
}

/** Where requests go when what is preferred is unhealthy, in this order; the chosen version's instances always come first. */
export type FailoverStep =
  | { readonly kind: "zone"; readonly zone: string }
  /** Only a version that the caller may meet. */
  | { readonly kind: "version"; readonly version: string };

/** A limit on requests under way while a version is overloaded, found from throughput and latency, per proxy and version. */
export interface AdaptiveConcurrency {
  readonly enabled: boolean;
  readonly minLimit: number;
  readonly maxLimit: number;
}

export interface EffectiveTrafficPolicy {
  readonly loadBalancing: LoadBalancing;
  readonly healthChecks: HealthCheckPolicy;
  readonly outlierDetection: OutlierDetection;
  readonly circuitBreakers: CircuitBreakers;
  readonly adaptiveConcurrency: AdaptiveConcurrency;
  readonly retries: RetryRules;
  /** `perTryMs` null: none. */
  readonly timeouts: { readonly requestMs: number; readonly perTryMs: number | null; readonly idleMs: number; readonly connectMs: number };
  readonly slowStartMs: number;
  readonly panicThresholdPercent: number;
  readonly failover: readonly FailoverStep[];
  readonly tls: { readonly mode: "strict" | "permissive" };
  /** Whether a request that comes to the service from outside may ask for ranges (`x-interlock-range`); inside the mesh every request may. */
  readonly ranges: { readonly fromOutside: "follow" | "ignore" };
}

type Deep<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Deep<T[K]> } : T;

/** As an operator set it: what is left out has its default. A health check is given by its kind and what differs. */
export type TrafficPolicy = Deep<Omit<EffectiveTrafficPolicy, "healthChecks" | "loadBalancing">> & {
  readonly loadBalancing?: { readonly kind?: LoadBalancingKind; readonly hashOn?: HashOn; readonly zonePreference?: boolean };
  readonly healthChecks?:
    | { readonly kind: "off" }
    | {
        readonly kind: "http" | "tcp";
        readonly path?: string;
        readonly intervalMs?: number;
        readonly timeoutMs?: number;
        readonly unhealthyAfter?: number;
        readonly healthyAfter?: number;
      };
};

/** Holds without any configuration. */
export const DEFAULT_TRAFFIC_POLICY: EffectiveTrafficPolicy = {
  // Power of two choices: a hanging instance drains itself.
  loadBalancing: { kind: "leastRequest", hashOn: { kind: "source" }, zonePreference: false },
  healthChecks: { kind: "off" },
  // Envoy ejects at most 10 %, which under ten instances is none.
  outlierDetection: {
    consecutive5xx: 5,
    consecutiveGatewayFailures: 5,
    intervalMs: 1_000,
    baseEjectionMs: 30_000,
    maxEjectionMs: 300_000,
    maxEjectionPercent: 50,
  },
  circuitBreakers: { maxConnections: 1_024, maxPending: 1_024, maxRequests: 1_024, maxRetries: 3 },
  // Off in Envoy. It refuses only on evidence of overload; its bound is beyond `maxRequests`, so that who raises that need not raise this too.
  adaptiveConcurrency: { enabled: true, minLimit: 4, maxLimit: 65_536 },
  // Envoy retries nothing.
  retries: { attempts: 1, codes: [], backoffMs: 25, budgetPercent: 20 },
  timeouts: { requestMs: 15_000, perTryMs: null, idleMs: 60_000, connectMs: 1_000 },
  // Off in Envoy.
  slowStartMs: 10_000,
  panicThresholdPercent: 50,
  failover: [],
  tls: { mode: "permissive" },
  ranges: { fromOutside: "follow" },
};

/** What a health check is where only its kind is given. */
export const DEFAULT_HEALTH_CHECK = { path: "/healthz", intervalMs: 2_000, timeoutMs: 1_000, unhealthyAfter: 3, healthyAfter: 2 } as const;

/** What holds for a service: its policy over the defaults, part by part. */
export function effectivePolicy(policy: TrafficPolicy): EffectiveTrafficPolicy {
  const base = DEFAULT_TRAFFIC_POLICY;
  return {
    loadBalancing: { ...base.loadBalancing, ...policy.loadBalancing },
    healthChecks: effectiveCheck(policy.healthChecks),
    outlierDetection: { ...base.outlierDetection, ...policy.outlierDetection },
    circuitBreakers: { ...base.circuitBreakers, ...policy.circuitBreakers },
    adaptiveConcurrency: { ...base.adaptiveConcurrency, ...policy.adaptiveConcurrency },
    retries: { ...base.retries, ...policy.retries },
    timeouts: { ...base.timeouts, ...policy.timeouts },
    slowStartMs: policy.slowStartMs ?? base.slowStartMs,
    panicThresholdPercent: policy.panicThresholdPercent ?? base.panicThresholdPercent,
    failover: policy.failover ?? base.failover,
    tls: { ...base.tls, ...policy.tls },
    ranges: { ...base.ranges, ...policy.ranges },
  };
}

function effectiveCheck(check: TrafficPolicy["healthChecks"]): HealthCheckPolicy {
  if (check === undefined || check.kind === "off") return { kind: "off" };
  return { ...DEFAULT_HEALTH_CHECK, ...check };
}
