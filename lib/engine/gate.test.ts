import { describe, expect, test } from "vitest";
import { DecideMesh, instanceOf, registered, shop } from "./decide/decide-mesh.fixture.ts";

const SHIFT = { "2.3.0": 9_000, "3.0.0": 1_000 };

describe("the gate", () => {
  test("refuses weight on a version that a live consumer excludes, and names consumer, provider, requirement and a way out", () => {
    const mesh = shop();
    const refusal = mesh.refusal({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: SHIFT });
    expect(refusal.code).toBe("compatibility.refused");
    expect(refusal.problems.map(({ path }) => path)).toEqual(["weights.3.0.0"]);
    expect(refusal.reasons).toHaveLength(1);
    expect(refusal.reasons?.[0]?.sentence).toBe("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.");
    expect(refusal.reasons?.[0]?.fix).toContain("Move checkout to 2.0.0 first");
  });

  test("tells a missing instance and a broken pair together", () => {
    const mesh = shop();
    mesh.must({ kind: "version.register", service: "payments", version: "3.1.0", requirements: {} });
    const refusal = mesh.refusal({
      kind: "split.set",
      service: "payments",
      rev: mesh.rev("payments"),
      weights: { "2.3.0": 9_000, "3.1.0": 1_000 },
    });
    expect(refusal.problems.map(({ code }) => code)).toEqual(["split.no-ready-instance", "compatibility.refused"]);
  });

  test("refuses weight in a route rule alike", () => {
    const mesh = shop();
    const rules = [{ matches: [{ headers: [{ name: "x-test", value: "1" }] }], split: { weights: { "3.0.0": 10_000 } } }];
    const refusal = mesh.refusal({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules });
    expect(refusal.problems.map(({ path }) => path)).toEqual(["rules.0.split.weights.3.0.0"]);
  });

  test("lets a rule for callers that work with its version through, and names the first rule that is for everybody", () => {
    const mesh = shop();
    const split = { weights: { "3.0.0": 10_000 } };
    const forNew = { matches: [{ caller: { service: "checkout", range: "^2.0.0" } }], split };
    const forAll = ["/x", "/y"].map((value) => ({ matches: [{ path: { type: "PathPrefix", value } }], split }));
    const put = (rules: readonly object[]) => ({ kind: "routes.set" as const, service: "payments", rev: mesh.rev("payments"), rules });
    expect(mesh.refusal(put([forNew, ...forAll])).problems.map(({ path }) => path)).toContain("rules.1.split.weights.3.0.0");
    mesh.must(put([forNew]));
  });

  test("refuses a requirement that breaks a pair which is live", () => {
    const mesh = shop();
    const refusal = mesh.refusal({
      kind: "version.update",
      service: "checkout",
      rev: mesh.rev("checkout"),
      version: "1.4.0",
      requirements: { payments: "^3.0.0" },
    });
    expect(refusal.code).toBe("compatibility.refused");
    expect(refusal.problems.map(({ path }) => path)).toEqual(["requirements"]);
  });

  test("judges a change set on its final state: both ends together pass where each alone does not", () => {
    const mesh = shop();
    const revs = { payments: mesh.rev("payments"), checkout: mesh.rev("checkout") };
    const checkout = { kind: "split", service: "checkout", rev: revs.checkout, weights: { "2.0.0": 10_000 } };
    const payments = { kind: "split", service: "payments", rev: revs.payments, weights: { "3.0.0": 10_000 } };
    expect(mesh.refusal({ kind: "change-set", changes: [payments] }).problems[0]?.path).toBe("changes.0.weights.3.0.0");
    mesh.must({ kind: "change-set", changes: [payments, checkout] });
    expect([mesh.weights("payments"), mesh.weights("checkout")]).toEqual([{ "3.0.0": 10_000 }, { "2.0.0": 10_000 }]);
  });

  test("lets a pair through for as long as an override says, and records who took responsibility", () => {
    const mesh = shop();
    const expiresAt = new Date(mesh.nowMs + 60_000).toISOString();
    const change = mesh.must({
      kind: "split.set",
      service: "payments",
      rev: mesh.rev("payments"),
      weights: SHIFT,
      override: { reason: "trial", expiresAt },
    });
    expect(change.events.map(({ kind }) => kind)).toEqual(["weights-set", "override-granted"]);
    expect(mesh.state.overrides).toMatchObject([{ author: "anna", reason: "trial", expiresAt, changeId: change.id }]);

    const away = { kind: "split.set", service: "payments", weights: { "2.3.0": 10_000 } } as const;
    mesh.must({ ...away, rev: mesh.rev("payments") }, { ...away, weights: SHIFT, rev: mesh.rev("payments") + 1 });
    mesh.must({ ...away, rev: mesh.rev("payments") });
    mesh.nowMs += 60_000;
    expect(mesh.refusal({ ...away, weights: SHIFT, rev: mesh.rev("payments") }).code).toBe("compatibility.refused");
  });

  test("lets an override be renewed for a split that stays, also after it has expired", () => {
    const mesh = shop();
    const shift = (inMs: number, weights: Readonly<Record<string, number>> = SHIFT) => ({
      kind: "split.set" as const,
      service: "payments",
      rev: mesh.rev("payments"),
      weights,
      override: { reason: `for ${inMs} ms`, expiresAt: new Date(mesh.nowMs + inMs).toISOString() },
    });
    mesh.must(shift(10_000));
    mesh.nowMs += 20_000;
    const { rev, splitEpoch } = mesh.service("payments");
    const renewal = mesh.must(shift(60_000));
    expect(renewal).toMatchObject({
      kind: "split.set",
      before: { "override checkout@1.4.0 → payments@3.0.0": { reason: "for 10000 ms" } },
      after: { "override checkout@1.4.0 → payments@3.0.0": { reason: "for 60000 ms" } },
      events: [{ kind: "override-granted" }],
    });
    expect(mesh.service("payments")).toMatchObject({ rev, splitEpoch, weights: SHIFT });
    expect(mesh.run(shift(1_000))).toEqual({ ok: true, value: null });
    expect(mesh.run({ ...shift(90_000), override: undefined })).toEqual({ ok: true, value: null });

    mesh.must(shift(90_000, { "2.3.0": 8_000, "3.0.0": 2_000 }));
    expect(mesh.state.overrides.at(-1)?.reason).toBe("for 90000 ms");
    mesh.must({ kind: "change-set", changes: [{ ...shift(120_000, mesh.weights("payments")), kind: "split" }] });
    expect(mesh.state.overrides.at(-1)?.reason).toBe("for 120000 ms");
  });

  test("does not record an override where no pair needs one", () => {
    const mesh = shop();
    const override = { reason: "to be sure", expiresAt: new Date(mesh.nowMs + 60_000).toISOString() };
    const split = { kind: "split.set", service: "payments", rev: mesh.rev("payments"), override } as const;
    expect(mesh.run({ ...split, weights: mesh.weights("payments") })).toEqual({ ok: true, value: null });
    expect(mesh.must({ ...split, weights: { "2.4.0": 10_000 } }).events.map(({ kind }) => kind)).toEqual(["weights-set"]);
  });

  test("does not hold up other changes while a broken pair is live under an expired override", () => {
    const mesh = shop();
    const expiresAt = new Date(mesh.nowMs + 10_000).toISOString();
    mesh.must({
      kind: "split.set",
      service: "payments",
      rev: mesh.rev("payments"),
      weights: SHIFT,
      override: { reason: "trial", expiresAt },
    });
    mesh.nowMs += 20_000;
    mesh.must({
      kind: "split.set",
      service: "payments",
      rev: mesh.rev("payments"),
      weights: { "2.3.0": 8_500, "2.4.0": 500, "3.0.0": 1_000 },
    });
  });
});

describe("a first version", () => {
  test("gets all traffic at once, even without an instance", () => {
    const mesh = new DecideMesh();
    const change = mesh.must(
      { kind: "service.register", service: "web", hosts: [] },
      { kind: "version.register", service: "web", version: "1.0.0", requirements: {} },
    );
    expect(mesh.weights("web")).toEqual({ "1.0.0": 10_000 });
    expect(change.events.map(({ kind }) => kind)).toEqual(["version-registered", "weights-set"]);
    expect(change.after).toEqual({ requirements: {}, weights: { "1.0.0": 10_000 } });
    const second = mesh.must({ kind: "version.register", service: "web", version: "1.1.0", requirements: {} });
    expect(second.after).toEqual({ requirements: {} });
  });

  test.each([
    ["as callee", "payments", "3.0.0", {}],
    ["as caller", "web", "1.0.0", { checkout: "^9.0.0" }],
  ])("stays without weight where it would make a broken live pair %s, and says so", (_, service, version, requirements) => {
    const mesh = new DecideMesh();
    mesh.must(...registered("checkout", { "1.4.0": { payments: "^2.1.0" } }), { kind: "service.register", service, hosts: [] });
    const decided = mesh.dryRun({ kind: "version.register", service, version, requirements });
    expect(decided.ok && decided.value?.notes.join()).toContain("gets no traffic yet");
    expect(mesh.must({ kind: "version.register", service, version, requirements }).after).toEqual({ requirements, weights: {} });
    expect(mesh.weights(service)).toEqual({});
  });

  test("is the only one that needs no ready instance", () => {
    const mesh = new DecideMesh();
    mesh.must(...registered("web", { "1.0.0": {} }), { kind: "version.register", service: "web", version: "1.1.0", requirements: {} });
    const shift = { kind: "split.set", service: "web", rev: mesh.rev("web"), weights: { "1.0.0": 9_000, "1.1.0": 1_000 } } as const;
    expect(mesh.refusal(shift).problems.map(({ code, path }) => [code, path])).toEqual([["split.no-ready-instance", "weights.1.1.0"]]);
    const instance = instanceOf("web", "1.1.0");
    mesh.must(instance);
    mesh.failing.add(String(instance["id"]));
    expect(mesh.refusal(shift).code).toBe("split.no-ready-instance");
    mesh.failing.clear();
    mesh.must(shift);
  });

  test("a version whose weight stays need not be ready again", () => {
    const mesh = new DecideMesh();
    mesh.must(...registered("web", { "1.0.0": {}, "1.1.0": {}, "1.2.0": {} }));
    mesh.must({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights: { "1.0.0": 8_000, "1.1.0": 2_000 } });
    for (const { id, version } of mesh.service("web").staticInstances.values()) if (version === "1.1.0") mesh.failing.add(id);
    mesh.must({ kind: "split.set", service: "web", rev: mesh.rev("web"), weights: { "1.0.0": 7_000, "1.1.0": 2_000, "1.2.0": 1_000 } });
  });
});
