import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Endpoint, InstanceId } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { chooseEndpoint } from "./choose-endpoint.ts";

function endpoints(count: number): Endpoint[] {
  return Array.from(
    { length: count },
    (_, index) => ({ id: `i${index}`, service: "shop", version: "1.0.0", address: "::1", port: index }) as unknown as Endpoint,
  );
}

const idle = () => 0;

describe("the choice of an endpoint", () => {
  test("is never an excluded one, and none only when all are excluded", () => {
    fc.assert(
      fc.property(fc.nat(6), fc.uniqueArray(fc.nat(6)), fc.uniqueArray(fc.nat(6)), fc.integer(), (count, tried, avoided, seed) => {
        const excluded = new Set(tried.map((index) => `i${index}` as InstanceId));
        const all = endpoints(count);
        const chosen = chooseEndpoint(all, createXorshift(seed), {
          inFlight: idle,
          excluded,
          isAvoided: ({ port }) => avoided.includes(port),
        });
        const open = all.filter(({ id }) => !excluded.has(id));
        const preferred = open.filter(({ port }) => !avoided.includes(port));
        expect(chosen === undefined).toBe(open.length === 0);
        expect([undefined, ...(preferred.length > 0 ? preferred : open)]).toContain(chosen);
      }),
    );
  });

  test("is never the busiest of three or more, where it alone is the busiest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer(), (count, seed) => {
        const chosen = chooseEndpoint(endpoints(count), createXorshift(seed), { inFlight: ({ port }) => (port === 0 ? 5 : 1) });
        expect(chosen?.port).not.toBe(0);
      }),
    );
  });

  test("spreads evenly over idle endpoints (χ², 50 000 draws, p = 0.001)", () => {
    const all = endpoints(5);
    const random = createXorshift(42);
    const counts = new Array<number>(5).fill(0);
    for (let draw = 0; draw < 50_000; draw++) {
      const port = chooseEndpoint(all, random, { inFlight: idle })?.port ?? 0;
      counts[port] = (counts[port] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(18.47);
  });

  test("keeps queues short: at an equal load the longest of 20 stays near the mean", () => {
    const all = endpoints(20);
    const random = createXorshift(3);
    const load = new Array<number>(20).fill(0);
    for (let request = 0; request < 2_000; request++) {
      const port = chooseEndpoint(all, random, { inFlight: (endpoint) => load[endpoint.port] ?? 0 })?.port ?? 0;
      load[port] = (load[port] ?? 0) + 1;
    }
    expect(Math.max(...load) - 100).toBeLessThanOrEqual(4);
  });
});
