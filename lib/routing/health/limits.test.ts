import { describe, expect, test } from "vitest";
import { createXorshift } from "../../std/index.ts";
import { backOffMs } from "./back-off.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { HealthNote } from "./health-note.ts";
import { retriesAllowed } from "./retry-budget.ts";

const SUBJECT = { service: "shop", version: "1.0.0" };

describe("a circuit breaker", () => {
  const limits = { maxConnections: 2, maxPending: 1, maxRequests: 50, maxRetries: 3 };

  test("never lets more through than the limit, and lets the next in for each that ends", () => {
    const breaker = new CircuitBreaker(limits);
    const taken = Array.from({ length: 80 }, () => breaker.tryAcquire("requests", 0)).filter(Boolean);
    expect(taken).toHaveLength(50);
    breaker.release("requests");
    expect([breaker.tryAcquire("requests", 0), breaker.tryAcquire("requests", 0)]).toEqual([true, false]);
  });

  test("counts each resource by itself", () => {
    const breaker = new CircuitBreaker(limits);
    expect([breaker.tryAcquire("pending", 0), breaker.tryAcquire("pending", 0), breaker.tryAcquire("connections", 0)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([breaker.used("pending"), breaker.used("connections"), breaker.used("retries")]).toEqual([1, 1, 0]);
  });

  test("takes new limits at once: raised ones let more in, lowered ones cut nothing off", () => {
    const breaker = new CircuitBreaker(limits);
    for (let request = 0; request < 50; request++) breaker.tryAcquire("requests", 0);
    breaker.limits = { ...limits, maxRequests: 80 };
    expect(breaker.tryAcquire("requests", 0)).toBe(true);
    breaker.limits = { ...limits, maxRequests: 10 };
    expect([breaker.used("requests"), breaker.tryAcquire("requests", 0)]).toEqual([51, false]);
  });

  test("reports once that it opened, with the limit, and once that it closed", () => {
    const breaker = new CircuitBreaker({ ...limits, maxRequests: 1 });
    const notes: HealthNote[] = [];
    for (let nowMs = 0; nowMs < 5_000; nowMs += 100) {
      if (nowMs < 2_000) breaker.tryAcquire("requests", nowMs);
      breaker.step(SUBJECT, nowMs, (note) => notes.push(note));
    }
    expect(notes.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["breaker-open", "1 requests are under way to shop@1.0.0, which is the limit: more are refused."],
      ["breaker-closed", "Nothing to shop@1.0.0 has been refused for 1 s."],
    ]);
  });

  test("a retry that is over its limit opens the breaker and says which limit", () => {
    const breaker = new CircuitBreaker(limits);
    const notes: HealthNote[] = [];
    breaker.refused("retries", 4, 0);
    for (const nowMs of [0, 1_000]) breaker.step(SUBJECT, nowMs, (note) => notes.push(note));
    expect(notes.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["breaker-open", "4 retries are under way to shop@1.0.0, which is the limit: more are not made."],
      ["breaker-closed", "Nothing to shop@1.0.0 has been refused for 1 s."],
    ]);
  });
});

test.each([
  [0, 3],
  [14, 3],
  [20, 4],
  [500, 100],
])("with %i requests under way, 20 %% and at least 3 allow %i retries", (underWay, allowed) => {
  expect(retriesAllowed(underWay, { budgetPercent: 20 }, { maxRetries: 3 })).toBe(allowed);
});

test("a budget of nothing allows no retry", () => {
  expect(retriesAllowed(500, { budgetPercent: 0 }, { maxRetries: 0 })).toBe(0);
});

test("a back-off is uniform from 0 to a ceiling that doubles up to ten times the base", () => {
  const random = createXorshift(11);
  const draws = (retry: number) => Array.from({ length: 5_000 }, () => backOffMs(retry, 25, random));
  for (const [retry, ceiling] of [
    [1, 25],
    [2, 50],
    [4, 200],
    [5, 250],
    [60, 250],
  ] as const) {
    const waits = draws(retry);
    expect(Math.max(...waits)).toBeLessThan(ceiling);
    expect(Math.max(...waits)).toBeGreaterThan(0.98 * ceiling);
    expect(Math.min(...waits)).toBeLessThan(0.02 * ceiling);
    expect(Math.abs(waits.reduce((sum, wait) => sum + wait, 0) / waits.length / ceiling - 0.5)).toBeLessThan(0.02);
  }
});
