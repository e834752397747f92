/**
 * Where instances of deployments run and how they get from what is to what is wanted. Pure: one round is a function of what there is.
 *
 *   scale    S ← S + α(T − S)   instances, towards the target
 *   roll     V ← V + γ(U − V)   instances of the wanted generation, on nodes where they may be
 *   capacity C ← C·β            requests/s that one instance can carry
 *
 * Invariants: shares are rounded up in magnitude, so that every round moves and none overshoots; never more than `target + maxSurge` instances, those that
 * leave included; no ready instance is asked to leave while fewer than `target − maxUnavailable` would be left; an instance that may stay where it is stays.
 * It holds no memory but that of the autoscaler, which is handed in and out: a process that starts anew goes on from what runs.
 */

export { approach } from "./approach.ts";
export { type AutoscaleMemory, autoscale, startAutoscale } from "./autoscale.ts";
export { type Moves, type NodeRoom, type PlacedInstance, planMoves, type WantedInstances } from "./plan-moves.ts";
