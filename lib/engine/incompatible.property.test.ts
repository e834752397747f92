import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import type { MeshState, Snapshot } from "../model/index.ts";
import { FULL_WEIGHT_BP } from "../model/index.ts";
import { compileSnapshot, simulate } from "../routing/index.ts";
import { DecideMesh, registered } from "./decide/decide-mesh.fixture.ts";
import { nextExpiryMs, renormalise } from "./incompatible.ts";
import { buildSnapshot } from "./snapshot-builder.ts";

const VERSIONS = ["1.0.0", "1.1.0", "2.0.0", "3.0.0"] as const;
const RANGES = ["^1.0.0", ">=1.1.0 <3", "^2.0.0", "*"] as const;
const SERVICES = ["a", "b", "c"] as const;

const service = fc.constantFrom(...SERVICES);
const version = fc.constantFrom(...VERSIONS);

/** Caller, its version, callee. */
const PAIRS = SERVICES.flatMap((caller) =>
  VERSIONS.flatMap((each) => SERVICES.filter((name) => name !== caller).map((name) => [caller, each, name] as const)),
);

type Plain = Parameters<DecideMesh["run"]>[0];
type Step = (mesh: DecideMesh) => Plain;

const revOf = (mesh: DecideMesh, name: string) => [...mesh.state.services.values()].find((known) => known.name === name)?.rev ?? 0;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ name: service, version, provider: service, range: fc.constantFrom(...RANGES) }).map(
    ({ name, version: changed, provider, range }): Step =>
      (mesh) => ({
        kind: "version.update",
        service: name,
        rev: revOf(mesh, name),
        version: changed,
        requirements: provider === name ? {} : { [provider]: range },
      }),
  ),
  fc.record({ name: service, left: version, right: version, share: fc.integer({ min: 1, max: 9_999 }), minutes: fc.nat({ max: 3 }) }).map(
    ({ name, left, right, share, minutes }): Step =>
      (mesh) => ({
        kind: "split.set",
        service: name,
        rev: revOf(mesh, name),
        weights: left === right ? { [left]: FULL_WEIGHT_BP } : { [left]: share, [right]: FULL_WEIGHT_BP - share },
        ...(minutes > 0 && { override: { reason: "drill", expiresAt: new Date(mesh.nowMs + minutes * 60_000).toISOString() } }),
      }),
  ),
);

/** What anybody can tell from requirements and overrides, without the code under test. */
function mayMeet(state: MeshState, caller: readonly [string, string], provider: readonly [string, string], nowMs: number): boolean {
  const services = [...state.services.values()];
  const versions = [...(services.find(({ name }) => name === caller[0])?.versions.values() ?? [])];
  const range = Object.entries(versions.find((each) => each.version === caller[1])?.requirements ?? {}).find(
    ([name]) => name === provider[0],
  );
  if (range === undefined || semver.satisfies(provider[1], range[1])) return true;
  return state.overrides.some(
    (override) =>
      `${override.consumer.service}@${override.consumer.version}` === caller.join("@") &&
      `${override.provider.service}@${override.provider.version}` === provider.join("@") &&
      Date.parse(override.expiresAt) > nowMs,
  );
}

function snapshotOf(mesh: DecideMesh, atMs: number, previous?: Snapshot): Snapshot {
  const at = new Date(atMs).toISOString();
  return buildSnapshot({
    state: mesh.state,
    leases: [],
    version: 1,
    at,
    egress: [],
    reservedPorts: [],
    ...(previous === undefined ? {} : { previous }),
  });
}

describe("a snapshot", () => {
  test("lets no caller reach a version that it is known not to work with, unless an override says so, however it was built", () => {
    let pairsKeptApart = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat({ max: 240 }), (steps, seconds) => {
        const mesh = new DecideMesh();
        for (const name of SERVICES) mesh.must(...registered(name, Object.fromEntries(VERSIONS.map((each) => [each, {}]))));
        let previous = snapshotOf(mesh, mesh.nowMs);
        for (const next of steps) {
          mesh.run(next(mesh));
          previous = snapshotOf(mesh, mesh.nowMs, previous);
        }
        const nowMs = mesh.nowMs + seconds * 1_000;
        const built = snapshotOf(mesh, nowMs, previous);
        expect(built).toEqual(snapshotOf(mesh, nowMs));
        const table = compileSnapshot(built);
        if (!table.ok) throw new Error("the snapshot does not compile");
        for (const [caller, callerVersion, name] of PAIRS) {
          const isAllowed = (each: string) => mayMeet(mesh.state, [caller, callerVersion], [name, each], nowMs);
          const request = { service: name, caller: { service: caller, version: callerVersion }, method: "GET", path: "/", headers: {} };
          const { versions } = simulate(table.value, request, "interlock.local");
          expect(versions.filter((each) => !isAllowed(each.version))).toEqual([]);
          const kept = built.services[name]?.incompatible[`${caller}@${callerVersion}`] ?? [];
          expect(kept.filter(isAllowed)).toEqual([]);
          pairsKeptApart += kept.length;
        }
      }),
      { numRuns: 60 },
    );
    expect(pairsKeptApart).toBeGreaterThan(0);
  });

  test("that nothing moved in is the same object by object, also where pairs are kept apart", () => {
    const mesh = new DecideMesh();
    mesh.must(...registered("b", { "1.0.0": {}, "2.0.0": {} }), ...registered("a", { "1.0.0": { b: "^1.0.0" } }));
    const first = snapshotOf(mesh, mesh.nowMs);
    expect(first.services["b"]?.incompatible).toEqual({ "a@1.0.0": ["2.0.0"] });
    const second = snapshotOf(mesh, mesh.nowMs + 60_000, first);
    expect(second.services["b"]).toBe(first.services["b"]);
    mesh.must({ kind: "service.register", service: "c", hosts: [] });
    expect(snapshotOf(mesh, mesh.nowMs, second).services["b"]).toBe(first.services["b"]);
  });
});

describe("what is left of a split", () => {
  test("is whole or empty, in the proportions that it had", () => {
    const split = fc.dictionary(version, fc.integer({ min: 0, max: 10_000 }));
    fc.assert(
      fc.property(split, fc.subarray([...VERSIONS]), (weights, without) => {
        const left = renormalise(weights, without);
        const kept = Object.entries(weights).filter(([each, share]) => share > 0 && !(without as string[]).includes(each));
        const total = kept.reduce((sum, [, share]) => sum + share, 0);
        expect(Object.values(left).reduce((sum, share) => sum + share, 0)).toBe(kept.length === 0 ? 0 : FULL_WEIGHT_BP);
        for (const [each, share] of kept) expect(Math.abs((left[each] ?? 0) - (share * FULL_WEIGHT_BP) / total)).toBeLessThan(1);
      }),
    );
  });
});

test("the next override to end is the one that proxies are told about next", () => {
  const override = (expiresAt: string) => ({ expiresAt }) as MeshState["overrides"][number];
  const state = {
    overrides: [override("2026-01-01T00:02:00.000Z"), override("2026-01-01T00:01:00.000Z")],
    evidence: [],
  } as unknown as MeshState;
  const at = (time: string) => Date.parse(time);
  expect(nextExpiryMs(state, at("2026-01-01T00:00:00Z"))).toBe(at("2026-01-01T00:01:00Z"));
  expect(nextExpiryMs(state, at("2026-01-01T00:01:00Z"))).toBe(at("2026-01-01T00:02:00Z"));
  expect(nextExpiryMs(state, at("2026-01-01T00:02:00Z"))).toBeNull();
});
