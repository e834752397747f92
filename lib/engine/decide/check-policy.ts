/**
 * What is wrong with a traffic policy: every problem at once, each with the path of its field and what to write instead.
 *
 * Ranges are wide: they refuse what cannot work, not what is unwise. Rules between two fields are checked on what would hold (`effectivePolicy`), so that a
 * figure is also compared with a default that was not written; they are checked only where both figures are right in themselves.
 * Pure; the service is needed for its versions alone.
 */
import {
  type EffectiveTrafficPolicy,
  effectivePolicy,
  type Problem,
  parseNodeName,
  type Service,
  type TrafficPolicy,
  type Version,
} from "../../model/index.ts";
import { isRetriableStatus, RETRIABLE_STATUSES, RETRY_ATTEMPTS_MAX } from "../../routing/index.ts";
import { listed } from "./refusals.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const COUNT_MAX = 1_000_000;

type Bounds = readonly [min: number, max: number, unit?: "ms" | "%"];

/** Whole numbers, both ends included. */
const BOUNDS: Readonly<Record<string, Bounds>> = {
  "healthChecks.intervalMs": [100, HOUR_MS, "ms"],
  "healthChecks.timeoutMs": [1, MINUTE_MS, "ms"],
  "healthChecks.unhealthyAfter": [1, 100],
  "healthChecks.healthyAfter": [1, 100],
  "outlierDetection.consecutive5xx": [0, 10_000],
  "outlierDetection.consecutiveGatewayFailures": [0, 10_000],
  "outlierDetection.intervalMs": [100, HOUR_MS, "ms"],
  "outlierDetection.baseEjectionMs": [100, DAY_MS, "ms"],
  "outlierDetection.maxEjectionMs": [100, DAY_MS, "ms"],
  "outlierDetection.maxEjectionPercent": [0, 100, "%"],
  "circuitBreakers.maxConnections": [1, COUNT_MAX],
  "circuitBreakers.maxPending": [0, COUNT_MAX],
  "circuitBreakers.maxRequests": [1, COUNT_MAX],
  "circuitBreakers.maxRetries": [0, COUNT_MAX],
  "adaptiveConcurrency.minLimit": [1, COUNT_MAX],
  "adaptiveConcurrency.maxLimit": [1, COUNT_MAX],
  "retries.attempts": [0, RETRY_ATTEMPTS_MAX],
  "retries.backoffMs": [0, MINUTE_MS, "ms"],
  "retries.budgetPercent": [0, 100, "%"],
  "timeouts.requestMs": [1, DAY_MS, "ms"],
  "timeouts.perTryMs": [1, DAY_MS, "ms"],
  "timeouts.idleMs": [1, DAY_MS, "ms"],
  "timeouts.connectMs": [1, MINUTE_MS, "ms"],
  slowStartMs: [0, HOUR_MS, "ms"],
  panicThresholdPercent: [0, 100, "%"],
};

/** One rule between two figures of what would hold. */
interface Order {
  readonly field: string;
  readonly other: string;
  readonly holds: (policy: EffectiveTrafficPolicy) => boolean;
  readonly detail: string;
  readonly fix: string;
}

const ORDERS: readonly Order[] = [
  {
    field: "healthChecks.timeoutMs",
    other: "healthChecks.intervalMs",
    holds: ({ healthChecks: check }) => check.kind === "off" || check.timeoutMs < check.intervalMs,
    detail: "A check may not take as long as the time to the next one",
    fix: "Make timeoutMs smaller than intervalMs.",
  },
  {
    field: "outlierDetection.baseEjectionMs",
    other: "outlierDetection.maxEjectionMs",
    holds: ({ outlierDetection: { baseEjectionMs, maxEjectionMs } }) => baseEjectionMs <= maxEjectionMs,
    detail: "The first ejection may not last longer than the longest",
    fix: "Make baseEjectionMs at most maxEjectionMs.",
  },
  {
    field: "adaptiveConcurrency.minLimit",
    other: "adaptiveConcurrency.maxLimit",
    holds: ({ adaptiveConcurrency: { minLimit, maxLimit } }) => minLimit <= maxLimit,
    detail: "The smallest limit may not be above the largest",
    fix: "Make minLimit at most maxLimit.",
  },
  {
    field: "timeouts.perTryMs",
    other: "timeouts.requestMs",
    holds: ({ timeouts: { perTryMs, requestMs } }) => perTryMs === null || perTryMs <= requestMs,
    detail: "One try may not last longer than the whole request",
    fix: "Make perTryMs at most requestMs, or null for none.",
  },
];

/** `path` is where the policy stood in the input, "" for the whole input. */
export function checkPolicy(service: Pick<Service, "name" | "versions">, policy: TrafficPolicy, path: string): readonly Problem[] {
  const figures = Object.entries(BOUNDS).flatMap(([field, bounds]) => checkFigure(field, valueAt(policy, field), bounds));
  const found: readonly Found[] = [
    ...figures,
    ...checkOrders(policy, new Set(figures.map(({ field }) => field))),
    ...checkHash(policy),
    ...checkHealthPath(policy),
    ...checkRetryCodes(policy),
    ...checkFailover(service, policy),
  ];
  return found.map(({ field, detail, fix }) => ({ path: path === "" ? field : `${path}.${field}`, code: "policy.invalid", detail, fix }));
}

/** Without parts that set nothing, so that equal policies are deeply equal. */
export function normalisePolicy(policy: TrafficPolicy): TrafficPolicy {
  const entries = Object.entries(policy).flatMap(([key, part]): readonly (readonly [string, unknown])[] => {
    if (part === undefined) return [];
    if (typeof part !== "object" || part === null || Array.isArray(part)) return [[key, part]];
    const set = Object.entries(part).filter(([, value]) => value !== undefined);
    return set.length === 0 ? [] : [[key, Object.fromEntries(set)]];
  });
  return Object.fromEntries(entries) as TrafficPolicy;
}

interface Found {
  readonly field: string;
  readonly detail: string;
  readonly fix: string;
}

function valueAt(policy: unknown, field: string): unknown {
  let value = policy;
  for (const key of field.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

/** `null` means "none" and comes only where the shape allows it. */
function checkFigure(field: string, value: unknown, [min, max, unit]: Bounds): readonly Found[] {
  if (value === undefined || value === null) return [];
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return [];
  const name = field.slice(field.lastIndexOf(".") + 1);
  const of = unit === "ms" ? " milliseconds" : unit === "%" ? " percent" : "";
  return [
    { field, detail: `${name} is ${String(value)}.`, fix: `Give a whole number${of === "" ? "" : ` of${of}`} from ${min} to ${max}.` },
  ];
}

function checkOrders(policy: TrafficPolicy, wrong: ReadonlySet<string>): readonly Found[] {
  const effective = effectivePolicy(policy);
  return ORDERS.filter(({ field, other, holds }) => !wrong.has(field) && !wrong.has(other) && !holds(effective)).map(
    ({ field, other, detail, fix }) => {
      // Named at the field that was written: the default of the other is not the author's.
      const at = valueAt(policy, field) === undefined ? other : field;
      const figures = `${leaf(field)} ${String(valueAt(effective, field))}, ${leaf(other)} ${String(valueAt(effective, other))}`;
      return { field: at, detail: `${detail}: ${figures}.`, fix };
    },
  );
}

function leaf(field: string): string {
  return field.slice(field.lastIndexOf(".") + 1);
}

/** RFC 9110, section 5.6.2: header names, and cookie names as RFC 6265 has them. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function checkHash({ loadBalancing }: TrafficPolicy): readonly Found[] {
  const { kind, hashOn } = loadBalancing ?? {};
  if (hashOn === undefined) {
    if (kind !== "ringHash" && kind !== "maglev") return [];
    const fix = 'Give hashOn, such as {kind: "header", name: "x-user"}; {kind: "source"} hashes the caller\'s address.';
    return [{ field: "loadBalancing.hashOn", detail: `${kind} needs to know what of a request to hash.`, fix }];
  }
  if (hashOn.kind === "source") return [];
  const isName = hashOn.kind === "query" ? hashOn.name !== "" : TOKEN.test(hashOn.name);
  if (isName) return [];
  const detail = `"${hashOn.name}" is not the name of a ${hashOn.kind === "query" ? "query parameter" : hashOn.kind}.`;
  return [{ field: "loadBalancing.hashOn.name", detail, fix: "Use letters, digits and hyphens, such as x-user." }];
}

/** What a request target's path may hold as sent, and perhaps a query. */
const CHECK_PATH = /^\/[\x21\x22\x24-\x7e]*$/;

function checkHealthPath({ healthChecks }: TrafficPolicy): readonly Found[] {
  if (healthChecks === undefined || healthChecks.kind === "off" || healthChecks.path === undefined) return [];
  const field = "healthChecks.path";
  if (healthChecks.kind === "tcp")
    return [{ field, detail: "A tcp check only connects: it asks for no path.", fix: 'Leave the path out, or use kind "http".' }];
  if (CHECK_PATH.test(healthChecks.path)) return [];
  return [{ field, detail: `"${healthChecks.path}" cannot be asked for.`, fix: 'Write a path that starts with "/", such as /healthz.' }];
}

function checkRetryCodes({ retries }: TrafficPolicy): readonly Found[] {
  return (retries?.codes ?? []).flatMap((code, index, codes): readonly Found[] => {
    const field = `retries.codes.${index}`;
    if (!isRetriableStatus(code))
      return [{ field, detail: `A request is not tried again after ${code}.`, fix: `Write ${RETRIABLE_STATUSES}.` }];
    return codes.indexOf(code) === index ? [] : [{ field, detail: `${code} is listed twice.`, fix: "Keep one of the two." }];
  });
}

const ZONE_FIX = "Use 1 to 63 lower-case letters, digits and hyphens, such as eu-west-1a.";

function checkFailover({ name, versions }: Pick<Service, "name" | "versions">, { failover = [] }: TrafficPolicy): readonly Found[] {
  const seen = new Map<string, number>();
  return failover.flatMap((step, index): readonly Found[] => {
    const at = `failover.${index}`;
    const target = step.kind === "zone" ? step.zone : step.version;
    const field = `${at}.${step.kind}`;
    if (target.trim() === "") return [{ field, detail: `The ${step.kind} is empty.`, fix: "Name it, or leave the step out." }];
    const twin = seen.get(`${step.kind} ${target}`);
    if (twin !== undefined) return [{ field: at, detail: `It is the same as failover.${twin}.`, fix: "Keep one of the two." }];
    seen.set(`${step.kind} ${target}`, index);
    // Zones are named like nodes, which are the zones of instances without one.
    if (step.kind === "zone")
      return parseNodeName(target).ok ? [] : [{ field, detail: `"${target}" is not the name of a zone.`, fix: ZONE_FIX }];
    if (!versions.has(target as Version)) {
      const known = listed([...versions.keys()]);
      const fix = known === "" ? `Register a version of ${name} first.` : `Register it first, or use one of: ${known}.`;
      return [{ field, detail: `${name} has no version "${target}".`, fix }];
    }
    if (versions.size > 1) return [];
    const detail = `${target} is the only version of ${name}: it would fail over to itself.`;
    return [{ field, detail, fix: "Name another version or a zone, or leave the step out." }];
  });
}
