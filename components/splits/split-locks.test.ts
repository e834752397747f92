import { expect, test } from "vitest";
import { operatorVeto } from "@/components/compatibility/operator-veto.fixture.ts";
import type { Service } from "@/lib/client/index.ts";
import { findAllLocks, findLocks, remainingLocks, type SplitLock, standingReasons } from "./split-locks.ts";

const AT = "2026-01-01T00:00:00Z";

interface VersionInput {
  readonly weightBp?: number;
  readonly requirements?: Record<string, string>;
  readonly ready?: number;
  readonly live?: boolean;
}

function service(name: string, versions: Record<string, VersionInput>): Service {
  return {
    name,
    hosts: [],
    rev: 1,
    registeredAt: AT,
    weights: Object.fromEntries(
      Object.entries(versions).flatMap(([version, input]) => (input.weightBp ? [[version, input.weightBp]] : [])),
    ),
    versions: Object.entries(versions).map(([version, input]) => ({
      service: name,
      version,
      rev: 1,
      requirements: input.requirements ?? {},
      openRequirements: [],
      registeredAt: AT,
      registeredBy: "demo",
      lifecycle: { stage: "registered", since: "2026-01-01T00:00:00.000Z", by: "anna", cause: "operator" },
      weightBp: input.weightBp ?? 0,
      live: input.live ?? (input.weightBp ?? 0) > 0,
      instances: 2,
      ready: input.ready ?? 2,
    })),
    rules: 0,
  };
}

const services = [
  service("checkout", {
    "1.4.0": { weightBp: 10_000, requirements: { payments: "^2.1.0" } },
    "2.0.0": { requirements: { payments: ">=2.1.0 <4" } },
  }),
  service("payments", { "2.3.0": { weightBp: 10_000 }, "3.0.0": {}, "2.4.0": { ready: 0 } }),
];
const mesh = { services, facts: [] };

test("a version that breaks a live caller is locked, and the reason names both, the requirement and a way out", () => {
  const [lock] = findLocks(mesh, "payments", {}, AT);
  expect(lock).toMatchObject({
    kind: "incompatible",
    version: "3.0.0",
    reasons: [
      {
        sentence: "checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.",
        fix: expect.stringContaining("Move checkout to 2.0.0 first"),
      },
    ],
  });
});

test("a drafted move of the caller opens the lock", () => {
  const locks = findLocks(mesh, "payments", { checkout: { "2.0.0": 10_000 } }, AT);
  expect(locks.map((lock) => lock.version)).toEqual(["2.4.0"]);
});

test("a caller that would meet a live version outside its range is locked too", () => {
  const swapped = [
    service("checkout", {
      "1.4.0": { requirements: { payments: "^2.1.0" } },
      "2.0.0": { weightBp: 10_000, requirements: { payments: ">=2.1.0 <4" } },
    }),
    service("payments", { "2.3.0": {}, "3.0.0": { weightBp: 10_000 } }),
  ];
  expect(findLocks({ services: swapped, facts: [] }, "checkout", {}, AT)).toMatchObject([{ kind: "incompatible", version: "1.4.0" }]);
});

test("a version that is live through a rule alone counts as live", () => {
  const ruled = [
    service("checkout", {
      "1.4.0": { live: true, requirements: { payments: "^2.1.0" } },
      "2.0.0": { weightBp: 10_000, requirements: { payments: "*" } },
    }),
    service("payments", { "2.3.0": { weightBp: 10_000 }, "3.0.0": {} }),
  ];
  expect(findLocks({ services: ruled, facts: [] }, "payments", {}, AT)).toMatchObject([{ kind: "incompatible", version: "3.0.0" }]);
});

test("a version that an operator vetoed for a live caller is locked, in the words of the veto", () => {
  const veto = operatorVeto("1.4.0", "2.4.0", "loses refunds");
  const locks = findLocks({ services, facts: [veto] }, "payments", {}, AT);
  expect(locks.find((lock) => lock.version === "2.4.0")).toMatchObject({
    kind: "incompatible",
    reasons: [{ sentence: expect.stringContaining("loses refunds") }],
  });
});

test("a version without a ready instance is locked as not ready", () => {
  expect(findAllLocks(mesh, {}, AT).get("payments")).toContainEqual({ kind: "not-ready", version: "2.4.0", instances: 2 });
});

test("services without locks are not listed", () => {
  expect([...findAllLocks(mesh, {}, AT).keys()]).toEqual(["payments"]);
});

const locked = (version: string): SplitLock => ({ kind: "incompatible", version, reasons: [] });
const notReady: SplitLock = { kind: "not-ready", version: "2.4.0", instances: 2 };

test("an override opens the version it was granted for and no other", () => {
  expect(remainingLocks([locked("3.0.0"), locked("4.0.0"), notReady], ["3.0.0"], [])).toEqual([locked("4.0.0"), notReady]);
});

test("an override that the engine knows from earlier opens the bar", () => {
  expect(remainingLocks([locked("3.0.0"), notReady], [], ["3.0.0"])).toEqual([notReady]);
});

test("no override makes a version ready", () => {
  expect(remainingLocks([notReady], ["2.4.0"], ["2.4.0"])).toEqual([notReady]);
});

test("of the engine's reasons those stand that are broken and not overridden", () => {
  const declared = { kind: "declared", sentence: "excludes it" } as const;
  const overridden = { kind: "override", sentence: "until 03:12" } as const;
  const broken = { verdict: "incompatible", evidence: [declared] } as const;
  const reasons = [broken, { verdict: "incompatible", evidence: [declared, overridden] }, { verdict: "unknown", evidence: [] }] as never[];
  expect(standingReasons(reasons)).toEqual([broken]);
});

test("a service without a draft keeps its weights, whatever it is called", () => {
  const named = [service("constructor", { "1.0.0": { weightBp: 10_000, ready: 0 }, "1.1.0": { ready: 0 } })];
  expect(findLocks({ services: named, facts: [] }, "constructor", {}, AT).map((lock) => lock.version)).toEqual(["1.1.0"]);
});
