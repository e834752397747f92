import type { LoadBalancingKind } from "../../model/index.ts";
import type { Balancer } from "./balancer.ts";
import { Maglev } from "./maglev.ts";
import { hasFewerRequests, hasLowerLoad, PowerOfTwo } from "./power-of-two.ts";
import { RandomBalancer } from "./random-balancer.ts";
import { RingHash } from "./ring-hash.ts";
import { SmoothRoundRobin } from "./smooth-round-robin.ts";

const KINDS: Readonly<Record<LoadBalancingKind, () => Balancer>> = {
  roundRobin: () => new SmoothRoundRobin(false),
  weighted: () => new SmoothRoundRobin(true),
  random: () => new RandomBalancer(),
  leastRequest: () => new PowerOfTwo(hasFewerRequests),
  peakEwma: () => new PowerOfTwo(hasLowerLoad),
  ringHash: () => new RingHash(),
  maglev: () => new Maglev(),
};

/** A balancer without instances. */
export function createBalancer(kind: LoadBalancingKind): Balancer {
  return KINDS[kind]();
}
