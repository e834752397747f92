import { describe, expect, test } from "vitest";
import { verdict } from "../../compatibility/index.ts";
import { EVIDENCE_MAX, type EvidenceFact, type ServiceName, type Version, type VersionRef } from "../../model/index.ts";
import { TEST_AUTHOR } from "../../testing/index.ts";
import { contradictionsIn, evidenceInForce } from "../views/evidence.ts";
import { type DecideMesh, instanceOf, registered, shop } from "./decide-mesh.fixture.ts";
import { decide } from "./index.ts";

const ref = (service: string, version: string): VersionRef => ({ service: service as ServiceName, version: version as Version });
const OLD = ref("checkout", "1.4.0");
const NEW = ref("checkout", "2.0.0");
const P2 = ref("payments", "2.3.0");
const P3 = ref("payments", "3.0.0");

const record = (consumer: VersionRef, provider: VersionRef, found: EvidenceFact["verdict"], more = {}) =>
  ({ kind: "evidence.record", consumer, provider, verdict: found, ...more }) as const;
const publish = (consumer: VersionRef, provider: VersionRef, result: "passed" | "failed", more = {}) =>
  ({ kind: "verification.publish", consumer, provider, contractHash: "sha256:aaaa", result, ...more }) as const;
const observe = (consumer: VersionRef, provider: VersionRef, found: EvidenceFact["verdict"], more = {}) =>
  ({ kind: "evidence.observe", source: "traffic", consumer, provider, verdict: found, ...more }) as const;

const nowOf = (mesh: DecideMesh) => new Date(mesh.nowMs).toISOString();
const verdictIn = (mesh: DecideMesh, consumer: VersionRef, provider: VersionRef) => verdict(mesh.state, consumer, provider, nowOf(mesh));

describe("a fact", () => {
  test("is recorded with its change, and taken back by id or by undo", () => {
    const mesh = shop();
    const change = mesh.must(record(NEW, P2, "incompatible"));
    const [fact] = mesh.state.evidence;
    expect(fact).toEqual({
      id: `ev_${change.seq}`,
      source: "operator",
      consumer: NEW,
      provider: P2,
      constraint: "api",
      verdict: "incompatible",
      at: change.at,
      author: "anna",
      reason: "test",
    });
    expect(change).toMatchObject({ kind: "evidence.record", subject: "checkout@2.0.0 → payments@2.3.0", before: null, undoable: true });
    expect(verdictIn(mesh, NEW, P2)).toBe("incompatible");
    const withdrawn = mesh.must({ kind: "evidence.withdraw", id: fact?.id ?? "" });
    expect(withdrawn).toMatchObject({ before: { verdict: "incompatible", reason: "test" }, after: null });
    expect(verdictIn(mesh, NEW, P2)).toBe("compatible");
    mesh.must({ kind: "undo", change: withdrawn.id });
    expect(mesh.state.evidence).toEqual([fact]);
    mesh.must({ kind: "undo", change: change.id });
    expect(mesh.state.evidence).toEqual([]);
  });

  test("of an operator takes the place of the older one on the same pair, and undo brings that back", () => {
    const mesh = shop();
    mesh.must(record(NEW, P2, "incompatible"));
    const [veto] = mesh.state.evidence;
    const vetoed = mesh.changes.at(-1)?.id ?? "";
    const allowed = mesh.must(record(NEW, P2, "compatible"));
    expect(mesh.refusal({ kind: "undo", change: vetoed }).code).toBe("change.conflict");
    expect(allowed).toMatchObject({ before: { verdict: "incompatible" }, after: { verdict: "compatible" } });
    expect(mesh.state.evidence.map(({ verdict: found }) => found)).toEqual(["compatible"]);
    mesh.must({ kind: "undo", change: allowed.id });
    expect(mesh.state.evidence).toEqual([veto]);
    expect(mesh.run(record(NEW, P2, "incompatible"))).toEqual({ ok: true, value: null });
    mesh.must(record(NEW, P2, "incompatible", { constraint: "event" }));
    expect(mesh.state.evidence).toHaveLength(2);
  });

  test("of one operator does not do away with another's: both stand, the worse counts, and the answer says so", () => {
    const mesh = shop();
    const saying = (author: string, verdict: EvidenceFact["verdict"]) =>
      decide({ ...mesh.context(), author: { ...TEST_AUTHOR, author } }, record(NEW, P2, verdict));
    mesh.must(record(NEW, P2, "incompatible"));
    const [veto] = mesh.state.evidence;
    const allowed = saying("bob", "compatible");
    if (!allowed.ok || allowed.value === null) throw new Error("refused");
    expect(allowed.value.notes).toEqual([
      `anna vetoes the same (${veto?.id}). Of two operators' words the worse counts, until one is withdrawn: incompatible.`,
    ]);
    expect(allowed.value.state.evidence).toHaveLength(2);
    expect(verdict(allowed.value.state, NEW, P2, nowOf(mesh))).toBe("incompatible");
    const contradictions = contradictionsIn(allowed.value.state, nowOf(mesh)).map(({ against, stands }) => [stands.author, against.author]);
    expect(contradictions).toContainEqual(["anna", "bob"]);
    const again = saying("anna", "compatible");
    expect(again.ok && again.value?.state.evidence.map((fact) => fact.verdict)).toEqual(["compatible"]);
  });

  test("that an undo brings back stands in the list where it stood", () => {
    const mesh = shop();
    mesh.must(record(NEW, P2, "incompatible"), record(NEW, P3, "incompatible"), record(OLD, P3, "incompatible"));
    const listed = () => evidenceInForce(mesh.state, nowOf(mesh)).map(({ id }) => id);
    const before = listed();
    mesh.must({ kind: "undo", change: mesh.must({ kind: "evidence.withdraw", id: before[2] ?? "" }).id });
    expect(listed()).toEqual(before);
  });

  test("finds no room among too many others, unless it takes the place of one", () => {
    const mesh = shop();
    mesh.must(record(NEW, P2, "incompatible"));
    const many = Array.from({ length: EVIDENCE_MAX }, (_, index) => ({ ...(mesh.state.evidence[0] as EvidenceFact), author: `a${index}` }));
    mesh.state = { ...mesh.state, evidence: [...many.slice(1), ...mesh.state.evidence] };
    expect(mesh.refusal(record(NEW, P3, "incompatible"))).toMatchObject({ code: "registry.full" });
    expect(mesh.dryRun(record(NEW, P2, "compatible")).ok).toBe(true);
    const [first, ...others] = mesh.state.evidence as [EvidenceFact, ...EvidenceFact[]];
    mesh.state = { ...mesh.state, evidence: [{ ...first, expiresAt: "2025-01-01T00:00:00.000Z" }, ...others] };
    expect(mesh.dryRun(record(NEW, P3, "incompatible")).ok).toBe(true);
  });

  test("that runs side by side is the same from both sides", () => {
    const mesh = shop();
    mesh.must(record(OLD, NEW, "incompatible", { constraint: "self" }), record(NEW, OLD, "compatible", { constraint: "self" }));
    expect(mesh.state.evidence).toHaveLength(1);
  });

  test("goes with a version that it names, and comes back with it", () => {
    const mesh = shop();
    mesh.must(record(NEW, ref("payments", "2.4.0"), "incompatible"));
    const [fact] = mesh.state.evidence;
    const instance = [...mesh.service("payments").staticInstances.values()].find(({ version }) => version === "2.4.0");
    mesh.must({ kind: "instance.remove", service: "payments", id: instance?.id ?? "" });
    const removed = mesh.must({ kind: "version.remove", service: "payments", rev: mesh.rev("payments"), version: "2.4.0" });
    expect(mesh.state.evidence).toEqual([]);
    mesh.must({ kind: "undo", change: removed.id });
    expect(mesh.state.evidence).toEqual([fact]);
  });

  test("whose time is up is dropped with the next change, and cannot be undone or withdrawn any more", () => {
    const mesh = shop();
    const change = mesh.must(record(NEW, P2, "incompatible", { expiresAt: new Date(mesh.nowMs + 60_000).toISOString() }));
    const id = mesh.state.evidence[0]?.id ?? "";
    mesh.nowMs += 60_000;
    expect(verdictIn(mesh, NEW, P2)).toBe("compatible");
    expect(mesh.refusal({ kind: "evidence.withdraw", id }).code).toBe("evidence.unknown");
    expect(mesh.refusal({ kind: "undo", change: change.id }).code).toBe("change.not-undoable");
    mesh.must(instanceOf("payments", "2.3.0"));
    expect(mesh.state.evidence).toEqual([]);
  });
});

describe("a verification", () => {
  test("takes the place of the older one of its verifier on the same contract and version, and stands beside others", () => {
    const mesh = shop();
    mesh.must(publish(OLD, P3, "failed", { verifier: "ci/a" }), publish(OLD, P3, "passed", { verifier: "ci/a" }));
    expect(mesh.state.evidence.map(({ verdict: found }) => found)).toEqual(["compatible"]);
    expect(verdictIn(mesh, OLD, P3)).toBe("compatible");
    mesh.must(publish(OLD, P3, "failed", { verifier: "ci/b" }));
    expect(mesh.state.evidence).toHaveLength(2);
    expect(verdictIn(mesh, OLD, P3)).toBe("incompatible");
  });

  test("that is not newer and says the opposite is refused; the same again is nothing new", () => {
    const mesh = shop();
    const at = "2025-12-31T00:00:00Z";
    mesh.must(publish(OLD, P2, "passed", { at, verifier: "ci" }));
    expect(mesh.run(publish(OLD, P2, "passed", { at, verifier: "ci" }))).toEqual({ ok: true, value: null });
    const refusal = mesh.refusal(publish(OLD, P2, "failed", { at, verifier: "ci" }));
    expect(refusal).toMatchObject({ code: "evidence.contradiction", problems: [{ path: "at" }] });
    expect(mesh.state.evidence).toHaveLength(1);
  });
});

describe("what the engine observed", () => {
  test("takes the place of what it observed before, and an operator's word stays above it", () => {
    const mesh = shop();
    const traffic = { pair: { requests: 900, failures: 90 }, others: { requests: 900, failures: 1 }, e: 5_000, level: 0.001 };
    mesh.must(observe(NEW, P2, "compatible"), observe(NEW, P2, "incompatible", { traffic }));
    expect(mesh.state.evidence).toMatchObject([{ source: "traffic", verdict: "incompatible", traffic }]);
    expect(verdictIn(mesh, NEW, P2)).toBe("incompatible");
    mesh.must(record(NEW, P2, "compatible"));
    expect(verdictIn(mesh, NEW, P2)).toBe("compatible");
  });
});

describe("the gate", () => {
  test("records what breaks a live pair, and says so", () => {
    const mesh = shop();
    expect([mesh.weights("checkout"), mesh.weights("payments")]).toEqual([{ "1.4.0": 10_000 }, { "2.3.0": 10_000 }]);
    const decided = mesh.dryRun(record(OLD, P2, "incompatible"));
    expect(decided.ok && decided.value?.notes).toEqual([
      "A live pair does not work any more: anna says that checkout 1.4.0 does not work with payments 2.3.0: test.",
    ]);
  });

  test("refuses weights that a veto is against, and lets those through that an allowance is for", () => {
    const mesh = shop();
    const shift = () => ({ kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "3.0.0": 10_000 } }) as const;
    expect(mesh.refusal(shift()).code).toBe("compatibility.refused");
    mesh.must(record(OLD, P3, "compatible"));
    expect(mesh.dryRun(shift()).ok).toBe(true);
    mesh.must(record(OLD, P3, "incompatible"));
    expect(mesh.refusal(shift())).toMatchObject({
      code: "compatibility.refused",
      reasons: [{ evidence: [{ kind: "operator" }, { kind: "declared" }] }],
    });
  });

  test("refuses a canary of two versions that must not run side by side", () => {
    const mesh = shop();
    mesh.must(...registered("audit", { "1.0.0": {}, "2.0.0": {} }));
    mesh.must(record(ref("audit", "1.0.0"), ref("audit", "2.0.0"), "incompatible", { constraint: "self" }));
    const split = (weights: Readonly<Record<string, number>>) =>
      ({ kind: "split.set", service: "audit", rev: mesh.rev("audit"), weights }) as const;
    expect(mesh.refusal(split({ "1.0.0": 9_000, "2.0.0": 1_000 })).code).toBe("compatibility.refused");
    expect(mesh.dryRun(split({ "2.0.0": 10_000 })).ok).toBe(true);
  });
});

describe("bad input is refused with its place, and nothing is recorded", () => {
  test.each([
    ["a service that is not there", record(ref("cart", "1.0.0"), P2, "incompatible"), "service.unknown", ["consumer.service"]],
    [
      "versions that are not there",
      record(ref("checkout", "9.0.0"), ref("payments", "9.0.0"), "incompatible"),
      "version.unknown",
      ["consumer.version", "provider.version"],
    ],
    ["one version twice", record(OLD, OLD, "incompatible", { constraint: "state" }), "evidence.invalid", ["provider.version"]],
    ["calls within one service", record(OLD, NEW, "incompatible"), "evidence.invalid", ["constraint"]],
    ["side by side of two services", record(OLD, P2, "incompatible", { constraint: "self" }), "evidence.invalid", ["constraint"]],
    ["an end in the past", record(OLD, P2, "incompatible", { expiresAt: "2020-01-01T00:00:00Z" }), "evidence.expired", ["expiresAt"]],
    ["a day that no month has", record(OLD, P2, "incompatible", { expiresAt: "2026-02-30T00:00:00Z" }), "evidence.invalid", ["expiresAt"]],
    ["an end that is no time", record(OLD, P2, "incompatible", { expiresAt: "tomorrow" }), "evidence.invalid", ["expiresAt"]],
    [
      "an end beyond four digits",
      record(OLD, P2, "incompatible", { expiresAt: "9999-12-31T23:00:00-05:00" }),
      "evidence.invalid",
      ["expiresAt"],
    ],
    ["a hash that is none", publish(OLD, P2, "passed", { contractHash: "no" }), "evidence.invalid", ["contractHash"]],
    ["a run in the future", publish(OLD, P2, "passed", { at: "2027-01-01T00:00:00Z" }), "evidence.invalid", ["at"]],
    ["a verifier without a name", publish(OLD, P2, "passed", { verifier: " " }), "evidence.invalid", ["source"]],
    ["a fact that is not there", { kind: "evidence.withdraw", id: "ev_999" } as const, "evidence.unknown", ["id"]],
  ] as const)("%s", (_, command, code, paths) => {
    const mesh = shop();
    const refusal = mesh.refusal(command);
    expect(refusal.code).toBe(code);
    expect(refusal.problems.map(({ path }) => path)).toEqual(paths);
    expect(refusal.problems.every(({ fix }) => fix !== "")).toBe(true);
    expect(mesh.state.evidence).toEqual([]);
  });
});
