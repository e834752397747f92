/**
 * Least-request balancing by the power of two choices: of two endpoints drawn at random the one with fewer requests under way is taken
 * (Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12(10), 2001; Envoy's LEAST_REQUEST).
 *
 * Endpoints in `excluded` are never chosen: they have been tried for this request. Endpoints to avoid (they refused connections a moment ago)
 * are chosen only when nothing else is left, so that a service whose instances all failed once is tried rather than given up.
 */
import type { Endpoint, InstanceId } from "../model/index.ts";
import { type Random, randomBelow } from "../std/index.ts";

export interface BalanceOptions {
  /** Requests under way at an endpoint. */
  readonly inFlight: (endpoint: Endpoint) => number;
  /** Tried already for this request. */
  readonly excluded?: ReadonlySet<InstanceId>;
  readonly isAvoided?: (endpoint: Endpoint) => boolean;
}

/** Undefined when every endpoint is excluded, or there is none. */
export function chooseEndpoint(endpoints: readonly Endpoint[], random: Random, options: BalanceOptions): Endpoint | undefined {
  const { inFlight, excluded, isAvoided } = options;
  const open = excluded === undefined || excluded.size === 0 ? endpoints : endpoints.filter((endpoint) => !excluded.has(endpoint.id));
  const preferred = isAvoided === undefined || !open.some(isAvoided) ? open : open.filter((endpoint) => !isAvoided(endpoint));
  const candidates = preferred.length > 0 ? preferred : open;
  if (candidates.length < 2) return candidates[0];
  const first = randomBelow(random, candidates.length);
  const draw = randomBelow(random, candidates.length - 1);
  const left = candidates[first];
  const right = candidates[draw < first ? draw : draw + 1];
  if (left === undefined || right === undefined) return left ?? right;
  return inFlight(right) < inFlight(left) ? right : left;
}
