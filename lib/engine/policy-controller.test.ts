import { afterEach, describe, expect, test } from "vitest";
import type { PolicyInput } from "../model/index.ts";
import { policiesOf } from "../policy/index.ts";
import { command, staticInstance, TEST_AUTHOR } from "../testing/index.ts";
import { addPolicy, alertsOf, editPolicy, errorsOfWeb, openWeb, ownKinds } from "./policy-web.fixture.ts";
import { batch, closeAll, shiftTo, traffic, webState } from "./test-engine.fixture.ts";

afterEach(closeAll);

describe("an alert", () => {
  test("fires as a change by interlock once it held long enough, and is over after it was clear long enough", async () => {
    const { mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, errorsOfWeb);
    await seconds(3, 10);
    expect(alertsOf(mesh, id)).toEqual([]);
    await seconds(6, 10);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing", subject: "web", service: "web", bound: 0.05, severity: "warning" }]);
    const [fired] = mesh.engine.changes({ limit: 50 }).filter(({ kind, subject }) => kind === "alert.fire" && subject === "web");
    expect(fired).toMatchObject({ author: "interlock", via: "engine", undoable: false });
    expect(fired?.reason).toMatch(/^policy "errors of web": web: error-rate\(web\) is 20 %, above 5 %/);
    await seconds(30);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "resolved" }]);
  });

  test("that comes and goes is one alert", async () => {
    const { mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, {
      ...errorsOfWeb,
      trigger: { metric: "error-rate(web, 1s)", above: 0.05, forMs: 0, resolveForMs: 20_000 },
    });
    for (let at = 0; at < 10; at++) {
      await seconds(2, 25);
      await seconds(2);
    }
    expect(alertsOf(mesh, id)).toHaveLength(1);
  });

  test("is held back by its guard", async () => {
    const { mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, { ...errorsOfWeb, guard: { metric: "requests(web, 10s)", above: 1_000 } });
    await seconds(10, 25);
    expect(alertsOf(mesh, id)).toEqual([]);
    expect(mesh.engine.policies.show(policiesOf(mesh.engine.state()).get(id) as never).now).toContain("the guard holds it back");
  });

  test("is over when its policy is switched off or removed", async () => {
    const { mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, errorsOfWeb);
    await seconds(10, 25);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing" }]);
    await mesh.engine.execute({ kind: "automation.set", id, rev: 1, policy: { ...errorsOfWeb, enabled: false } }, TEST_AUTHOR);
    await seconds(3, 25);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "resolved" }]);
  });

  test("is acknowledged with a reason and silenced until a time", async () => {
    const { clock, mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, errorsOfWeb);
    await seconds(10, 25);
    const alert = alertsOf(mesh, id)[0]?.id ?? "";
    const bare = await mesh.engine.execute({ kind: "alert.ack", alert }, { ...TEST_AUTHOR, reason: "" });
    expect(bare).toMatchObject({ ok: false, error: { code: "alert.invalid" } });
    await mesh.engine.execute({ kind: "alert.ack", alert }, { ...TEST_AUTHOR, reason: "on it" });
    const until = new Date(clock.wallMs() + 60_000).toISOString();
    await mesh.engine.execute({ kind: "alert.silence", alert, until }, TEST_AUTHOR);
    expect(alertsOf(mesh, id)).toMatchObject([{ acknowledged: { reason: "on it" }, silencedUntil: until }]);
    const past = await mesh.engine.execute({ kind: "alert.silence", alert, until: new Date(0).toISOString() }, TEST_AUTHOR);
    expect(past).toMatchObject({ ok: false, error: { code: "alert.invalid" } });
  });
});

describe("a policy that acts", () => {
  const rollingBack: PolicyInput = {
    ...errorsOfWeb,
    name: "back",
    kind: "automation",
    actions: [{ kind: "rollback" }, { kind: "alert", severity: "critical" }],
  };

  test("rolls back through the same command as people, and not again within its cooldown", async () => {
    const { mesh, seconds } = await openWeb();
    await shiftTo(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
    await addPolicy(mesh, rollingBack);
    await seconds(10, 25);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    const [rollback] = mesh.engine.changes({ limit: 50 }).filter(({ kind }) => kind === "rollback");
    expect(rollback).toMatchObject({ author: "interlock", via: "engine" });
    expect(rollback?.reason).toMatch(/^policy "back": web: error-rate/);
    await seconds(20, 25);
    expect(ownKinds(mesh).filter((kind) => kind === "rollback")).toHaveLength(1);
    expect(mesh.engine.healthEvents().map(({ kind }) => kind)).toContain("policy-acted");
  });

  test("says so when it could not", async () => {
    const { mesh, seconds } = await openWeb();
    await addPolicy(mesh, rollingBack);
    await seconds(10, 25);
    const [failed] = mesh.engine.healthEvents().filter(({ kind }) => kind === "policy-failed");
    expect(failed?.sentence).toContain('Policy "back" could not rollback');
  });

  test("takes the weight from a version without instances, and gives it back", async () => {
    const { mesh, seconds } = await openWeb();
    await shiftTo(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
    for (const id of ["built-in-drain", "built-in-restore"]) await editPolicy(mesh, id, { enabled: true });
    const gone = [...webState(mesh).staticInstances.values()].find(({ version }) => version === "1.1.0");
    await mesh.apply({ kind: "instance.remove", service: "web", id: gone?.id ?? "" });
    await seconds(36);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 10_000 });
    await mesh.apply(staticInstance("web", "1.1.0", 9_009));
    await seconds(40);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 5_000, "1.1.0": 5_000 });
  });

  test("takes an instance out, never the last one, and lets it back in when its time is over", async () => {
    const { clock, mesh } = await openWeb();
    const [first] = webState(mesh).staticInstances.keys();
    expect(mesh.engine.ejections.eject(first ?? "", 60_000, "a test")).toMatchObject({ ok: false, error: { code: "guardrail.ready" } });
    await mesh.apply(staticInstance("web", "1.0.0", 9_010));
    expect(mesh.engine.ejections.eject(first ?? "", 60_000, "a test").ok).toBe(true);
    expect(mesh.engine.instances().find(({ id }) => id === first)).toMatchObject({ health: "ejected" });
    clock.advance(60_001);
    expect(mesh.engine.instances().find(({ id }) => id === first)).toMatchObject({ health: "ready" });
  });
});

describe("a policy that follows events", () => {
  test("fires for the subject of the event and is over when none follows", async () => {
    const { mesh, seconds } = await openWeb();
    const id = await addPolicy(mesh, { ...errorsOfWeb, name: "moves", trigger: { event: "split.set", resolveForMs: 5_000 } });
    await shiftTo(mesh, { "1.0.0": 9_000, "1.1.0": 1_000 });
    await seconds(1);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "firing", subject: "web", value: null }]);
    await seconds(10);
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "resolved" }]);
  });
});

describe("prevention", () => {
  test("refuses a step that is too large, and lets weights go back", async () => {
    const { mesh } = await openWeb();
    await editPolicy(mesh, "built-in-step", { enabled: true });
    const refused = await shiftTo(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
    expect(refused).toMatchObject({ ok: false, error: { code: "guardrail.step" } });
    expect(refused.ok ? "" : refused.error.detail).toContain('"Small steps" allows 25 % at once');
    expect((await shiftTo(mesh, { "1.0.0": 7_500, "1.1.0": 2_500 })).ok).toBe(true);
    expect((await shiftTo(mesh, { "1.0.0": 10_000, "1.1.0": 0 })).ok).toBe(true);
  });

  test("refuses a step that is too large by way of a rule, and lets the rule give as much as a step may", async () => {
    const { mesh } = await openWeb();
    await editPolicy(mesh, "built-in-step", { enabled: true });
    const rules = (weights: Readonly<Record<string, number>>) =>
      mesh.engine.execute(
        command({
          kind: "routes.set",
          service: "web",
          rev: webState(mesh).rev,
          rules: [{ name: "all", matches: [{ path: { type: "PathPrefix", value: "/" } }], split: { weights } }],
        }),
        TEST_AUTHOR,
      );
    const refused = await rules({ "1.1.0": 10_000 });
    expect(refused).toMatchObject({ ok: false, error: { code: "guardrail.step" } });
    expect(refused.ok ? "" : refused.error.detail).toContain("would get 100 % more of the requests that a rule takes");
    expect((await rules({ "1.0.0": 8_000, "1.1.0": 2_000 })).ok).toBe(true);
  });

  test("asks for ready instances before a version grows", async () => {
    const { mesh } = await openWeb();
    await editPolicy(mesh, "built-in-min-ready", { enabled: true });
    expect(await shiftTo(mesh, { "1.0.0": 9_000, "1.1.0": 1_000 })).toMatchObject({ ok: false, error: { code: "guardrail.ready" } });
    await mesh.apply(staticInstance("web", "1.1.0", 9_020));
    expect((await shiftTo(mesh, { "1.0.0": 9_000, "1.1.0": 1_000 })).ok).toBe(true);
  });

  test("holds a version back while its error budget burns", async () => {
    const { mesh, proxy, clock } = await openWeb();
    await shiftTo(mesh, { "1.0.0": 9_000, "1.1.0": 1_000 });
    await editPolicy(mesh, "built-in-burn", { enabled: true });
    const edges = traffic(1, 200, 50).edges.map((edge) => ({ ...edge, callee: { service: "web", version: "1.1.0" } }));
    proxy.send({ kind: "telemetry", batch: batch(1, { atMs: clock.wallMs(), edges }) });
    await proxy.next("telemetry-ack");
    clock.advance(4_000);
    expect(await shiftTo(mesh, { "1.0.0": 8_000, "1.1.0": 2_000 })).toMatchObject({ ok: false, error: { code: "guardrail.figures" } });
  });
});

describe("commands about policies", () => {
  test("those of Interlock are changed and switched off, not removed", async () => {
    const { mesh } = await openWeb();
    const removed = await mesh.engine.execute({ kind: "automation.remove", id: "built-in-errors", rev: 0 }, TEST_AUTHOR);
    expect(removed).toMatchObject({ ok: false, error: { code: "automation.built-in" } });
    const stale = await mesh.engine.execute({ kind: "automation.set", id: "built-in-errors", rev: 3, policy: errorsOfWeb }, TEST_AUTHOR);
    expect(stale).toMatchObject({ ok: false, error: { code: "precondition.failed" } });
  });

  test("a policy that closes a loop leaves the mesh as it was", async () => {
    const { mesh } = await openWeb();
    const before = mesh.engine.state().seq;
    const looping: PolicyInput = { ...errorsOfWeb, trigger: { event: "rollback" }, actions: [{ kind: "rollback" }] };
    const refused = await mesh.engine.execute({ kind: "automation.set", id: null, rev: null, policy: looping }, TEST_AUTHOR);
    expect(refused).toMatchObject({ ok: false, error: { code: "automation.loop" } });
    expect(mesh.engine.state().seq).toBe(before);
  });

  test("a change of a policy can be undone", async () => {
    const { mesh } = await openWeb();
    const id = await addPolicy(mesh, errorsOfWeb);
    const [made] = mesh.engine.changes({ limit: 1 });
    await mesh.engine.execute(command({ kind: "undo", change: made?.id ?? "" }), TEST_AUTHOR);
    expect(mesh.engine.state().policies.has(id)).toBe(false);
  });
});

describe("a dry run and a diagnosis", () => {
  test("say when a rule would have fired in the last hour, and what the alert comes from", async () => {
    const { mesh, seconds } = await openWeb();
    await seconds(30);
    await shiftTo(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
    const id = await addPolicy(mesh, errorsOfWeb);
    await seconds(30, 25);
    const run = mesh.engine.policies.dryRun({ ...errorsOfWeb, trigger: { metric: "error-rate(*)", above: 0.05, forMs: 10_000 } });
    expect(run.firings).toMatchObject([{ subject: "web", resolvedMs: null }]);
    expect(run.notStored).toEqual([]);
    expect(mesh.engine.policies.dryRun({ ...errorsOfWeb, trigger: { metric: "ready(web)", below: 1, forMs: 0 } }).notStored).toEqual([
      "ready",
    ]);
    const alert = alertsOf(mesh, id)[0];
    if (alert === undefined) throw new Error("no alert");
    const { causes, sentence } = mesh.engine.policies.diagnose(alert);
    expect(causes[0]).toMatchObject({ kind: "split.set", subject: "web", reverse: { kind: "undo", method: "POST" } });
    expect(sentence).toMatch(/^(Most likely|Perhaps) split\.set of web/);
  });
});
