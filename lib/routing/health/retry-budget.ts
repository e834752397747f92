import type { CircuitBreakers, RetryRules } from "../../model/index.ts";

/**
 * Retries that may be under way at once, of one proxy towards one version: `budgetPercent` of the requests under way there, but always
 * `maxRetries` (3 by default). As in Envoy's retry budget a quiet service may retry too, and one that fails altogether gets at most
 * (100 + budgetPercent) % of its requests, plus those few. Zero of both: none.
 */
export function retriesAllowed(
  requestsUnderWay: number,
  { budgetPercent }: Pick<RetryRules, "budgetPercent">,
  { maxRetries }: Pick<CircuitBreakers, "maxRetries">,
): number {
  return Math.max(maxRetries, Math.floor((requestsUnderWay * budgetPercent) / 100));
}
