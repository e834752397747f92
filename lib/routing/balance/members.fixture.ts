import type { InstanceId, ServiceName, SnapshotEndpoint, Version } from "../../model/index.ts";
import { createXorshift } from "../../std/index.ts";
import type { BalancerPick } from "./balancer.ts";
import { Member } from "./member.ts";

/** An instance of `shop` whose name ends with `name`. */
export function endpoint(name: string | number, more: Partial<SnapshotEndpoint> = {}): SnapshotEndpoint {
  return {
    id: `shop-1.0.0-${name}` as InstanceId,
    service: "shop" as ServiceName,
    version: "1.0.0" as Version,
    address: "127.0.0.1",
    port: 9000,
    ...more,
  };
}

/** Instances `shop-1.0.0-0`, `-1`, … of these weights; a number: so many of weight 1. */
export function membersOf(weights: number | readonly number[]): Member[] {
  const all = typeof weights === "number" ? new Array<number>(weights).fill(1) : weights;
  return all.map((weight, index) => new Member(endpoint(index, { weight })));
}

/** A pick without a key, at time 0. */
export function pickOf(more: Partial<BalancerPick> & { readonly seed?: number } = {}): BalancerPick {
  const { seed = 1, ...rest } = more;
  return { random: createXorshift(seed), nowMs: 0, hash: -1, excluded: null, ...rest };
}
