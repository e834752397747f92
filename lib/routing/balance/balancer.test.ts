import { describe, expect, test } from "vitest";
import type { InstanceId, LoadBalancingKind } from "../../model/index.ts";
import { createXorshift } from "../../std/index.ts";
import type { Balancer } from "./balancer.ts";
import { createBalancer } from "./create-balancer.ts";
import type { Member } from "./member.ts";
import { membersOf, pickOf } from "./members.fixture.ts";
import { mixHash } from "./stable-hash.ts";

const KINDS: readonly LoadBalancingKind[] = ["roundRobin", "weighted", "random", "leastRequest", "peakEwma", "ringHash", "maglev"];
const WEIGHT_AWARE = KINDS.filter((kind) => kind !== "roundRobin" && kind !== "random");
const HASHING: readonly LoadBalancingKind[] = ["ringHash", "maglev"];

function balancerOf(kind: LoadBalancingKind, members: readonly Member[]): Balancer {
  const balancer = createBalancer(kind);
  balancer.update(members);
  return balancer;
}

/** Share of each of `members` in many choices: of idle instances, by random keys where the kind hashes. */
function sharesOf(balancer: Balancer, members: readonly Member[], { draws = 40_000, hashed = true, ignoreHealth = false } = {}): number[] {
  const random = createXorshift(7);
  const counts = new Map<Member | undefined, number>();
  for (let draw = 0; draw < draws; draw++) {
    const chosen = balancer.choose(pickOf({ random, hash: hashed ? mixHash(draw, 99) : -1 }), ignoreHealth);
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  }
  return members.map((member) => (counts.get(member) ?? 0) / draws);
}

describe.each(KINDS)("%s", (kind) => {
  test("chooses nothing where there is no instance", () => {
    expect(createBalancer(kind).choose(pickOf({ hash: 5 }), false)).toBeUndefined();
    expect(balancerOf(kind, []).choose(pickOf(), true)).toBeUndefined();
  });

  test("always chooses the only instance", () => {
    const [only] = membersOf(1);
    const balancer = balancerOf(kind, only === undefined ? [] : [only]);
    expect([pickOf(), pickOf({ hash: 0 }), pickOf({ hash: 0xffffffff })].map((pick) => balancer.choose(pick, false))).toEqual([
      only,
      only,
      only,
    ]);
  });

  test("never chooses an excluded instance, and none when all are excluded", () => {
    const members = membersOf(4);
    const balancer = balancerOf(kind, members);
    const random = createXorshift(3);
    for (let mask = 0; mask < 16; mask++) {
      const excluded = new Set(members.filter((_, index) => (mask & (1 << index)) !== 0).map(({ id }) => id));
      for (let draw = 0; draw < 50; draw++) {
        const chosen = balancer.choose(pickOf({ random, excluded, hash: draw % 2 === 0 ? -1 : mixHash(draw, mask) }), false);
        expect(chosen === undefined).toBe(mask === 15);
        expect(excluded.has((chosen?.id ?? "") as InstanceId)).toBe(false);
      }
    }
  });

  test("never chooses an unhealthy instance, except where health is to be ignored", () => {
    const members = membersOf(5);
    for (const member of members.slice(0, 3)) member.isHealthy = false;
    const balancer = balancerOf(kind, members);
    expect(sharesOf(balancer, members).slice(0, 3)).toEqual([0, 0, 0]);
    expect(Math.min(...sharesOf(balancer, members, { ignoreHealth: true }))).toBeGreaterThan(0.1);
    for (const member of members) member.isHealthy = false;
    expect(balancer.choose(pickOf({ hash: 9 }), false)).toBeUndefined();
  });

  test("gives idle instances of equal weight equal shares, within 25 % of each", () => {
    for (const count of [2, 3, 4, 7, 10]) {
      const members = membersOf(count);
      for (const share of sharesOf(balancerOf(kind, members), members)) expect(Math.abs(share * count - 1)).toBeLessThan(0.25);
    }
  });

  test("gives a warming instance a share no larger than twice its factor's, and all of it once it is warm", () => {
    const members = membersOf(4);
    const balancer = balancerOf(kind, members);
    const [first] = members;
    if (first !== undefined) first.slowStart = 0.1;
    const [warming = 1] = sharesOf(balancer, members);
    expect(warming).toBeGreaterThan(0.01);
    expect(warming).toBeLessThan((2 * 0.1) / 3.1);
    if (first !== undefined) first.slowStart = 1;
    expect(sharesOf(balancer, members)[0]).toBeGreaterThan(0.18);
  });

  test("spreads evenly while all instances warm up alike", () => {
    const members = membersOf(4);
    for (const member of members) member.slowStart = 0.1;
    for (const share of sharesOf(balancerOf(kind, members), members)) expect(Math.abs(share * 4 - 1)).toBeLessThan(0.25);
  });

  test("goes on after the set of instances changed, with the new ones and without the old", () => {
    const members = membersOf(6);
    const balancer = balancerOf(kind, members.slice(0, 4));
    sharesOf(balancer, members, { draws: 100 });
    balancer.update(members.slice(2));
    const shares = sharesOf(balancer, members);
    expect(shares.slice(0, 2)).toEqual([0, 0]);
    expect(Math.min(...shares.slice(2))).toBeGreaterThan(0.15);
  });
});

describe.each(WEIGHT_AWARE)("%s, with weights", (kind) => {
  test("gives idle instances shares in proportion to their weights, within a fifth", () => {
    const members = membersOf([1, 2, 5]);
    const shares = sharesOf(balancerOf(kind, members), members);
    for (const [index, weight] of [1, 2, 5].entries()) expect(Math.abs(((shares[index] ?? 0) * 8) / weight - 1)).toBeLessThan(0.2);
  });

  test("gives every instance some, whatever the weights: 1 to 50", () => {
    const members = membersOf([1, 50, 50, 20]);
    const shares = sharesOf(balancerOf(kind, members), members);
    for (const [index, weight] of [1, 50, 50, 20].entries()) expect(((shares[index] ?? 0) * 121) / weight).toBeGreaterThan(0.4);
    expect((shares[0] ?? 1) * 121).toBeLessThan(2);
  });

  test("gives an instance of weight 0 nothing while others have weight", () => {
    const members = membersOf([0, 1, 3]);
    expect(sharesOf(balancerOf(kind, members), members)[0]).toBe(0);
  });
});

describe.each(HASHING)("%s, by key", (kind) => {
  test("gives requests without a key equal shares", () => {
    const members = membersOf(5);
    for (const share of sharesOf(balancerOf(kind, members), members, { hashed: false })) expect(Math.abs(share * 5 - 1)).toBeLessThan(0.05);
  });

  test("leaves every key at its instance while all warm up alike", () => {
    const members = membersOf(4);
    const balancer = balancerOf(kind, members);
    const owners = () => Array.from({ length: 500 }, (_, key) => balancer.choose(pickOf({ hash: mixHash(key, 5) }), false)?.id);
    const warm = owners();
    for (const member of members) member.slowStart = 0.1;
    expect(owners()).toEqual(warm);
  });

  test("moves a key at most once while an instance warms up", () => {
    const members = membersOf(4);
    const balancer = balancerOf(kind, members);
    const [warming] = members;
    const before = new Map<number, Member | undefined>();
    for (const factor of [0.1, 0.3, 0.6, 1]) {
      if (warming !== undefined) warming.slowStart = factor;
      for (let key = 0; key < 2_000; key++) {
        const chosen = balancer.choose(pickOf({ hash: mixHash(key, 5) }), false);
        const was = factor === 0.1 ? chosen : before.get(key);
        expect([was, warming]).toContain(chosen);
        before.set(key, chosen);
      }
    }
  });
});

test("roundRobin takes turns, whatever the weights", () => {
  const members = membersOf([1, 9, 1]);
  const balancer = balancerOf("roundRobin", members);
  const turns = Array.from({ length: 7 }, () => balancer.choose(pickOf(), false)?.id.at(-1)).join("");
  expect(turns).toBe("0120120");
});

test("weighted interleaves smoothly: 5, 1, 1 is a a b a c a a", () => {
  const members = membersOf([5, 1, 1]);
  const balancer = balancerOf("weighted", members);
  expect(Array.from({ length: 7 }, () => balancer.choose(pickOf(), false)?.id.at(-1)).join("")).toBe("0010200");
});

test("weighted goes on with its turns when an instance joins", () => {
  const members = membersOf(3);
  const balancer = balancerOf("weighted", members.slice(0, 2));
  const first = balancer.choose(pickOf(), false);
  balancer.update(members);
  const next = [balancer.choose(pickOf(), false), balancer.choose(pickOf(), false)];
  expect(next).not.toContain(first);
});

test("leastRequest never chooses the busiest of three or more, and of two always the less busy", () => {
  const members = membersOf(3);
  for (const [index, member] of members.entries()) member.inFlight = index;
  expect(sharesOf(balancerOf("leastRequest", members), members)[2]).toBe(0);
  expect(sharesOf(balancerOf("leastRequest", members.slice(0, 2)), members)).toEqual([1, 0, 0]);
});

test("leastRequest counts requests per weight: 3 at weight 4 are less than 1 at weight 1", () => {
  const members = membersOf([4, 1]);
  for (const [index, member] of members.entries()) member.inFlight = index === 0 ? 3 : 1;
  expect(sharesOf(balancerOf("leastRequest", members), members)).toEqual([1, 0]);
});

test("leastRequest keeps queues short: at an equal load the longest of 20 stays near the mean", () => {
  const members = membersOf(20);
  const balancer = balancerOf("leastRequest", members);
  const random = createXorshift(3);
  for (let request = 0; request < 2_000; request++) {
    const chosen = balancer.choose(pickOf({ random }), false);
    if (chosen !== undefined) chosen.inFlight++;
  }
  expect(Math.max(...members.map(({ inFlight }) => inFlight)) - 100).toBeLessThanOrEqual(4);
});

test("peakEwma avoids the slow one, asks an unproven one once, and forgets a peak in time", () => {
  const members = membersOf(2);
  const [slow, quick] = members as [Member, Member];
  slow.observeLatency(500, 0);
  quick.observeLatency(5, 0);
  const balancer = balancerOf("peakEwma", members);
  expect(balancer.choose(pickOf(), false)).toBe(quick);
  expect(slow.loadAt(60_000)).toBeLessThan(5);
  const [fresh] = membersOf(1) as [Member];
  expect(fresh.loadAt(0)).toBe(0);
  fresh.inFlight = 1;
  expect(fresh.loadAt(0)).toBeGreaterThan(slow.loadAt(0) * 1_000);
});
