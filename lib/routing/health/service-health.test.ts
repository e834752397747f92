import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_HEALTH_CHECK, type Version } from "../../model/index.ts";
import { endpoint } from "../balance/members.fixture.ts";
import { at, healthOf, policyOf } from "./health.fixture.ts";
import type { ServiceHealth } from "./service-health.ts";

const CHECKED = policyOf({}, { healthChecks: { kind: "http", ...DEFAULT_HEALTH_CHECK } });

describe("outlier detection", () => {
  test("five 5xx in a row eject an instance, and the note says why and until when", () => {
    const { fail, healthy, notes } = healthOf(5);
    fail(2, 4, 1_000);
    expect(healthy()).toEqual([0, 1, 2, 3, 4]);
    fail(2, 1, 1_000);
    expect(healthy()).toEqual([0, 1, 3, 4]);
    expect(notes).toEqual([
      {
        kind: "instance-ejected",
        service: "shop",
        version: "1.0.0",
        instance: "shop-1.0.0-2",
        reason: "shop-1.0.0-2 gets no requests for 30 s: 5 requests in a row failed with 5xx; the last one: status 500.",
        untilMs: 31_000,
      },
    ]);
  });

  test("a success in between starts the count anew", () => {
    const { fail, health, healthy, idOf } = healthOf(3);
    fail(0, 4, 0);
    health.succeeded(idOf(0));
    fail(0, 4, 0);
    expect(healthy()).toEqual([0, 1, 2]);
  });

  test("failures without an answer have their own count, which a 5xx of the program resets", () => {
    const { fail, healthy } = healthOf(3, policyOf({ consecutive5xx: 0, consecutiveGatewayFailures: 3 }));
    fail(0, 2, 0, "gateway");
    fail(0, 1, 0, "server-error");
    fail(0, 2, 0, "gateway");
    expect(healthy()).toEqual([0, 1, 2]);
    fail(0, 1, 0, "gateway");
    expect(healthy()).toEqual([1, 2]);
  });

  test("both counts at 0 switch it off", () => {
    const { fail, healthy } = healthOf(3, policyOf({ consecutive5xx: 0, consecutiveGatewayFailures: 0 }));
    fail(0, 100, 0, "gateway");
    expect(healthy()).toEqual([0, 1, 2]);
  });

  test("an instance returns after its time, and each further ejection lasts twice as long, up to the maximum", () => {
    const { fail, health, idOf, kinds } = healthOf(3, policyOf({ maxEjectionMs: 100_000 }));
    const lengths: number[] = [];
    let nowMs = 0;
    for (let round = 0; round < 4; round++) {
      fail(0, 5, nowMs);
      const untilMs = health.ejectedUntilMs(idOf(0)) ?? 0;
      lengths.push(untilMs - nowMs);
      health.tick(at(untilMs - 1));
      expect(health.member(idOf(0))?.isHealthy).toBe(false);
      health.tick(at(untilMs));
      expect(health.member(idOf(0))?.isHealthy).toBe(true);
      nowMs = untilMs;
    }
    expect(lengths).toEqual([30_000, 60_000, 100_000, 100_000]);
    expect(kinds()).toEqual(new Array(4).fill(["instance-ejected", "instance-returned"]).flat());
  });

  test("a clean interval takes one ejection back, an interval without requests none", () => {
    const { fail, health, idOf } = healthOf(3);
    const lengthAt = (nowMs: number) => {
      fail(0, 5, nowMs);
      return (health.ejectedUntilMs(idOf(0)) ?? 0) - nowMs;
    };
    expect(lengthAt(0)).toBe(30_000);
    for (let second = 30; second < 40; second++) health.tick(at(second * 1_000));
    expect(lengthAt(40_000)).toBe(60_000);
    health.tick(at(100_000));
    for (const nowMs of [100_500, 101_500]) {
      health.succeeded(idOf(0));
      health.tick(at(nowMs + 700));
    }
    expect(lengthAt(103_000)).toBe(30_000);
  });

  test("failures during an ejection, of requests that were under way, are not counted", () => {
    const { fail, health, idOf, kinds } = healthOf(3);
    fail(0, 50, 0);
    health.tick(at(30_000));
    fail(0, 4, 30_000);
    expect(health.member(idOf(0))?.isHealthy).toBe(true);
    expect(kinds()).toEqual(["instance-ejected", "instance-returned"]);
  });

  test("never more than maxEjectionPercent of a version are out, but always one may be", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(100),
        fc.array(fc.nat(11), { maxLength: 40 }),
        (count, maxEjectionPercent, bad) => {
          const { fail, healthy } = healthOf(count, policyOf({ maxEjectionPercent }));
          for (const index of bad) fail(index % count, 5, 0);
          const out = count - healthy().length;
          expect(out).toBeLessThanOrEqual(Math.max(1, Math.floor((maxEjectionPercent * count) / 100)));
          expect(out >= 1).toBe(bad.length > 0);
        },
      ),
    );
  });

  test("the limit on ejections is that of each version by itself", () => {
    const endpoints = [0, 1].flatMap((index) => [endpoint(index), endpoint(index + 2, { version: "2.0.0" as Version })]);
    const { fail, healthy } = healthOf(endpoints);
    for (const index of [0, 1, 2, 3]) fail(index, 5, 0);
    expect(healthy()).toEqual([2, 3]);
  });
});

describe("a stalled instance", () => {
  const run = (options: { readonly othersAnswer: boolean; readonly answersLate: boolean; readonly waiting: number }) => {
    const { health, healthy, idOf, notes } = healthOf(4);
    for (let waiting = 0; waiting < options.waiting; waiting++) health.requestSent(idOf(0), 0);
    for (let nowMs = 0; nowMs <= 12_000; nowMs += 100) {
      if (options.othersAnswer) {
        health.requestSent(idOf(1), nowMs);
        health.waitEnded(idOf(1), nowMs, 10);
      }
      if (options.answersLate && nowMs % 900 === 0) health.waitEnded(idOf(0), nowMs, 900);
      health.tick(at(nowMs));
    }
    return { healthy: healthy(), notes };
  };

  test("is ejected after a second of silence when five requests wait", () => {
    const { health, healthy, idOf } = healthOf(4);
    for (let waiting = 0; waiting < 5; waiting++) health.requestSent(idOf(0), 0);
    for (let nowMs = 0; nowMs <= 2_200; nowMs += 100) {
      health.waitEnded(idOf(1), nowMs, 10);
      health.tick(at(nowMs));
    }
    expect(healthy()).toEqual([1, 2, 3]);
  });

  test("is ejected by one waiting request after five more intervals, and the note says what was seen", () => {
    const { healthy, notes } = run({ othersAnswer: true, answersLate: false, waiting: 1 });
    expect(healthy).toEqual([1, 2, 3]);
    expect(notes[0]?.reason).toMatch(
      /^shop-1\.0\.0-0 gets no requests for 30 s: 5 requests in a row got no answer; 1 waits, nothing was heard of it for \d/,
    );
  });

  test("stays in while no other instance answers either", () => {
    expect(run({ othersAnswer: false, answersLate: false, waiting: 5 }).healthy).toEqual([0, 1, 2, 3]);
  });

  test("stays in while it is slow but answers", () => {
    expect(run({ othersAnswer: true, answersLate: true, waiting: 20 }).healthy).toEqual([0, 1, 2, 3]);
  });

  test("of a service whose answers take long is given ten times its p99", () => {
    const { health, healthy, idOf } = healthOf(4);
    for (let waiting = 0; waiting < 5; waiting++) health.requestSent(idOf(0), 0);
    for (let nowMs = 0; nowMs <= 20_000; nowMs += 100) {
      health.waitEnded(idOf(1), nowMs, 2_000);
      health.tick(at(nowMs));
    }
    expect(healthy()).toEqual([0, 1, 2, 3]);
  });
});

describe("active checks", () => {
  test("three bad ones in a row take an instance out, two good ones bring it back", () => {
    const { health, healthy, idOf, notes } = healthOf(3, CHECKED);
    const check = (...outcomes: readonly boolean[]) => {
      for (const isGood of outcomes) health.checked(idOf(1), isGood, isGood ? "status 200" : "connection refused", 5_000);
      return healthy();
    };
    expect(check(false, false, true, false, false)).toEqual([0, 1, 2]);
    expect(check(false)).toEqual([0, 2]);
    expect(check(true, false, true)).toEqual([0, 2]);
    expect(check(true)).toEqual([0, 1, 2]);
    expect(notes.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["instance-unhealthy", "shop-1.0.0-1 failed 3 checks in a row: connection refused."],
      ["instance-healthy", "shop-1.0.0-1 passed 2 checks in a row: status 200."],
    ]);
  });

  test("a good check does not shorten an ejection", () => {
    const { fail, health, healthy, idOf } = healthOf(3, CHECKED);
    fail(0, 5, 0);
    for (let nowMs = 0; nowMs < 30_000; nowMs += 2_000) {
      health.checked(idOf(0), true, "status 200", nowMs);
      health.tick(at(nowMs));
      expect(healthy()).toEqual([1, 2]);
    }
  });

  test("switched off, what they found is forgotten", () => {
    const { endpoints, health, healthy, idOf } = healthOf(2, CHECKED);
    for (let check = 0; check < 3; check++) health.checked(idOf(0), false, "time-out", 0);
    expect(healthy()).toEqual([1]);
    health.update(endpoints, policyOf(), at(10));
    expect(healthy()).toEqual([0, 1]);
    health.checked(idOf(0), false, "time-out", 20);
    expect(healthy()).toEqual([0, 1]);
  });
});

describe("slow start", () => {
  const factor = (sinceMs: number | undefined, nowMs: number, slowStartMs = 10_000) => {
    const policy = policyOf({}, { slowStartMs });
    const { health, idOf } = healthOf([endpoint(0, sinceMs === undefined ? {} : { sinceMs })], policy);
    health.tick(at(nowMs));
    return health.member(idOf(0))?.slowStart;
  };

  test("a new instance grows from a tenth to all of its share", () => {
    const sinceMs = at(0).wallMs;
    expect([0, 500, 2_500, 9_000, 10_000].map((nowMs) => factor(sinceMs, nowMs))).toEqual([0.1, 0.1, 0.25, 0.9, 1]);
  });

  test("an old one, or any with slow start off, has all of it", () => {
    expect([factor(undefined, 0), factor(at(0).wallMs - 60_000, 0), factor(at(0).wallMs, 0, 0)]).toEqual([1, 1, 1]);
  });

  test("clocks that differ delay it by no more than its length", () => {
    expect(factor(at(0).wallMs + 3_600_000, 10_000)).toBe(1);
  });

  test("an instance that stood by warms up from when it serves, however long it took to start", () => {
    const sinceMs = at(0).wallMs;
    const policy = policyOf();
    const { health, idOf } = healthOf([endpoint(0, { sinceMs, standby: true })], policy);
    health.update([endpoint(0, { sinceMs })], policy, at(60_000));
    expect(health.member(idOf(0))?.slowStart).toBe(0.1);
    health.update([endpoint(0, { sinceMs })], policy, at(65_000));
    expect(health.member(idOf(0))?.slowStart).toBe(0.5);
  });

  test("an instance that returns from an ejection warms up again", () => {
    const { fail, health, idOf } = healthOf(3);
    fail(0, 5, 0);
    health.tick(at(30_000));
    expect(health.member(idOf(0))?.slowStart).toBe(0.1);
    health.tick(at(35_000));
    expect(health.member(idOf(0))?.slowStart).toBe(0.5);
  });
});

test("an instance that refused a connection is avoided for the time given", () => {
  const { health, healthy, idOf } = healthOf(2);
  health.avoid(idOf(0), 1_000, 0);
  expect(healthy()).toEqual([1]);
  health.tick(at(999));
  expect(healthy()).toEqual([1]);
  health.tick(at(1_000));
  expect(healthy()).toEqual([0, 1]);
});

test("what is known of an instance survives a new snapshot, and is gone with the instance", () => {
  const { endpoints, fail, health, healthy, idOf } = healthOf(3);
  const member = health.member(idOf(1));
  fail(0, 5, 0);
  health.update(endpoints.slice(0, 2), policyOf(), at(1_000));
  expect(health.member(idOf(1))).toBe(member);
  expect(health.member(idOf(2))).toBeUndefined();
  expect(healthy()).toEqual([1]);
  health.update(endpoints.slice(1), policyOf(), at(2_000));
  health.update(endpoints, policyOf(), at(3_000));
  expect(healthy()).toEqual([0, 1, 2]);
});

test("the revision grows exactly when health changes", () => {
  const { fail, health } = healthOf(3);
  const before = health.revision;
  fail(0, 4, 0);
  health.tick(at(1_000));
  expect(health.revision).toBe(before);
  fail(0, 1, 1_000);
  expect(health.revision).toBe(before + 1);
});

describe("the process that follows", () => {
  const follow = (before: ServiceHealth, endpoints: Parameters<typeof healthOf>[0], elapsedMs: number, policy = policyOf()) => {
    const next = healthOf(endpoints, policy);
    // Its clock begins somewhere else.
    next.health.resume(before.standing(10_000), elapsedMs, 500_000);
    return next;
  };

  test("keeps instances out for what is left of their time, and goes on counting ejections", () => {
    const { endpoints, fail, health } = healthOf(3);
    fail(1, 5, 0);
    const { fail: failNext, health: next, healthy, notes } = follow(health, endpoints, 2_000);
    expect(healthy()).toEqual([0, 2]);
    next.tick(at(517_999));
    expect(healthy()).toEqual([0, 2]);
    next.tick(at(518_000));
    expect(healthy()).toEqual([0, 1, 2]);
    failNext(1, 5, 518_000);
    expect(notes.at(-1)?.untilMs).toBe(578_000);
  });

  test("keeps out those that fail their checks, while they are checked", () => {
    const { endpoints, health, idOf } = healthOf(3, CHECKED);
    for (let check = 0; check < 10; check++) health.checked(idOf(0), false, "status 503", check);
    expect(follow(health, endpoints, 0, CHECKED).healthy()).toEqual([1, 2]);
    expect(follow(health, endpoints, 0).healthy()).toEqual([0, 1, 2]);
  });

  test("knows nothing of instances that moved, were started anew or are gone", () => {
    const { fail, health } = healthOf([endpoint(0, { sinceMs: 1 }), endpoint(1), endpoint(2)], policyOf({ maxEjectionPercent: 100 }));
    for (const index of [0, 1, 2]) fail(index, 5, 0);
    const { healthy } = follow(health, [endpoint(0, { sinceMs: 2 }), endpoint(1, { port: 9001 })], 0);
    expect(healthy()).toEqual([0, 1]);
  });
});
