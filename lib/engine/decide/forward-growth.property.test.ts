import fc from "fast-check";
import { expect, test } from "vitest";
import { DecideMesh, registered } from "./decide-mesh.fixture.ts";

type Weights = Readonly<Record<string, number>>;

const VERSIONS = ["1.0.0", "2.0.0", "3.0.0", "4.0.0"];

const anyWeights = fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom(10_000, 9_000, 5_000)).map(([first, second, bp]): Weights => {
  const [a, b] = [VERSIONS[first] ?? "", VERSIONS[second] ?? ""];
  return a === b || bp === 10_000 ? { [a]: 10_000 } : { [a]: bp, [b]: 10_000 - bp };
});

const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("split.set" as const), weights: anyWeights }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollback" as const), to: fc.constantFrom(undefined, ...VERSIONS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("undo" as const), back: fc.nat(3) }) },
);

/** A service after a random history; what cannot be done is left out. */
function after(steps: readonly (typeof anyStep extends fc.Arbitrary<infer T> ? T : never)[]): DecideMesh {
  const mesh = new DecideMesh();
  mesh.must(...registered("web", Object.fromEntries(VERSIONS.map((version) => [version, {}]))));
  for (const step of steps) {
    const rev = mesh.rev("web");
    if (step.kind === "split.set") mesh.run({ kind: "split.set", service: "web", rev, weights: step.weights });
    else if (step.kind === "undo") mesh.run({ kind: "undo", change: moves(mesh).at(-1 - step.back) ?? "" });
    else mesh.run({ kind: "rollback", service: "web", rev, ...(step.to === undefined ? {} : { to: step.to }) });
  }
  const [from, until] = [mesh.nowMs - 1_000, mesh.nowMs + 3_600_000].map((ms) => new Date(ms).toISOString());
  mesh.must({ kind: "freeze.set", id: "sale", rev: 0, name: "Sale", from, until, weekly: false, services: [] });
  return mesh;
}

function moves({ changes }: DecideMesh): readonly string[] {
  return changes.filter(({ events }) => events.every(({ kind }) => kind === "weights-set")).map(({ id }) => id);
}

/** Whether some version has more while an older one has less; versions of this test sort as text. */
function grows(was: Weights, is: Weights): boolean {
  const gain = (version: string) => (is[version] ?? 0) - (was[version] ?? 0);
  return VERSIONS.some((version, at) => gain(version) > 0 && VERSIONS.slice(0, at).some((older) => gain(older) < 0));
}

const plain = (weights: Weights) => JSON.stringify(VERSIONS.map((version) => weights[version] ?? 0));

test("after any history a freeze refuses no rollback to what served before the last forward change, nor to an older version", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 10 }), (steps) => {
      const mesh = after(steps);
      const { weights, weightsHistory } = mesh.service("web");
      const rev = mesh.rev("web");
      const isFrozen = (to?: string) => {
        const done = mesh.dryRun({ kind: "rollback", service: "web", rev, ...(to === undefined ? {} : { to }) });
        return !done.ok && done.error.code === "freeze.active";
      };
      const byHand = weightsHistory.filter(({ cause }) => cause !== "rollback" && cause !== "undo");
      const last = byHand.at(-1);
      const forward = byHand.findLast((change) => grows(change.before, change.after));
      const leadsBack = last !== undefined && (last === forward || !grows(weights, last.before));
      expect(leadsBack && isFrozen()).toBe(false);
      for (const to of VERSIONS) {
        const served = forward !== undefined && plain(forward.before) === plain({ [to]: 10_000 });
        expect(isFrozen(to)).toBe(grows(weights, { [to]: 10_000 }) && !served);
      }
    }),
    { numRuns: 100 },
  );
});

test("after any history a freeze lets every split through that brings no version requests of an older one", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 8 }), anyWeights, (steps, weights) => {
      const mesh = after(steps);
      const done = mesh.dryRun({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights });
      expect(done.ok ? "passes" : done.error.code).toBe(grows(mesh.weights("web"), weights) ? "freeze.active" : "passes");
    }),
    { numRuns: 100 },
  );
});
