import { expect, test } from "vitest";
import type { CompatibilityCell, Verdict } from "@/lib/client/index.ts";
import { detourOf } from "./detour.ts";

const cell = (providerVersion: string, verdict: Verdict, live: boolean): CompatibilityCell => ({
  consumerVersion: "2.5.0",
  providerVersion,
  verdict,
  evidence: [],
  inferred: null,
  traffic: { rps: 0, requests: 0, errorRate: null, live },
});
const WEIGHTS = { "5.1.0": 6000, "5.2.0": 3000, "5.3.0": 1000 };
const pair = { consumerVersion: "2.5.0", providerVersion: "5.1.0" };

test("calls go to the versions that stay, in the proportion of the split", () => {
  const cells = [cell("5.1.0", "compatible", true), cell("5.2.0", "compatible", true), cell("5.3.0", "unknown", true)];
  expect(detourOf({ cells }, pair, WEIGHTS)).toEqual({
    to: [
      { version: "5.2.0", share: 0.75 },
      { version: "5.3.0", share: 0.25 },
    ],
  });
});

test("where every other version is broken or gets no traffic, nothing is left", () => {
  const cells = [cell("5.1.0", "compatible", true), cell("5.2.0", "incompatible", true), cell("5.4.0", "compatible", false)];
  expect(detourOf({ cells }, pair, WEIGHTS)).toEqual({ to: [] });
});

test("nothing moves for a pair that is not live", () => {
  expect(detourOf({ cells: [cell("5.1.0", "compatible", false)] }, pair, WEIGHTS)).toBeNull();
});
