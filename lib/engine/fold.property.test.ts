import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { EMPTY_MESH_STATE, FULL_WEIGHT_BP, type MeshState } from "../model/index.ts";
import { DecideMesh, registered } from "./decide/decide-mesh.fixture.ts";
import { foldChange, foldChanges } from "./fold.ts";
import { buildSnapshot, deltaBetween } from "./snapshot-builder.ts";
import { decodeState, encodeState } from "./state-codec.ts";

type Plain = Parameters<DecideMesh["run"]>[0];
type Step = (mesh: DecideMesh, index: number) => Plain;

const SERVICES = ["a", "b", "c"] as const;
const VERSIONS = ["1.0.0", "1.1.0", "2.0.0"] as const;

const service = fc.constantFrom(...SERVICES);
const version = fc.constantFrom(...VERSIONS);
const revOf = (mesh: DecideMesh, name: string) => [...mesh.state.services.values()].find((known) => known.name === name)?.rev ?? 0;
/** Mostly a good split over one or two versions, at times one that must be refused. */
const weights = fc
  .tuple(version, version, fc.integer({ min: -1, max: FULL_WEIGHT_BP }))
  .map(([left, right, share]) => (left === right ? { [left]: FULL_WEIGHT_BP } : { [left]: share, [right]: FULL_WEIGHT_BP - share }));
const rules = fc.array(
  fc.record({
    matches: fc.array(fc.record({ method: fc.constantFrom("GET", "POST") }), { minLength: 1, maxLength: 2 }),
    split: fc.option(fc.record({ weights }), { nil: undefined }),
  }),
  { maxLength: 2 },
);
const requirements = fc.dictionary(service, fc.constantFrom("^1.0.0", "^2.0.0", "*"), { maxKeys: 2 });

const traffic: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(service, weights).map(
    ([name, w]): Step =>
      (mesh) => ({ kind: "split.set", service: name, rev: revOf(mesh, name), weights: w }),
  ),
  fc.tuple(service, rules).map(
    ([name, r]): Step =>
      (mesh) => ({ kind: "routes.set", service: name, rev: revOf(mesh, name), rules: r }),
  ),
  fc.tuple(service, fc.option(version, { nil: undefined })).map(
    ([name, to]): Step =>
      (mesh) => ({ kind: "rollback", service: name, rev: revOf(mesh, name), to }),
  ),
  fc.tuple(fc.shuffledSubarray([...SERVICES], { minLength: 1 }), weights).map(
    ([names, w]): Step =>
      (mesh) => ({
        kind: "change-set",
        changes: names.map((name) => ({ kind: "split", service: name, rev: revOf(mesh, name), weights: w })),
      }),
  ),
  fc.nat({ max: 4 }).map(
    (back): Step =>
      (mesh) => ({ kind: "undo", change: `chg-${Math.max(1, mesh.state.seq - back)}` }),
  ),
);

const registry: fc.Arbitrary<Step> = fc.oneof(
  service.map(
    (name): Step =>
      () => ({ kind: "service.register", service: name, hosts: [] }),
  ),
  fc.tuple(service, version, requirements).map(
    ([name, v, needs]): Step =>
      () => ({ kind: "version.register", service: name, version: v, requirements: needs }),
  ),
  fc.tuple(service, version, requirements).map(
    ([name, v, needs]): Step =>
      (mesh) => ({ kind: "version.update", service: name, rev: revOf(mesh, name), version: v, requirements: needs }),
  ),
  fc.tuple(service, version).map(
    ([name, v]): Step =>
      (_, index) => ({
        kind: "instance.register",
        service: name,
        id: `${name}-${v}-${index}`,
        instance: { version: v, address: "127.0.0.1", port: 1_000 + index },
      }),
  ),
  fc.tuple(service, version, fc.nat({ max: 7 })).map(
    ([name, v, dice]): Step =>
      (_, index) => ({
        kind: "manifest.apply",
        prune: dice === 0,
        services: {
          [name]: {
            versions: { [v]: { instances: [{ address: "127.0.0.1", port: 3_000 + index }] } },
            split: { weights: { [v]: FULL_WEIGHT_BP } },
          },
        },
      }),
  ),
);

const removal: fc.Arbitrary<Step> = fc.oneof(
  service.map(
    (name): Step =>
      (mesh) => ({ kind: "service.remove", service: name, rev: revOf(mesh, name) }),
  ),
  fc.tuple(service, version).map(
    ([name, v]): Step =>
      (mesh) => ({ kind: "version.remove", service: name, rev: revOf(mesh, name), version: v }),
  ),
  service.map(
    (name): Step =>
      (mesh) => {
        const known = [...mesh.state.services.values()].find((candidate) => candidate.name === name);
        return { kind: "instance.remove", service: name, id: [...(known?.staticInstances.keys() ?? [])][0] };
      },
  ),
);

const ends = fc.record({ consumer: fc.record({ service, version }), provider: fc.record({ service, version }) });
const idOf = (mesh: DecideMesh, place: number) => [...mesh.state.plans.keys()].at(-1 - place) ?? "plan_0";

/** What comes next for the newest plan: it is made, executed, walked, resumed, and taken back. */
const nextOfPlan: Step = (mesh) => {
  const plan = [...mesh.state.plans.values()].at(-1);
  if (plan === undefined || plan.state === "reversed")
    return { kind: "plan.create", target: { a: "2.0.0", b: "1.1.0" }, avoid: [], prefer: "steps" };
  const { direction, id, laneStage, state, wavesDone } = plan;
  if (state === "running" || state === "reversing") return { kind: "plan.advance", plan: id, from: { direction, laneStage, wavesDone } };
  return { kind: state === "ready" ? "plan.execute" : state === "paused" ? "plan.resume" : "plan.reverse", plan: id };
};

/** Facts of all kinds, and plans that are made and walked. */
const space: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(ends, fc.constantFrom("compatible", "incompatible"), fc.constantFrom("api", "state", "self"), fc.nat({ max: 2 })).map(
    ([pair, verdict, constraint, seconds]): Step =>
      (mesh) => ({
        ...{ kind: "evidence.record", ...pair, verdict, constraint },
        ...(seconds > 0 && { expiresAt: new Date(mesh.nowMs + seconds * 5_000).toISOString() }),
      }),
  ),
  fc.tuple(ends, fc.constantFrom("passed", "failed")).map(
    ([pair, result]): Step =>
      () => ({ kind: "verification.publish", ...pair, result, contractHash: "sha256:aaaa", verifier: "ci" }),
  ),
  fc.nat({ max: 5 }).map(
    (place): Step =>
      (mesh) => ({ kind: "evidence.withdraw", id: mesh.state.evidence.at(place)?.id ?? "ev_0" }),
  ),
  fc.dictionary(service, version, { minKeys: 1 }).map(
    (target): Step =>
      () => ({ kind: "plan.create", target, avoid: [], prefer: "steps" }),
  ),
  fc.tuple(fc.constantFrom("plan.execute", "plan.pause", "plan.resume", "plan.reverse"), fc.nat({ max: 1 })).map(
    ([kind, place]): Step =>
      (mesh) => ({ kind, plan: idOf(mesh, place) }),
  ),
);

const step = fc.oneof(
  { weight: 8, arbitrary: traffic },
  { weight: 4, arbitrary: registry },
  { weight: 6, arbitrary: space },
  { weight: 5, arbitrary: fc.constant(nextOfPlan) },
  { weight: 1, arbitrary: removal },
);

const steps = fc.array(step, { minLength: 20, maxLength: 60 });

function play(sequence: readonly Step[], each?: (mesh: DecideMesh, plain: Plain) => void): DecideMesh {
  const mesh = new DecideMesh();
  // From a mesh in which most splits are possible; otherwise nearly every command would be refused.
  for (const name of SERVICES) mesh.must(...registered(name, Object.fromEntries(VERSIONS.map((v) => [v, {}]))));
  for (const [index, next] of sequence.entries()) {
    const plain = next(mesh, index);
    each?.(mesh, plain);
    mesh.run(plain);
  }
  return mesh;
}

/** The naive oracle of the gate: every two versions that requests can reach, by semver itself. */
function brokenLivePairs(state: MeshState): readonly { readonly services: readonly string[]; readonly text: string }[] {
  const live = [...state.services.values()].flatMap((owner) =>
    [...owner.versions.values()]
      .filter(({ version: v }) => [owner, ...owner.rules.flatMap((rule) => rule.split ?? [])].some((split) => (split.weights[v] ?? 0) > 0))
      .map((registered) => ({ name: owner.name, registered })),
  );
  return live.flatMap((consumer) =>
    live
      .filter((provider) => {
        const range = consumer.registered.requirements[provider.name];
        return range !== undefined && !semver.satisfies(provider.registered.version, range);
      })
      .map((provider) => ({
        services: [consumer.name, provider.name],
        text: `${consumer.name} ${consumer.registered.version} → ${provider.name} ${provider.registered.version}`,
      })),
  );
}

const snapshotOf = (state: MeshState, number: number) =>
  buildSnapshot({ state, leases: [], version: number, at: "2026-01-01T00:00:00.000Z", egress: [], reservedPorts: [] });

describe("for every sequence of commands", () => {
  test("folding the log from its beginning gives the state that was reached step by step", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const mesh = play(sequence);
        expect(foldChanges(EMPTY_MESH_STATE, mesh.changes)).toEqual(mesh.state);
      }),
      { numRuns: 60 },
    );
  });

  test("a state survives its text, and folds on from it alike", () => {
    fc.assert(
      fc.property(steps, fc.nat(), (sequence, cut) => {
        const mesh = play(sequence);
        const at = mesh.changes.length === 0 ? 0 : cut % mesh.changes.length;
        const decoded = decodeState(encodeState(foldChanges(EMPTY_MESH_STATE, mesh.changes.slice(0, at))));
        expect(decoded.ok && foldChanges(decoded.value, mesh.changes.slice(at))).toEqual(mesh.state);
      }),
      { numRuns: 40 },
    );
  });

  test("a dry run tells the very change that is then applied, and changes nothing itself", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        play(sequence, (mesh, plain) => {
          const before = encodeState(mesh.state);
          const dry = mesh.dryRun(plain);
          expect(encodeState(mesh.state)).toBe(before);
          const twin = new DecideMesh();
          Object.assign(twin, { state: mesh.state, changes: [...mesh.changes], nowMs: mesh.nowMs });
          const applied = twin.run(plain);
          expect(applied.ok).toBe(dry.ok);
          const told =
            dry.ok && dry.value !== null
              ? { before: dry.value.before, after: dry.value.after, events: dry.value.events, inverse: dry.value.inverse }
              : null;
          const done =
            applied.ok && applied.value !== null
              ? { before: applied.value.before, after: applied.value.after, events: applied.value.events, inverse: applied.value.inverse }
              : null;
          expect(JSON.stringify(told)).toBe(JSON.stringify(done));
        });
      }),
      { numRuns: 25 },
    );
  });

  test("every state makes a consistent snapshot, and deltas lead from each to the next", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const mesh = play(sequence);
        let state = EMPTY_MESH_STATE;
        let held = snapshotOf(state, 1);
        for (const change of mesh.changes) {
          state = foldChange(state, change);
          const next = snapshotOf(state, change.seq + 1);
          const delta = deltaBetween(held, next);
          const services = { ...held.services };
          for (const name of delta?.removed ?? []) delete services[name];
          for (const upsert of delta?.upserts ?? []) services[upsert.name] = upsert;
          expect(services).toEqual(next.services);
          held = next;
        }
      }),
      { numRuns: 40 },
    );
  });

  test("no change makes a broken pair live that was not both before", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        let state = EMPTY_MESH_STATE;
        for (const change of play(sequence).changes) {
          const next = foldChange(state, change);
          const known = brokenLivePairs(state);
          // Facts may allow what a requirement excludes; pairs with facts have a test of their own (see incompatible.property.test.ts).
          const named = next.evidence.map(({ consumer, provider }) => [consumer.service, provider.service].join());
          const broken = brokenLivePairs(next).filter(({ text }) => !known.some((pair) => pair.text === text));
          expect(broken.filter(({ services }) => !named.includes(services.join()))).toEqual([]);
          state = next;
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a rev grows by one with each change of its service that is no matter of instances", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const mesh = play(sequence);
        let state = EMPTY_MESH_STATE;
        for (const change of mesh.changes) {
          const next = foldChange(state, change);
          for (const { name, rev } of next.services.values()) {
            const moved = change.events.some(
              (event) => "service" in event && event.service === name && !event.kind.startsWith("instance-"),
            );
            const was = state.services.get(name)?.rev ?? state.retiredRevs.get(name) ?? 0;
            expect(rev - was).toBe(moved ? 1 : 0);
          }
          state = next;
        }
      }),
      { numRuns: 40 },
    );
  });

  test("undoing the last change and undoing that again leads back to where it was", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const mesh = play(sequence);
        const last = mesh.changes.at(-1);
        if (last === undefined) return;
        const settings = (state: MeshState) =>
          [...state.services.values()].map(({ name, hosts, weights, rules }) => [name, hosts, weights, rules]).sort();
        const before = settings(mesh.state);
        const undo = mesh.run({ kind: "undo", change: last.id });
        if (!undo.ok || undo.value === null) return;
        const redo = mesh.run({ kind: "undo", change: undo.value.id });
        expect(redo.ok ? settings(mesh.state) : before).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});
