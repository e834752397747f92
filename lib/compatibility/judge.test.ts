import { describe, expect, test } from "vitest";
import type { ChangeId, MeshState, Override, RouteMatch, ServiceName, Version, VersionRange, Weights } from "../model/index.ts";
import { meshOf, type ServiceSketch, SKETCHED_AT } from "../testing/index.ts";
import { judge, livePairs } from "./index.ts";

const NOW = "2026-02-01T00:00:00.000Z";

const checkout = { versions: { "1.4.0": { payments: "^2.1.0" }, "2.0.0": { payments: ">=2.3.0 <4.0.0" } } };
const payments = { versions: { "2.3.0": {}, "3.0.0": {} } };

function shop(checkoutWeights: Weights, paymentsWeights: Weights, more: Readonly<Record<string, ServiceSketch>> = {}): MeshState {
  return meshOf({ checkout: { ...checkout, weights: checkoutWeights }, payments: { ...payments, weights: paymentsWeights }, ...more });
}

const all = (version: string): Weights => ({ [version]: 10_000 });
const before = shop(all("1.4.0"), all("2.3.0"));

describe("the gate", () => {
  test("refuses a provider version that a live consumer excludes, and says who, what and the way out", () => {
    const { refused, verdict } = judge(before, shop(all("1.4.0"), { "2.3.0": 9_000, "3.0.0": 1_000 }), NOW);
    expect(verdict).toBe("incompatible");
    expect(refused).toMatchObject([
      {
        consumer: { service: "checkout", version: "1.4.0" },
        provider: { service: "payments", version: "3.0.0" },
        verdict: "incompatible",
        sentence: "checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.",
        fix: "Move checkout to 2.0.0 first: it works with payments 3.0.0 and 2.3.0.",
      },
    ]);
  });

  test("refuses a consumer version that excludes a live provider, and the way out is on the provider's side", () => {
    const { refused } = judge(shop(all("2.0.0"), all("3.0.0")), shop({ "1.4.0": 1, "2.0.0": 9_999 }, all("3.0.0")), NOW);
    expect(refused.map(({ fix }) => fix)).toEqual([
      "Send payments traffic to 2.3.0 instead: it is within ^2.1.0, which checkout 1.4.0 requires.",
    ]);
  });

  test("judges the state after all changes: both moved at once is safe", () => {
    expect(judge(before, shop(all("2.0.0"), all("3.0.0")), NOW)).toEqual({
      refused: [],
      tolerated: [],
      unknown: [],
      verdict: "compatible",
    });
  });

  test("sees weights in route rules as live", () => {
    const rule = { matches: [{ path: { type: "PathPrefix", value: "/beta" } }], split: { weights: all("3.0.0") } } as const;
    const after = meshOf({
      checkout: { ...checkout, weights: all("1.4.0") },
      payments: { ...payments, weights: all("2.3.0"), rules: [rule] },
    });
    expect(judge(before, after, NOW).refused).toHaveLength(1);
  });

  test("does not mind a rule for callers that work with its versions, and refuses one that any other caller can take", () => {
    const refusedWith = (match: RouteMatch, lane?: string) => {
      const rule = { matches: [match], split: { weights: all("3.0.0") }, ...(lane === undefined ? {} : { lane }) };
      const after = meshOf({
        checkout: { ...checkout, weights: { "1.4.0": 5_000, "2.0.0": 5_000 } },
        payments: { ...payments, weights: all("2.3.0"), rules: [rule] },
      });
      return judge(before, after, NOW).refused.length;
    };
    const newer = { service: "checkout", range: "^2.0.0" as VersionRange };
    expect(refusedWith({ caller: newer })).toBe(0);
    expect(refusedWith({ caller: { service: "cart" } })).toBe(0);
    expect(refusedWith({ caller: { service: "checkout" } })).toBe(1);
    expect(refusedWith({ path: { type: "PathPrefix", value: "/" } })).toBe(1);
    expect(refusedWith({ caller: newer }, "blue")).toBe(1);
  });

  test("refuses a requirement that breaks a pair which is live already", () => {
    const after = meshOf({
      checkout: { versions: { "1.4.0": { payments: "^4.0.0" } }, weights: all("1.4.0") },
      payments: { ...payments, weights: all("2.3.0") },
    });
    const { refused } = judge(before, after, NOW);
    expect(refused.map(({ fix }) => fix)).toEqual([
      "Register a version of checkout whose requirement on payments includes 2.3.0, or a version of payments within ^4.0.0.",
    ]);
  });

  test("lets an operator reduce a pair that was broken and live before, and grow it knowingly", () => {
    const broken = shop(all("1.4.0"), { "2.3.0": 5_000, "3.0.0": 5_000 });
    expect(judge(broken, shop(all("1.4.0"), { "2.3.0": 9_000, "3.0.0": 1_000 }), NOW).refused).toEqual([]);
    const grown = judge(broken, shop(all("1.4.0"), { "2.3.0": 1_000, "3.0.0": 9_000 }), NOW);
    expect(grown).toMatchObject({ refused: [], verdict: "incompatible" });
    expect(grown.tolerated).toHaveLength(1);
  });

  test("lets an overridden pair through, and the verdict stays incompatible", () => {
    const override: Override = {
      consumer: { service: "checkout" as ServiceName, version: "1.4.0" as Version },
      provider: { service: "payments" as ServiceName, version: "3.0.0" as Version },
      author: "ben",
      reason: "load test",
      grantedAt: SKETCHED_AT,
      expiresAt: "2026-02-02T00:00:00.000Z",
      changeId: "chg-9" as ChangeId,
    };
    const after = { ...shop(all("1.4.0"), { "2.3.0": 9_000, "3.0.0": 1_000 }), overrides: [override] };
    expect(judge(before, after, NOW)).toMatchObject({ refused: [], tolerated: [{ verdict: "incompatible" }], verdict: "incompatible" });
    expect(judge(before, after, "2026-02-02T00:00:00.000Z").refused).toHaveLength(1);
  });

  test("does not mind a requirement on a service that does not exist yet", () => {
    const open = { gift: { versions: { "1.0.0": { wrapping: "^1.0.0" } }, weights: all("1.0.0") } };
    expect(judge(before, shop(all("1.4.0"), all("2.3.0"), open), NOW).verdict).toBe("compatible");
  });
});

describe("the way out", () => {
  test("names no version without a ready instance", () => {
    const { refused } = judge(before, shop(all("1.4.0"), all("3.0.0")), NOW, { isReady: ({ version }) => version !== "2.0.0" });
    expect(refused[0]?.fix).toBe("Send payments traffic to 2.3.0 instead: it is within ^2.1.0, which checkout 1.4.0 requires.");
  });

  test("names no version that would break another pair", () => {
    const cart = { cart: { versions: { "4.0.0": { checkout: "<2.0.0" } }, weights: all("4.0.0") } };
    const { refused } = judge(shop(all("1.4.0"), all("2.3.0"), cart), shop(all("1.4.0"), all("3.0.0"), cart), NOW);
    expect(refused[0]?.fix).toMatch(/^Send payments traffic to 2\.3\.0/);
  });

  test("is one change for both where the new consumer does not work with what is live now", () => {
    const jump = { versions: { "1.4.0": { payments: "^2.1.0" }, "2.0.0": { payments: "^3.0.0" } }, weights: all("1.4.0") };
    const was = meshOf({ checkout: jump, payments: { ...payments, weights: all("2.3.0") } });
    const { refused } = judge(was, meshOf({ checkout: jump, payments: { ...payments, weights: all("3.0.0") } }), NOW);
    expect(refused[0]?.fix).toBe("Move checkout to 2.0.0 in the same change: it works with payments 3.0.0, but not with 2.3.0.");
  });
});

describe("pairs without a requirement", () => {
  const users = { users: { versions: { "2.0.0": {} }, weights: all("2.0.0") } };
  const calls = [{ consumer: "users" as ServiceName, provider: "payments" as ServiceName }];

  test("pass, and make the verdict unknown where services are seen to talk", () => {
    const after = shop(all("2.0.0"), all("3.0.0"), users);
    const judged = judge(shop(all("1.4.0"), all("2.3.0"), users), after, NOW, { calls });
    expect(judged).toMatchObject({ refused: [], verdict: "unknown" });
    expect(judged.unknown.map(({ sentence, fix }) => [sentence, fix])).toEqual([
      [
        "users 2.0.0 declares no requirement on payments, so nothing is known about payments 3.0.0.",
        "Declare in users 2.0.0 which versions of payments it works with.",
      ],
    ]);
    expect(judge(shop(all("1.4.0"), all("2.3.0"), users), after, NOW).verdict).toBe("compatible");
  });

  test("are found where another version of the consumer declares one", () => {
    const forgetful = { versions: { "1.4.0": { payments: "^2.1.0" }, "1.5.0": {} } };
    const was = meshOf({ checkout: { ...forgetful, weights: all("1.4.0") }, payments: { ...payments, weights: all("2.3.0") } });
    const is = meshOf({ checkout: { ...forgetful, weights: all("1.5.0") }, payments: { ...payments, weights: all("2.3.0") } });
    expect(judge(was, is, NOW).verdict).toBe("unknown");
  });

  test("do not colour a change that does not touch them", () => {
    const was = shop(all("1.4.0"), all("2.3.0"), users);
    expect(judge(was, shop(all("2.0.0"), all("2.3.0"), users), NOW, { calls }).verdict).toBe("compatible");
  });
});

test("live pairs are those of live versions with a requirement, each once", () => {
  const state = shop({ "1.4.0": 5_000, "2.0.0": 5_000 }, all("2.3.0"));
  expect(livePairs(state, NOW).map(({ consumer, provider }) => `${consumer.version}>${provider.version}`)).toEqual([
    "1.4.0>2.3.0",
    "2.0.0>2.3.0",
  ]);
});
