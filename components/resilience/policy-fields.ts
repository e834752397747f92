import { codesText, typedCodes } from "@/components/services/routes/rule-part-values.ts";
import { typedNumber } from "@/components/services/typed-number.ts";
import { durationText, typedDuration } from "@/components/ui/duration.ts";

export type Unit = "ms" | "percent" | "count" | "codes" | "text";

/** Every setting that is typed, by its path in the policy. */
export const POLICY_FIELDS = {
  "healthChecks.path": "text",
  "healthChecks.intervalMs": "ms",
  "healthChecks.timeoutMs": "ms",
  "healthChecks.unhealthyAfter": "count",
  "healthChecks.healthyAfter": "count",
  "outlierDetection.consecutive5xx": "count",
  "outlierDetection.consecutiveGatewayFailures": "count",
  "outlierDetection.intervalMs": "ms",
  "outlierDetection.baseEjectionMs": "ms",
  "outlierDetection.maxEjectionMs": "ms",
  "outlierDetection.maxEjectionPercent": "percent",
  "circuitBreakers.maxConnections": "count",
  "circuitBreakers.maxPending": "count",
  "circuitBreakers.maxRequests": "count",
  "circuitBreakers.maxRetries": "count",
  "adaptiveConcurrency.minLimit": "count",
  "adaptiveConcurrency.maxLimit": "count",
  "retries.attempts": "count",
  "retries.codes": "codes",
  "retries.backoffMs": "ms",
  "retries.budgetPercent": "percent",
  "timeouts.requestMs": "ms",
  "timeouts.perTryMs": "ms",
  "timeouts.idleMs": "ms",
  "timeouts.connectMs": "ms",
  slowStartMs: "ms",
  panicThresholdPercent: "percent",
} as const satisfies Record<string, Unit>;

export type PolicyField = keyof typeof POLICY_FIELDS;

/** In the order of the policy. */
export const FIELD_NAMES = Object.keys(POLICY_FIELDS) as readonly PolicyField[];

/** The word for "no limit at all", where a setting may have none. */
const NONE = "none";

/** A setting as it stands in its field; "" where it is not set. */
export function fieldText(field: PolicyField, value: unknown): string {
  if (value === undefined) return "";
  if (value === null) return NONE;
  const unit = POLICY_FIELDS[field];
  if (unit === "codes" && Array.isArray(value)) return codesText(value as number[]);
  return unit === "ms" && typeof value === "number" ? durationText(value) : String(value);
}

/** What a field holds; undefined for an empty one, and as it was typed where it is not what it should be: the engine says so. */
export function typedField(field: PolicyField, text: string): unknown {
  const trimmed = text.trim();
  switch (POLICY_FIELDS[field]) {
    case "ms":
      return trimmed === NONE && field === "timeouts.perTryMs" ? null : typedDuration(trimmed);
    case "codes":
      return typedCodes(trimmed);
    case "text":
      return trimmed === "" ? undefined : trimmed;
    default:
      return typedNumber(trimmed.replace(/\s*%$/, ""));
  }
}
