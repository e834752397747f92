import { describe, expect, test } from "vitest";
import type { Release, ReleaseFinding } from "../../model/index.ts";
import type { command } from "../../testing/index.ts";
import { wavesToMove } from "../release-waves.ts";
import { DecideMesh, instanceOf, registered, shop } from "./decide-mesh.fixture.ts";

type Plain = Parameters<typeof command>[0];

const STEPS = {
  strategy: { kind: "canary", steps: [{ weightBp: 1_000, pauseMs: 60_000 }, { weightBp: 5_000, pauseMs: 60_000 }, { weightBp: 10_000 }] },
} as const;
const GREEN = { strategy: { kind: "blue-green", previewHost: "next.example.com" } } as const;
const AB = { strategy: { kind: "ab", match: { headers: [{ name: "x-group", value: "beta" }] } } } as const;
const SHADOW = { strategy: { kind: "shadow", percent: 10 } } as const;
const OLD = { "2.3.0": 10_000 };
const NEW = { "2.4.0": 10_000 };

const create = (more: object = {}): Plain =>
  ({ kind: "release.create", service: "payments", version: "2.4.0", start: true, ...STEPS, ...more }) as Plain;

function newest(mesh: DecideMesh): Release {
  const release = [...mesh.state.releases.values()].at(-1);
  if (release === undefined) throw new Error("no release");
  return release;
}

const move = (mesh: DecideMesh, verb: string, release = newest(mesh)): Plain =>
  ({ kind: "release.move", release: release.id, verb }) as Plain;

function advance(mesh: DecideMesh, finding: ReleaseFinding, id = newest(mesh).id): Plain {
  const release = mesh.state.releases.get(id);
  if (release === undefined) throw new Error("no such release");
  const { attempt, state, step, stepSince, weightBp } = release;
  return { kind: "release.advance", release: id, from: { attempt, state, step, stepSince, weightBp }, finding };
}

const ON = { kind: "advance" } as const;
const SETTLED = { kind: "settled" } as const;
const FAIL = { kind: "fail", by: "judge", because: "errors." } as const;

const split = (mesh: DecideMesh, weights: Readonly<Record<string, number>>, service = "payments"): Plain => ({
  kind: "split.set",
  service,
  rev: mesh.rev(service),
  weights,
});

const rules = (mesh: DecideMesh, set: readonly object[]): Plain =>
  ({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules: set }) as Plain;

const hosts = (mesh: DecideMesh, set: readonly string[]): Plain => ({
  kind: "service.update",
  service: "payments",
  rev: mesh.rev("payments"),
  hosts: set,
});

/** Takes the only instance of a version away. */
function withoutInstance(mesh: DecideMesh, version: string): void {
  const instance = [...mesh.service("payments").staticInstances.values()].find((each) => each.version === version);
  mesh.must({ kind: "instance.remove", service: "payments", id: instance?.id ?? "" } as Plain);
}

/** payments 2.4.0 at all of the traffic, and its release waiting for the proxies. */
function promoted(): DecideMesh {
  const mesh = shop();
  mesh.must(create());
  mesh.must(advance(mesh, ON));
  mesh.must(advance(mesh, ON));
  return mesh;
}

/** Two services without ties, in one wave of a plan. */
function paired(): DecideMesh {
  const mesh = new DecideMesh();
  mesh.must(...registered("a", { "1.0.0": {}, "2.0.0": {} }), ...registered("b", { "1.0.0": {}, "2.0.0": {} }));
  mesh.must(...registered("web", { "1.0.0": { a: "*", b: "*" } }));
  mesh.must({ kind: "plan.create", target: { a: "2.0.0", b: "2.0.0" }, avoid: [], prefer: "steps" });
  return mesh;
}

function planOf(mesh: DecideMesh) {
  const plan = [...mesh.state.plans.values()].at(-1);
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

const walked = (mesh: DecideMesh, manner: object = STEPS): Plain => ({ kind: "release.create", plan: planOf(mesh).id, ...manner }) as Plain;

describe("the abort of a release", () => {
  test("that was never started ends it at once and moves no traffic", () => {
    const mesh = shop();
    mesh.must(create({ start: false }), split(mesh, NEW));
    const change = mesh.must(move(mesh, "abort"));
    expect(change.events.map(({ kind }) => kind)).toEqual(["release-moved"]);
    expect([newest(mesh).state, mesh.weights("payments")]).toEqual(["aborted", NEW]);
  });

  test("whose versions from before are gone ends it where the weights are, without its rules", () => {
    const mesh = shop();
    mesh.must(create());
    const stale = { ...newest(mesh), start: { "1.0.0": 10_000 } };
    mesh.state = { ...mesh.state, releases: new Map([[stale.id, stale]]) };
    expect(mesh.refusal(move(mesh, "rollback")).code).toBe("release.stale");
    mesh.must(move(mesh, "abort"));
    expect([newest(mesh).state, mesh.weights("payments")]).toEqual(["aborted", { "2.3.0": 9_000, "2.4.0": 1_000 }]);
    expect(newest(mesh).because).toMatch(/1.0.0 of before is not registered any more: the weights stay/);
  });
});

describe("a preview host", () => {
  test("is refused where production answers under it, when the release is made and when it is started", () => {
    const mesh = shop();
    mesh.must(hosts(mesh, ["next.example.com"]));
    expect(mesh.refusal(create(GREEN)).problems).toMatchObject([{ code: "release.invalid", path: "strategy.previewHost" }]);
    mesh.must(hosts(mesh, []), create({ ...GREEN, start: false }));
    mesh.must(hosts(mesh, ["next.example.com"]));
    expect(mesh.refusal(move(mesh, "start")).problems).toMatchObject([{ code: "release.invalid", path: "id" }]);
  });

  test("that became one of production after the release is not taken away by its way back", () => {
    const mesh = shop();
    mesh.must(create(GREEN));
    mesh.must(move(mesh, "promote"));
    mesh.must(advance(mesh, SETTLED));
    mesh.must(hosts(mesh, ["next.example.com"]));
    mesh.must(move(mesh, "rollback"));
    expect([mesh.service("payments").hosts, mesh.weights("payments")]).toEqual([["next.example.com"], OLD]);
  });

  test("that somebody takes away pauses its release", () => {
    const mesh = shop();
    mesh.must(create(GREEN));
    mesh.must({ kind: "manifest.apply", services: { payments: { hosts: ["pay.example.com"] } }, prune: false } as Plain);
    expect(newest(mesh)).toMatchObject({ state: "paused", because: expect.stringContaining("by hand (manifest.apply)") });
    mesh.must(move(mesh, "resume"));
    expect(mesh.service("payments").hosts).toEqual(["next.example.com", "pay.example.com"]);
  });

  test("and the rule of a release do not come back with the service that was removed", () => {
    const mesh = shop();
    mesh.must(create(GREEN));
    mesh.must({ kind: "service.remove", service: "checkout", rev: mesh.rev("checkout") });
    const gone = mesh.must({ kind: "service.remove", service: "payments", rev: mesh.rev("payments") });
    expect(newest(mesh).state).toBe("aborted");
    mesh.must({ kind: "undo", change: gone.id });
    expect([mesh.service("payments").rules, mesh.service("payments").hosts]).toEqual([[], []]);
  });
});

describe("a version that a release goes back to", () => {
  test("is not removed while the release is under way, and is after it", () => {
    const mesh = promoted();
    withoutInstance(mesh, "2.3.0");
    const remove = () => ({ kind: "version.remove", service: "payments", version: "2.3.0", rev: mesh.rev("payments") }) as Plain;
    expect(mesh.refusal(remove())).toMatchObject({
      code: "release.busy",
      problems: [{ path: "version", fix: expect.stringContaining("abort") }],
    });
    mesh.must(advance(mesh, SETTLED));
    mesh.must(remove());
  });

  test("does not keep a release from its end where it is gone all the same", () => {
    const mesh = promoted();
    const stale = { ...newest(mesh), start: { "1.0.0": 10_000 } };
    mesh.state = { ...mesh.state, releases: new Map([[stale.id, stale]]) };
    mesh.must(advance(mesh, SETTLED));
    expect([newest(mesh).state, mesh.weights("payments")]).toEqual(["succeeded", NEW]);
  });
});

describe("a way back", () => {
  test.each(["rollback", "abort", "rollback-gradually"])("by %s to a version without a ready instance is refused", (verb) => {
    const mesh = promoted();
    withoutInstance(mesh, "2.3.0");
    expect(mesh.refusal(move(mesh, verb))).toMatchObject({ code: "split.no-ready-instance" });
    expect(mesh.weights("payments")).toEqual(NEW);
  });

  test("that the judge asks for waits too, with what it waits for", () => {
    const mesh = promoted();
    withoutInstance(mesh, "2.3.0");
    expect(mesh.refusal(advance(mesh, FAIL)).detail).toMatch(/payments 2.3.0 has no ready instance/);
  });

  test("that nobody stands by goes as far as it can, and the rest of the way once it can", () => {
    const mesh = shop();
    mesh.must({ kind: "service.remove", service: "checkout", rev: mesh.rev("checkout") });
    mesh.must(split(mesh, { "2.3.0": 6_000, "3.0.0": 4_000 }));
    mesh.must(create());
    mesh.must(advance(mesh, ON));
    withoutInstance(mesh, "2.3.0");
    expect(mesh.refusal(move(mesh, "rollback")).code).toBe("split.no-ready-instance");
    mesh.must(advance(mesh, FAIL));
    expect(mesh.weights("payments")).toEqual({ "2.3.0": 3_000, "3.0.0": 7_000 });
    expect(newest(mesh).history.at(-1)?.sentence).toMatch(/Without 2.3.0, which has no ready instance/);
    expect(mesh.refusal(advance(mesh, SETTLED)).code).toBe("split.no-ready-instance");
    mesh.must(instanceOf("payments", "2.3.0"));
    mesh.must(advance(mesh, SETTLED));
    expect([newest(mesh).state, mesh.weights("payments")]).toEqual(["rolling-back", { "2.3.0": 6_000, "3.0.0": 4_000 }]);
    mesh.must(advance(mesh, SETTLED));
    expect(newest(mesh).state).toBe("rolled-back");
  });

  test("can be paused and gone on from, and aborted", () => {
    const mesh = promoted();
    mesh.must(advance(mesh, FAIL));
    expect(mesh.dryRun(move(mesh, "abort")).ok).toBe(true);
    mesh.must(move(mesh, "pause"));
    mesh.must(move(mesh, "promote"));
    expect(newest(mesh)).toMatchObject({ state: "running", weightBp: 1_000 });
  });

  test("goes on when somebody edits rules meanwhile, and is paused when somebody sets weights", () => {
    const mesh = promoted();
    mesh.must(advance(mesh, FAIL));
    mesh.must(rules(mesh, [{ matches: [{ path: { type: "PathPrefix", value: "/old" } }], split: { weights: { "2.3.0": 10_000 } } }]));
    expect(newest(mesh).state).toBe("rolling-back");
    mesh.must(split(mesh, NEW));
    expect(newest(mesh).state).toBe("paused");
  });
});

describe("a plan that is walked by releases", () => {
  test("takes a wave back though one of its releases has succeeded", () => {
    const mesh = paired();
    mesh.must(walked(mesh));
    const [first, second] = [...mesh.state.releases.keys()];
    if (first === undefined || second === undefined) throw new Error("two releases in the wave");
    for (const finding of [ON, ON, SETTLED]) mesh.must(advance(mesh, finding, first));
    mesh.must(advance(mesh, FAIL, second));
    for (const { command } of wavesToMove(mesh.state)) mesh.must(command as never);
    mesh.must(advance(mesh, SETTLED, first));
    mesh.must(advance(mesh, SETTLED, second));
    expect([mesh.weights("a"), mesh.weights("b")]).toEqual([{ "1.0.0": 10_000 }, { "1.0.0": 10_000 }]);
    for (const { command } of wavesToMove(mesh.state)) mesh.must(command as never);
    expect(planOf(mesh).state).toBe("paused");
  });

  test.each([
    ["moves nothing", SHADOW],
    ["has one preview host", GREEN],
  ])("refuses a strategy that %s", (_, manner) => {
    const mesh = paired();
    expect(mesh.refusal(walked(mesh, manner)).problems).toMatchObject([{ code: "release.invalid", path: "strategy" }]);
  });

  test("resumes the releases that it has paused, and no other", () => {
    const mesh = paired();
    mesh.must(walked(mesh));
    mesh.must(split(mesh, { "1.0.0": 2_000, "2.0.0": 8_000 }, "a"));
    mesh.must({ kind: "plan.resume", plan: planOf(mesh).id });
    const states = () => [...mesh.state.releases.values()].map(({ service, state }) => `${service} ${state}`).sort();
    expect(states()).toEqual(["a paused", "b running"]);
    mesh.must({ kind: "plan.pause", plan: planOf(mesh).id });
    expect(states()).toEqual(["a paused", "b paused"]);
    const resumed = mesh.dryRun({ kind: "plan.resume", plan: planOf(mesh).id });
    expect(resumed.ok && resumed.value?.notes).toEqual([expect.stringMatching(/^rel-\S+ stays paused/)]);
    mesh.must({ kind: "plan.resume", plan: planOf(mesh).id });
    expect(states()).toEqual(["a paused", "b running"]);
  });
});

describe("a release by rules", () => {
  test.each([
    ["ab", AB],
    ["blue-green", GREEN],
    ["shadow", SHADOW],
  ])("does not begin, as %s, with a version without a ready instance", (_, manner) => {
    const mesh = shop();
    mesh.must({ kind: "version.register", service: "payments", version: "2.5.0", requirements: {} } as Plain);
    mesh.must(create({ ...manner, version: "2.5.0", start: false }));
    expect(mesh.refusal(move(mesh, "start"))).toMatchObject({ code: "split.no-ready-instance", problems: [{ path: "" }] });
    mesh.must(move(mesh, "abort"));
    expect(mesh.refusal(move(mesh, "retry")).code).toBe("split.no-ready-instance");
    expect(mesh.refusal(create({ ...manner, version: "2.5.0" })).problems).toMatchObject([{ path: "version" }]);
  });

  test("that says the same as a rule of the service is refused at its strategy, with the place of that rule", () => {
    const mesh = shop();
    mesh.must(rules(mesh, [{ matches: [AB.strategy.match], split: { weights: OLD } }]));
    expect(mesh.refusal(create(AB)).problems).toMatchObject([
      { code: "routes.duplicate-match", path: "strategy", detail: "This match means the same as rules.0.matches.0." },
    ]);
  });

  test("names the rules that keep requests from it", () => {
    const mesh = shop();
    const keep = { name: "orders", matches: [{ path: { type: "PathPrefix", value: "/orders" } }], split: { weights: OLD } };
    mesh.must(rules(mesh, [keep, { name: "slow", matches: [{ headers: [{ name: "x-slow", value: "1" }] }], timeouts: { request: "9s" } }]));
    const notes = (manner: object) => {
      const made = mesh.dryRun(create(manner));
      return made.ok ? made.value?.notes : made.error;
    };
    expect(notes(GREEN)).toEqual([expect.stringMatching(/^Requests that match rules of payments do not follow rel-\d+: orders/)]);
    expect(notes(STEPS)).toEqual([expect.stringMatching(/: orders\.$/)]);
  });
});

describe("what judges a release is refused at its field", () => {
  const metric = (query: string) => ({ kind: "threshold", query, above: 1 });
  test.each([
    ["a query that nobody can read", { judge: { metrics: [metric("eror_rate(payments)")] } }, "judge.metrics.0.query"],
    ["an unknown service", { judge: { metrics: [{ kind: "errors" }, metric("p99(paymnts)")] } }, "judge.metrics.1.query"],
    ["an unknown version", { judge: { metrics: [metric("p99(payments@9.9.9)")] } }, "judge.metrics.0.query"],
    ["a metric twice", { judge: { metrics: [{ kind: "errors" }, { kind: "errors" }] } }, "judge.metrics.1"],
    ["PASS of nothing", { gates: "pass", judge: { metrics: [] } }, "judge.metrics"],
    ["gates of a harm budget", { gates: "manual", strategy: "harm-budget" }, "gates"],
  ])("%s", (_, manner, path) => {
    expect(shop().refusal(create(manner)).problems).toMatchObject([{ path }]);
  });

  test("and names what was meant", () => {
    const [problem] = shop().refusal(create({ judge: { metrics: [metric("p99(paymnts)")] } })).problems;
    expect(problem?.fix).toBe("Did you mean payments?");
  });
});

test("a harm budget stays at all of the traffic before it is promoted", () => {
  const mesh = shop();
  mesh.must(create({ strategy: "harm-budget" }));
  mesh.must(advance(mesh, { kind: "advance", weightBp: 10_000 }));
  expect([newest(mesh).state, mesh.weights("payments")]).toEqual(["running", NEW]);
  mesh.must(advance(mesh, ON));
  expect(newest(mesh).state).toBe("promoting");
});

test("of releases that are over, those that ended last are kept, and those of a plan that is not over", () => {
  const mesh = shop();
  mesh.must(...registered("x", { "1.0.0": {}, "2.0.0": {} }), create());
  const first = newest(mesh).id;
  const { subject: plan } = mesh.must({ kind: "plan.create", target: { x: "2.0.0" }, avoid: [], prefer: "steps" });
  const ended = { ...newest(mesh), service: "x" as never, state: "aborted" as const };
  const many = Array.from({ length: 257 }, (_, index) => {
    const id = index === 256 ? "of-plan" : `old-${index}`;
    return [id, { ...ended, id, plan: index === 256 ? plan : null }] as const;
  });
  mesh.state = { ...mesh.state, releases: new Map([...many.slice(-1), ...mesh.state.releases, ...many.slice(0, -1)]) };
  for (const finding of [ON, ON, SETTLED]) mesh.must(advance(mesh, finding, first));
  expect(mesh.state.releases.size).toBe(257);
  expect(["of-plan", first, "old-0"].map((id) => mesh.state.releases.has(id))).toEqual([true, true, false]);
});
