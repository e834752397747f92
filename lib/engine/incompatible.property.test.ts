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

const SOURCES = ["operator", "verification", "traffic", "contract"] as const;
const verdict = fc.constantFrom("compatible", "incompatible");
const ends = fc.record({ consumer: fc.record({ service, version }), provider: fc.record({ service, version }), verdict });
const minutesOn = (mesh: DecideMesh, minutes: number) => ({ expiresAt: new Date(mesh.nowMs + minutes * 60_000).toISOString() });

/** Vetoes and allowances, verifications of shared contracts, what traffic and contracts show, and facts that are taken back. */
const factStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(ends, fc.constantFrom("api", "event", "state", "config"), fc.nat({ max: 3 })).map(
    ([fact, constraint, minutes]): Step =>
      (mesh) => ({ kind: "evidence.record", ...fact, constraint, ...(minutes > 0 && minutesOn(mesh, minutes)) }),
  ),
  fc.tuple(ends, fc.constantFrom("sha256:aa", "sha256:bb"), fc.constantFrom("ci/a", "ci/b")).map(
    ([{ consumer, provider, verdict: found }, contractHash, verifier]): Step =>
      () => ({
        kind: "verification.publish",
        consumer,
        provider,
        contractHash,
        verifier,
        result: found === "compatible" ? "passed" : "failed",
      }),
  ),
  fc.tuple(ends, fc.constantFrom("traffic", "contract"), fc.nat({ max: 3 })).map(
    ([fact, source, minutes]): Step =>
      (mesh) => ({ kind: "evidence.observe", ...fact, source, ...(minutes > 0 && minutesOn(mesh, minutes)) }),
  ),
  fc.nat({ max: 9 }).map(
    (place): Step =>
      (mesh) => ({ kind: "evidence.withdraw", id: mesh.state.evidence.at(place)?.id ?? "ev_0" }),
  ),
);

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

type Ends = readonly [service: string, version: string];

/** The facts that count for a pair: what was verified counts for every version whose newest contract it was, the newest result of each verifier. */
function factsOf({ evidence }: MeshState, caller: Ends, provider: Ends, nowMs: number) {
  const inForce = evidence.filter(
    (fact) =>
      (fact.expiresAt === undefined || Date.parse(fact.expiresAt) > nowMs) &&
      fact.consumer.service === caller[0] &&
      fact.provider.service === provider[0],
  );
  const runs = inForce.filter(({ source }) => source === "verification").sort((left, right) => Date.parse(right.at) - Date.parse(left.at));
  const contract = runs.find(({ consumer }) => consumer.version === caller[1])?.contractHash;
  const verified = runs.filter((fact) => fact.contractHash === contract && fact.provider.version === provider[1]);
  const newest = verified.filter((fact) => verified.find(({ verifier }) => verifier === fact.verifier) === fact);
  const others = inForce.filter(
    (fact) => fact.source !== "verification" && fact.consumer.version === caller[1] && fact.provider.version === provider[1],
  );
  return [...newest, ...others].map(({ constraint, source, verdict: found }) => ({ source, constraint, isBad: found === "incompatible" }));
}

/** What anybody can tell from requirements, facts and overrides, without the code under test. */
function mayMeet(state: MeshState, caller: readonly [string, string], provider: readonly [string, string], nowMs: number): boolean {
  const services = [...state.services.values()];
  const versions = [...(services.find(({ name }) => name === caller[0])?.versions.values() ?? [])];
  const range = Object.entries(versions.find((each) => each.version === caller[1])?.requirements ?? {}).find(
    ([name]) => name === provider[0],
  );
  const declared = range === undefined ? [] : [{ source: "declared", constraint: "api", isBad: !semver.satisfies(provider[1], range[1]) }];
  const known = [...factsOf(state, caller, provider, nowMs), ...declared];
  const isBroken = [...new Set(known.map(({ constraint }) => constraint))].some((constraint) => {
    const about = known.filter((fact) => fact.constraint === constraint);
    const strongest = [...SOURCES, "declared"].find((source) => about.some((fact) => fact.source === source));
    return about.some((fact) => fact.source === strongest && fact.isBad);
  });
  if (!isBroken) return true;
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

describe("a snapshot lets no caller reach a version that it is known not to work with, unless an override says so, however it was built", () => {
  test.each([
    ["by what versions require", step, []],
    ["by facts in force and what versions require", fc.oneof(factStep, factStep, step), SOURCES],
  ])("%s", (_, steps, sources) => {
    let pairsKeptApart = 0;
    const recorded = new Set<string>();
    fc.assert(
      fc.property(fc.array(steps, { minLength: 1, maxLength: 16 }), fc.nat({ max: 240 }), (sequence, seconds) => {
        const mesh = new DecideMesh();
        for (const name of SERVICES) mesh.must(...registered(name, Object.fromEntries(VERSIONS.map((each) => [each, {}]))));
        let previous = snapshotOf(mesh, mesh.nowMs);
        for (const next of sequence) {
          mesh.run(next(mesh));
          previous = snapshotOf(mesh, mesh.nowMs, previous);
        }
        for (const { source } of mesh.state.evidence) recorded.add(source);
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
    expect([...recorded].sort()).toEqual([...sources].sort());
  });
});

describe("a snapshot", () => {
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
