import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Change, MeshState, Release } from "../model/index.ts";
import { command, createFakeClock, openTestEngine, serviceName, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import { obedientProxy, weightsOf, withShop } from "./plan-mesh.fixture.ts";
import { moveRelease, newestRelease, released, TWO_STEPS, untilRelease, waits, webTraffic } from "./release-mesh.fixture.ts";
import { closeAll, closers, openEngine, shiftTo, webState, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

async function openWeb() {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  const proxy = await obedientProxy(mesh);
  await expect.poll(() => mesh.engine.mesh().proxies.some(({ connected }) => connected)).toBe(true);
  return { clock, mesh, proxy };
}

const weights = (mesh: TestEngine) => weightsOf(mesh, "web")[0];
const OLD = { "1.0.0": 10_000 };
const NEW = { "1.1.0": 10_000 };

describe("a release under way", () => {
  test("takes each step when its pause is over, and succeeds once the proxies have the last weight", async () => {
    const { clock, mesh } = await openWeb();
    await released(mesh);
    expect(weights(mesh)).toEqual({ "1.0.0": 9_000, "1.1.0": 1_000 });
    const begun = clock.wallMs();
    await untilRelease(mesh, clock, ({ step }) => step === 1);
    expect(clock.wallMs() - begun).toBeGreaterThanOrEqual(60_000);
    expect(weights(mesh)).toEqual({ "1.0.0": 5_000, "1.1.0": 5_000 });
    await untilRelease(mesh, clock, "succeeded");
    expect(weights(mesh)).toEqual(NEW);
    const moves = mesh.engine.changes({ limit: 20 }).filter(({ kind }) => kind === "release.advance");
    expect(moves.map(({ author, via }) => `${author} ${via}`)).toEqual(Array(3).fill("interlock engine"));
    expect(newestRelease(mesh).history.map(({ step }) => step)).toEqual([0, 1, 2, 2]);
  });

  test("is rolled back by the judge as soon as harm is shown, with nobody at it", async () => {
    const { clock, mesh, proxy } = await openWeb();
    await released(mesh, { strategy: { kind: "canary", steps: [{ weightBp: 5_000, gate: "manual" }, { weightBp: 10_000 }] } });
    let seq = 0;
    const traffic = ({ state }: Release) => {
      if (state === "running") webTraffic(proxy, ++seq, { "1.0.0": [200, 1], "1.1.0": [200, 60] });
      return state !== "running";
    };
    await untilRelease(mesh, clock, traffic, 5_000);
    const release = await untilRelease(mesh, clock, "rolled-back");
    expect(release).toMatchObject({ movedBy: "judge", because: expect.stringContaining("Shown to be more than"), weightBp: 0 });
    expect(weights(mesh)).toEqual(OLD);
    expect(mesh.engine.releases.show(release).judge).toMatchObject({ verdict: "fail" });
  });

  test("waits for enough requests, for PASS, for an event, for somebody: and says so", async () => {
    const { clock, mesh, proxy } = await openWeb();
    const steps = [
      { weightBp: 1_000 },
      { weightBp: 2_000, gate: "pass" },
      { weightBp: 3_000, gate: "event", event: "version.update" },
      { weightBp: 4_000, gate: "manual" },
      { weightBp: 10_000 },
    ];
    await released(mesh, { strategy: { kind: "canary", steps }, judge: { minRequests: 5 } });
    await untilRelease(mesh, clock, () => /answered 0 of the 5 requests/.test(waits(mesh)));
    let seq = 0;
    const traffic = () => webTraffic(proxy, ++seq, { "1.0.0": [500, 0], "1.1.0": [500, 0] });
    const until = (step: number) =>
      untilRelease(
        mesh,
        clock,
        (release) => {
          if (release.step < step) traffic();
          return release.step === step;
        },
        5_000,
      );
    await until(1);
    await until(2);
    await untilRelease(mesh, clock, () => /Waits for version.update of web/.test(waits(mesh)));
    await mesh.apply({ kind: "version.update", service: "web", rev: webState(mesh).rev, version: "1.1.0", capacityRps: 1e6 });
    await until(3);
    await untilRelease(mesh, clock, () => /until somebody promotes/.test(waits(mesh)));
    clock.advance(3_600_000);
    expect(newestRelease(mesh).step).toBe(3);
    await moveRelease(mesh, "promote");
    await untilRelease(mesh, clock, "succeeded");
  });

  test("that is undecided beyond its deadline is paused with the reason", async () => {
    const { clock, mesh } = await openWeb();
    await released(mesh, { ...TWO_STEPS, judge: { minRequests: 50, deadlineMs: 120_000 } });
    const release = await untilRelease(mesh, clock, "paused");
    expect(release).toMatchObject({
      step: 0,
      movedBy: "engine",
      because: expect.stringMatching(/Undecided for 2 min.*0 of the 50 requests/),
    });
  });

  test("whose weights somebody sets by hand is paused in the same change, and nobody but an operator moves it", async () => {
    const { clock, mesh } = await openWeb();
    await released(mesh);
    const done = await shiftTo(mesh, { "1.0.0": 7_000, "1.1.0": 3_000 });
    expect(done.ok && done.value.notes).toEqual([expect.stringMatching(/^rel-\d+ is paused, because it moves what this change has set.$/)]);
    expect(newestRelease(mesh)).toMatchObject({ state: "paused", because: expect.stringContaining("by hand (split.set)") });
    clock.advance(600_000);
    expect(weights(mesh)).toEqual({ "1.0.0": 7_000, "1.1.0": 3_000 });
    await moveRelease(mesh, "resume");
    expect(weights(mesh)).toEqual({ "1.0.0": 9_000, "1.1.0": 1_000 });
    await untilRelease(mesh, clock, "succeeded");
  });

  test("does not go on to a version that is not ready, or carries less, and does as soon as it can", async () => {
    const { clock, mesh, proxy } = await openWeb();
    await released(mesh);
    await mesh.apply({ kind: "version.update", service: "web", rev: webState(mesh).rev, version: "1.1.0", capacityRps: 1 });
    webTraffic(proxy, 1, { "1.0.0": [5_000, 0] });
    await expect.poll(() => mesh.engine.mesh().rps).toBeGreaterThan(100);
    let seq = 1;
    await untilRelease(
      mesh,
      clock,
      () => {
        webTraffic(proxy, ++seq, { "1.0.0": [5_000, 0] });
        return /carries 1 requests\/s with 1 of 1 instances ready/.test(waits(mesh));
      },
      1_000,
    );
    expect(newestRelease(mesh)).toMatchObject({ state: "running", step: 0 });
    await mesh.apply({ kind: "version.update", service: "web", rev: webState(mesh).rev, version: "1.1.0", capacityRps: null });
    await untilRelease(mesh, clock, ({ step }) => step === 1);
  });

  test("goes back in steps where that is asked for, each acknowledged, and ends with the weights from before", async () => {
    const { clock, mesh } = await openWeb();
    await released(mesh);
    await untilRelease(mesh, clock, ({ step }) => step === 1);
    await moveRelease(mesh, "rollback-gradually");
    expect(weights(mesh)).toEqual({ "1.0.0": 9_000, "1.1.0": 1_000 });
    await untilRelease(mesh, clock, "rolled-back");
    expect(weights(mesh)).toEqual(OLD);
    await moveRelease(mesh, "retry");
    expect(newestRelease(mesh)).toMatchObject({ state: "running", step: 0, attempt: 2 });
  });

  test("is taken back as a whole by a rollback of its service after it", async () => {
    const { clock, mesh } = await openWeb();
    await released(mesh);
    await untilRelease(mesh, clock, "succeeded");
    await mesh.apply({ kind: "rollback", service: "web", rev: webState(mesh).rev });
    expect(weights(mesh)).toEqual(OLD);
  });
});

describe("rules of releases", () => {
  test.each([
    ["blue-green", { kind: "blue-green", previewHost: "next.example.com" }, "next.example.com"],
    ["A/B by match", { kind: "ab", match: { headers: [{ name: "x-group", value: "beta" }] } }, undefined],
    ["a shadow", { kind: "shadow", percent: 25 }, undefined],
  ])("%s brings its rule with its first move, and takes it away with its last, whichever way it ends", async (_, strategy, host) => {
    const { clock, mesh } = await openWeb();
    for (const end of ["promote", "abort"] as const) {
      await released(mesh, { strategy });
      expect(webState(mesh).rules).toMatchObject([{ name: expect.stringMatching(/^rel-\d+ release$/) }]);
      expect(webState(mesh).hosts).toEqual(host === undefined ? [] : [host]);
      expect(weights(mesh)).toEqual(OLD);
      await moveRelease(mesh, end);
      await untilRelease(mesh, clock, ({ state }) => state === "succeeded" || state === "aborted");
      expect(webState(mesh)).toMatchObject({ rules: [], hosts: [] });
      if (newestRelease(mesh).state === "succeeded") await shiftTo(mesh, OLD);
    }
  });

  test("under its preview host the new version answers, under any other the old one", async () => {
    const { mesh } = await openWeb();
    await released(mesh, { strategy: { kind: "blue-green", previewHost: "next.example.com" } });
    const ask = (host: string) => {
      const simulated = mesh.engine.simulate({ service: "web", method: "GET", path: "/", headers: { host } });
      return simulated.ok ? simulated.value.versions.map(({ version }) => version) : simulated.error;
    };
    await expect.poll(() => ask("next.example.com:15080")).toEqual(["1.1.0"]);
    expect(ask("web.mesh")).toEqual(["1.0.0"]);
  });
});

describe("a plan walked by releases", () => {
  const target = { checkout: "2.0.0", payments: "3.0.0" };
  async function openShop() {
    const clock = createFakeClock();
    const mesh = await openEngine(clock);
    await withShop(mesh);
    await obedientProxy(mesh);
    await mesh.apply({ kind: "plan.create", target, avoid: [], prefer: "steps" });
    const plan = () => [...mesh.engine.state().plans.values()].at(-1);
    await mesh.apply({ kind: "release.create", plan: plan()?.id ?? "", ...TWO_STEPS } as never);
    return { clock, mesh, plan };
  }

  test("takes the next wave when all releases of the last succeeded, and is done with the last", async () => {
    const { clock, mesh, plan } = await openShop();
    expect(newestRelease(mesh)).toMatchObject({ service: "checkout", version: "2.0.0", plan: plan()?.id, state: "running" });
    await untilRelease(mesh, clock, ({ service }) => service === "payments");
    expect(plan()).toMatchObject({ state: "running", wavesDone: 1 });
    await untilRelease(mesh, clock, () => plan()?.state === "done");
    expect(weightsOf(mesh, "checkout", "payments")).toEqual([{ "2.0.0": 10_000 }, { "3.0.0": 10_000 }]);
  });

  test("pauses and resumes with its releases, and goes back only with them", async () => {
    const { mesh, plan } = await openShop();
    const told = (verb: string) => mesh.engine.execute(command({ kind: `plan.${verb}`, plan: plan()?.id ?? "" } as never), TEST_AUTHOR);
    await told("pause");
    expect(newestRelease(mesh)).toMatchObject({ state: "paused", because: expect.stringContaining("with plan") });
    expect(await told("reverse")).toMatchObject({ error: { code: "plan.state", detail: expect.stringContaining("in a wave of") } });
    await told("resume");
    expect(newestRelease(mesh)).toMatchObject({ state: "running" });
  });

  test("goes back over the waves before where a release goes back", async () => {
    const { clock, mesh, plan } = await openShop();
    await untilRelease(mesh, clock, ({ service }) => service === "payments");
    await moveRelease(mesh, "rollback");
    await untilRelease(mesh, clock, () => plan()?.state === "reversed");
    expect(weightsOf(mesh, "checkout", "payments")).toEqual([{ "1.4.0": 10_000 }, { "2.3.0": 10_000 }]);
  });
});

describe("an engine that is killed", () => {
  /** The data folder as it is on the disk right after each change of a release: what a killed process leaves behind. */
  function remains(mesh: TestEngine): readonly { readonly dir: string; readonly change: Change; readonly state: MeshState }[] {
    const images: { dir: string; change: Change; state: MeshState }[] = [];
    mesh.engine.watch((notice) => {
      if (notice.kind !== "change" || !notice.change.kind.startsWith("release.")) return;
      const dir = mkdtempSync(join(tmpdir(), "interlock-engine-"));
      cpSync(mesh.dir, dir, { recursive: true, filter: (path) => !path.endsWith(".sock") });
      images.push({ dir, change: notice.change, state: mesh.engine.state() });
    });
    return images;
  }

  const released_ = (release: Release | undefined) => ({ state: release?.state, step: release?.step, weightBp: release?.weightBp });

  test("after any transition of a release resumes or rolls back, skips no step, and leaves no weight that nobody recorded", {
    timeout: 120_000,
  }, async () => {
    const clock = createFakeClock();
    const mesh = await openEngine(clock);
    await withWeb(mesh);
    await obedientProxy(mesh);
    const images = remains(mesh);
    await released(mesh);
    await untilRelease(mesh, clock, ({ step }) => step === 1);
    await moveRelease(mesh, "pause");
    await moveRelease(mesh, "resume");
    await moveRelease(mesh, "step-back");
    await moveRelease(mesh, "resume");
    await moveRelease(mesh, "jump", { weightBp: 2_500 });
    await moveRelease(mesh, "rollback-gradually");
    await untilRelease(mesh, clock, "rolled-back");
    await moveRelease(mesh, "retry");
    await moveRelease(mesh, "abort");
    await untilRelease(mesh, clock, "aborted");
    await moveRelease(mesh, "retry");
    await untilRelease(mesh, clock, "succeeded");
    await moveRelease(mesh, "rollback");
    await untilRelease(mesh, clock, "rolled-back");
    expect(images.length).toBeGreaterThanOrEqual(18);
    for (const { change, dir, state } of images) {
      const again = await openTestEngine(clock, { dir });
      closers.push(() => again.remove());
      const kept = newestRelease(again);
      expect([change.id, released_(kept)]).toEqual([change.id, released_(state.releases.get(kept.id))]);
      expect(weights(again)).toEqual(state.services.get(serviceName("web"))?.weights);
      expect(weights(again)?.["1.1.0"] ?? 0).toBe(kept.weightBp);
      await obedientProxy(again);
      if (kept.state === "paused" || kept.held) await moveRelease(again, "resume");
      const end = await untilRelease(again, clock, ({ state: at }) => at === "succeeded" || at === "rolled-back" || at === "aborted");
      expect(weights(again)).toEqual(end.state === "succeeded" ? NEW : OLD);
      const climbs = end.history.filter(
        (entry, at) => at > 0 && entry.step > (end.history[at - 1]?.step ?? -1) && entry.state !== "rolling-back",
      );
      expect(climbs.every(({ step }, at) => step === 0 || climbs[at - 1] === undefined || step <= (climbs[at - 1]?.step ?? 0) + 1)).toBe(
        true,
      );
      const sums = [...(again.engine.state().services.get(serviceName("web"))?.weightsHistory ?? [])].map(({ after }) =>
        Object.values(after).reduce((sum, bp) => sum + bp, 0),
      );
      expect(sums.every((sum) => sum === 10_000)).toBe(true);
      await again.engine.close();
    }
  });
});

test("a service has one release at a time", async () => {
  const { mesh } = await openWeb();
  await released(mesh);
  const second = await mesh.engine.execute(
    command({ kind: "release.create", service: "web", version: "1.1.0", strategy: "quick", start: true } as never),
    TEST_AUTHOR,
  );
  expect(second).toMatchObject({ ok: false, error: { code: "release.busy" } });
});

test("a release whose version is removed is aborted in the same change", async () => {
  const { mesh } = await openWeb();
  await mesh.apply({ kind: "version.register", service: "web", version: "1.2.0", requirements: {} });
  await mesh.apply({ kind: "release.create", service: "web", version: "1.2.0", strategy: "quick", start: false } as never);
  await mesh.apply({ kind: "version.remove", service: "web", rev: webState(mesh).rev, version: "1.2.0" });
  expect(newestRelease(mesh)).toMatchObject({ state: "aborted", because: "Aborted: web 1.2.0 was removed." });
});
