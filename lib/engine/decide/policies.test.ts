import { describe, expect, test } from "vitest";
import { instanceOf, registered, shop } from "./decide-mesh.fixture.ts";

const policy = { loadBalancing: { kind: "roundRobin" }, retries: { attempts: 2 } };
const authorization = { action: "allow", rules: [{ from: { services: ["checkout"] } }] };

describe("a traffic policy", () => {
  test("is replaced as a whole, moves the rev, and can be undone", () => {
    const mesh = shop();
    const rev = mesh.rev("payments");
    const change = mesh.must({ kind: "policy.set", service: "payments", rev, policy });
    expect(change).toMatchObject({ kind: "policy.set", subject: "payments", before: {}, after: policy, undoable: true });
    expect(mesh.rev("payments")).toBe(rev + 1);
    mesh.must({ kind: "policy.set", service: "payments", rev: rev + 1, policy: { slowStartMs: 0 } });
    expect(mesh.service("payments").policy).toEqual({ slowStartMs: 0 });
    mesh.must({ kind: "undo", change: `chg-${mesh.state.seq}` });
    expect(mesh.service("payments").policy).toEqual(policy);
  });

  test("that says the same is no change, also with parts that set nothing", () => {
    const mesh = shop();
    mesh.must({ kind: "policy.set", service: "payments", rev: mesh.rev("payments"), policy });
    const again = { ...policy, timeouts: {}, slowStartMs: undefined };
    expect(mesh.dryRun({ kind: "policy.set", service: "payments", rev: mesh.rev("payments"), policy: again })).toEqual({
      ok: true,
      value: null,
    });
  });

  test("that is wrong leaves the old one in force", () => {
    const mesh = shop();
    mesh.must({ kind: "policy.set", service: "payments", rev: mesh.rev("payments"), policy });
    const refusal = mesh.refusal({
      kind: "policy.set",
      service: "payments",
      rev: mesh.rev("payments"),
      policy: { retries: { attempts: -1 } },
    });
    expect(refusal).toMatchObject({ code: "policy.invalid", problems: [{ path: "retries.attempts" }] });
    expect(mesh.service("payments").policy).toEqual(policy);
  });

  test("of another rev is stale, whatever else is wrong with it", () => {
    const mesh = shop();
    const refusal = mesh.refusal({ kind: "policy.set", service: "payments", rev: 0, policy: { slowStartMs: -1 } });
    expect(refusal).toMatchObject({ code: "precondition.failed", current: { state: { policy: {} } } });
  });

  test("holds the versions that it fails over to", () => {
    const mesh = shop();
    const failover = [{ kind: "version", version: "3.0.0" }];
    mesh.must({ kind: "policy.set", service: "payments", rev: mesh.rev("payments"), policy: { failover } });
    const remove = { kind: "version.remove" as const, service: "payments", rev: mesh.rev("payments"), version: "3.0.0" };
    expect(mesh.refusal(remove).problems).toContainEqual(
      expect.objectContaining({ code: "version.live", detail: expect.stringContaining("failover") }),
    );
  });
});

describe("an authorization", () => {
  test("is set, replaced by none, and undone", () => {
    const mesh = shop();
    mesh.must({ kind: "authorization.set", service: "payments", rev: mesh.rev("payments"), authorization });
    expect(mesh.service("payments").authorization).toEqual(authorization);
    const removed = mesh.must({ kind: "authorization.set", service: "payments", rev: mesh.rev("payments"), authorization: null });
    expect(mesh.service("payments").authorization).toBeNull();
    mesh.must({ kind: "undo", change: removed.id });
    expect(mesh.service("payments").authorization).toEqual(authorization);
  });

  test("that could never fit is refused and changes nothing", () => {
    const mesh = shop();
    const wrong = { action: "allow", rules: [{ from: { services: ["Not A Name"] } }] };
    const refusal = mesh.refusal({ kind: "authorization.set", service: "payments", rev: mesh.rev("payments"), authorization: wrong });
    expect(refusal).toMatchObject({ code: "authorization.invalid", problems: [{ path: "rules.0.from.services.0" }] });
  });
});

describe("a change set", () => {
  const item = (kind: string, mesh: ReturnType<typeof shop>, more: object) => ({
    kind,
    service: "payments",
    rev: mesh.rev("payments"),
    ...more,
  });

  test("takes split, rules, policy and authorization of one service in one change", () => {
    const mesh = shop();
    const rules = [{ name: "beta", matches: [{ method: "GET" }], retry: { attempts: 0 } }];
    const change = mesh.must({
      kind: "change-set",
      changes: [
        item("split", mesh, { weights: { "2.3.0": 5_000, "2.4.0": 5_000 } }),
        item("routes", mesh, { rules }),
        item("traffic-policy", mesh, { policy }),
        item("authorization", mesh, { authorization }),
      ],
    });
    expect(change.events.map(({ kind }) => kind)).toEqual(["weights-set", "rules-set", "policy-set", "authorization-set"]);
    expect(mesh.service("payments")).toMatchObject({ rules, policy, authorization });
  });

  test("is refused whole, with the place of every problem", () => {
    const mesh = shop();
    const refusal = mesh.refusal({
      kind: "change-set",
      changes: [
        item("traffic-policy", mesh, { policy: { slowStartMs: -1 } }),
        item("traffic-policy", mesh, { policy }),
        item("authorization", mesh, { authorization: { action: "allow", rules: [{ to: { methods: [] } }] } }),
      ],
    });
    expect(refusal.problems.map(({ path }) => path)).toEqual([
      "changes.1",
      "changes.0.policy.slowStartMs",
      "changes.2.authorization.rules.0.to.methods",
    ]);
  });
});

describe("a manifest", () => {
  const apply = (service: object, prune = false) => ({ kind: "manifest.apply", services: { payments: service }, prune }) as const;

  test("sets policies beside the rest, and says nothing changes the second time", () => {
    const mesh = shop();
    mesh.must(apply({ trafficPolicy: policy, authorization }));
    expect(mesh.service("payments")).toMatchObject({ policy, authorization });
    expect(mesh.dryRun(apply({ trafficPolicy: policy, authorization }))).toEqual({ ok: true, value: null });
  });

  test("leaves policies that it does not name, and takes them away with prune", () => {
    const mesh = shop();
    mesh.must(apply({ trafficPolicy: policy, authorization }));
    expect(mesh.dryRun(apply({ hosts: [] }))).toEqual({ ok: true, value: null });
    const versions = Object.fromEntries([...mesh.service("payments").versions.keys()].map((version) => [version, {}]));
    mesh.must({ kind: "manifest.apply", services: { payments: { versions } }, prune: true });
    expect(mesh.service("payments")).toMatchObject({ policy: {}, authorization: null });
  });

  test("gives instances zones and weights", () => {
    const mesh = shop();
    const instances = [
      { address: "127.0.0.1", port: 9_001, zone: "b", weight: 3 },
      { address: "127.0.0.1", port: 9_002, weight: 1 },
    ];
    mesh.must(apply({ versions: { "2.3.0": { instances } } }));
    const [first, second] = [...mesh.service("payments").staticInstances.values()].filter(({ port }) => port < 10_000);
    expect(first).toMatchObject({ zone: "b", weight: 3 });
    expect(second).not.toHaveProperty("weight");
    expect(mesh.dryRun(apply({ versions: { "2.3.0": { instances } } }))).toEqual({ ok: true, value: null });
    const wrong = [{ address: "127.0.0.1", port: 9_003, zone: "Not One", weight: 0 }];
    expect(mesh.refusal(apply({ versions: { "2.3.0": { instances: wrong } } })).problems.map(({ path }) => path)).toEqual([
      "services.payments.versions.2.3.0.instances.0.zone",
      "services.payments.versions.2.3.0.instances.0.weight",
    ]);
  });
});

test("rules of two lanes stay as they are when instances go, whatever else of the rules changes", () => {
  const mesh = shop();
  const lane = (name: string, version: string) => ({ lane: name, matches: [], split: { weights: { [version]: 10_000 } } });
  const set = (rules: readonly object[]) => ({ kind: "routes.set" as const, service: "payments", rev: mesh.rev("payments"), rules });
  mesh.must(set([lane("blue", "2.3.0"), lane("green", "2.4.0")]));
  for (const id of mesh.service("payments").staticInstances.keys()) mesh.failing.add(id);
  mesh.must(set([lane("blue", "2.3.0"), lane("green", "2.4.0"), { name: "get", matches: [{ method: "GET" }] }]));
  expect(mesh.refusal(set([lane("blue", "2.4.0"), lane("green", "2.4.0")])).problems).toMatchObject([{ code: "split.no-ready-instance" }]);
});

describe("a mirror", () => {
  const mirrorTo = (backendRef: object) => [
    { name: "copy", matches: [{}], filters: [{ type: "RequestMirror", requestMirror: { backendRef } }] },
  ];
  const set = (mesh: ReturnType<typeof shop>, backendRef: object) => ({
    kind: "routes.set" as const,
    service: "payments",
    rev: mesh.rev("payments"),
    rules: mirrorTo(backendRef),
  });
  const AT = "rules.0.filters.0.requestMirror.backendRef";

  test("to an unknown version or service is refused at its place", () => {
    const mesh = shop();
    expect(mesh.refusal(set(mesh, { version: "9.9.9" }))).toMatchObject({
      code: "routes.invalid-filter",
      problems: [{ path: `${AT}.version` }],
    });
    expect(mesh.refusal(set(mesh, { service: "nobody", version: "1.0.0" })).problems).toMatchObject([{ path: `${AT}.service` }]);
  });

  test("to a version without a ready instance is refused", () => {
    const mesh = shop();
    mesh.must({ kind: "version.register", service: "payments", version: "2.5.0", requirements: {} });
    expect(mesh.refusal(set(mesh, { version: "2.5.0" }))).toMatchObject({
      code: "split.no-ready-instance",
      problems: [{ path: `${AT}.version` }],
    });
    mesh.must(instanceOf("payments", "2.5.0"), set(mesh, { version: "2.5.0" }));
  });

  test("to a version that a live caller is known not to work with is refused like a split", () => {
    const mesh = shop();
    const refusal = mesh.refusal(set(mesh, { version: "3.0.0" }));
    expect(refusal).toMatchObject({
      code: "compatibility.refused",
      problems: [{ path: `${AT}.version`, detail: expect.stringContaining("checkout 1.4.0") }],
    });
    mesh.must(
      { kind: "split.set", service: "checkout", rev: mesh.rev("checkout"), weights: { "2.0.0": 10_000 } },
      set(mesh, { version: "3.0.0" }),
    );
  });

  test("holds the version that gets the copies", () => {
    const mesh = shop();
    mesh.must(...registered("shadow", { "1.0.0": {}, "1.1.0": {} }));
    mesh.must(set(mesh, { service: "shadow", version: "1.1.0" }));
    const remove = { kind: "version.remove" as const, service: "shadow", rev: mesh.rev("shadow"), version: "1.1.0" };
    expect(mesh.refusal(remove).problems).toContainEqual(
      expect.objectContaining({ code: "version.live", detail: expect.stringContaining("payments") }),
    );
  });
});

describe("what a mirror or a failover names", () => {
  test("is not taken away by an undo", () => {
    const mesh = shop();
    const registration = mesh.must({ kind: "version.register", service: "payments", version: "2.5.0", requirements: {} });
    const failover = [{ kind: "version", version: "2.5.0" }];
    mesh.must({ kind: "policy.set", service: "payments", rev: mesh.rev("payments"), policy: { failover } });
    expect(mesh.refusal({ kind: "undo", change: registration.id })).toMatchObject({
      code: "version.live",
      problems: [{ detail: "the failover of payments names payments 2.5.0, which would not exist." }],
    });
  });

  test("is not taken away with its service", () => {
    const mesh = shop();
    mesh.must(...registered("shadow", { "1.0.0": {} }));
    const filters = [{ type: "RequestMirror", requestMirror: { backendRef: { service: "shadow", version: "1.0.0" } } }];
    mesh.must({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules: [{ matches: [{}], filters }] });
    const removal = { kind: "service.remove", service: "shadow", rev: mesh.rev("shadow") } as const;
    expect(mesh.refusal(removal).problems).toMatchObject([
      { code: "version.live", detail: expect.stringContaining("a mirror of payments") },
    ]);
    mesh.must({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules: [] }, removal);
    // And what took it away cannot be undone any more by bringing the mirror back to nothing.
    const removed = mesh.changes.findLast(({ kind }) => kind === "routes.set");
    expect(mesh.run({ kind: "undo", change: removed?.id ?? "" }).ok).toBe(false);
  });
});

test("an address that keys are never fetched from is refused at its field, unless the service has it already", () => {
  const mesh = shop();
  const policy = (jwksUri: string) => ({ action: "allow" as const, rules: [], jwtProviders: [{ issuer: "id", jwksUri }] });
  const set = (jwksUri: string) => ({
    kind: "authorization.set" as const,
    service: "payments",
    rev: mesh.rev("payments"),
    authorization: policy(jwksUri),
  });
  expect(mesh.refusal(set("http://id.example.com/keys")).problems).toMatchObject([
    { path: "jwtProviders.0.jwksUri", code: "authorization.invalid", detail: expect.stringContaining("not https") },
  ]);
  mesh.must(set("https://id.example.com/keys"));
});
