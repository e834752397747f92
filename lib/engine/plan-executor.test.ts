import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { DrainingVersion } from "../model/index.ts";
import {
  createFakeClock,
  type FakeClock,
  openTestEngine,
  serviceName,
  TEST_AUTHOR,
  type TestEngine,
  versionName,
} from "../testing/index.ts";
import { LANE_SILENCE_MS, PATIENCE_MS } from "./plan-executor.ts";
import { newestPlan, obedientProxy, planned, told, untilPlan, weightsOf, withShop, withTwins } from "./plan-mesh.fixture.ts";
import { closeAll, closers, openEngine } from "./test-engine.fixture.ts";

afterEach(closeAll);

const TO_NEW = { checkout: "2.0.0", payments: "3.0.0" };
const OLD = [{ "1.4.0": 10_000 }, { "2.3.0": 10_000 }];
const NEW = [{ "2.0.0": 10_000 }, { "3.0.0": 10_000 }];
const weights = (mesh: TestEngine) => weightsOf(mesh, "checkout", "payments");
const requests = (service: string, version: string, count: number): readonly DrainingVersion[] => [
  { service: serviceName(service), version: versionName(version), requests: count },
];

async function openShop(clock = createFakeClock()) {
  const mesh = await openEngine(clock);
  await withShop(mesh);
  return { clock, mesh };
}

/** The sentence that the newest plan waits with, once it fits. */
async function untilWaiting(mesh: TestEngine, clock: FakeClock, pattern: RegExp): Promise<string> {
  const sentence = () => mesh.engine.plans.waitsFor(newestPlan(mesh)) ?? "";
  const later = () => {
    clock.advance(100);
    return sentence();
  };
  await expect.poll(later, { interval: 2, timeout: 10_000 }).toMatch(pattern);
  return sentence();
}

describe("a plan under way", () => {
  test("goes wave by wave to its target, and back, each way in the name of who asked for it", async () => {
    const { clock, mesh } = await openShop();
    await obedientProxy(mesh);
    await planned(mesh, TO_NEW);
    await told(mesh, "execute");
    await untilPlan(mesh, clock, "done");
    expect(weights(mesh)).toEqual(NEW);
    await told(mesh, "reverse", { ...TEST_AUTHOR, author: "bob" });
    await untilPlan(mesh, clock, "reversed");
    expect(weights(mesh)).toEqual(OLD);
    const moves = mesh.engine.changes({ limit: 20 }).filter(({ kind }) => kind === "plan.advance");
    expect(moves.map(({ author, via }) => `${author} ${via}`)).toEqual([...Array(3).fill("bob engine"), ...Array(3).fill("anna engine")]);
    expect(moves.at(-1)?.reason).toMatch(/^plan_\d+, wave 1 of 2: test$/);
  });

  test("takes the next wave only when the last one has drained, and says what it waits for", async () => {
    const { clock, mesh } = await openShop();
    const proxy = await obedientProxy(mesh, requests("checkout", "1.4.0", 2));
    await planned(mesh, TO_NEW);
    await told(mesh, "execute");
    expect(await untilWaiting(mesh, clock, /under way/)).toBe("checkout, drain: 2 requests are under way to 1.4.0.");
    expect(newestPlan(mesh)).toMatchObject({ state: "running", wavesDone: 1 });
    const view = mesh.engine.plans.show(newestPlan(mesh));
    expect(view.waves.map(({ state }) => state)).toEqual(["running", "waiting"]);
    expect(view.phases).toMatchObject([{ service: "checkout" }]);
    expect(view.check).toMatchObject({ holds: true });
    proxy.send({ kind: "draining", versions: [] });
    await untilPlan(mesh, clock, "done");
  });

  test("that makes no progress for a minute is paused with the reason, and goes on when it is resumed", async () => {
    const { clock, mesh } = await openShop();
    await planned(mesh, TO_NEW);
    await told(mesh, "execute");
    await untilWaiting(mesh, clock, /No proxy is connected/);
    clock.advance(PATIENCE_MS);
    const paused = await untilPlan(mesh, clock, "paused");
    expect(paused.pausedBecause).toMatch(/^No progress for 60 s\. checkout, acknowledged: No proxy is connected\.$/);
    await obedientProxy(mesh);
    await told(mesh, "resume");
    await untilPlan(mesh, clock, "done");
  });

  test("waits where a version lost its instances, and takes the wave when one is there again", async () => {
    const { clock, mesh } = await openShop();
    await obedientProxy(mesh);
    await planned(mesh, TO_NEW);
    await mesh.apply({ kind: "instance.remove", service: "payments", id: "payments-3.0.0-9101" });
    await told(mesh, "execute");
    await untilWaiting(mesh, clock, /payments 3\.0\.0 has no ready instance/);
    expect(newestPlan(mesh)).toMatchObject({ state: "running", wavesDone: 1 });
    await mesh.apply({
      kind: "instance.register",
      service: "payments",
      id: "again",
      instance: { version: "3.0.0", address: "127.0.0.1", port: 9_199 },
    });
    await untilPlan(mesh, clock, "done");
  });

  test("is paused by the checker when a proof falls before the next wave", async () => {
    const { clock, mesh } = await openShop();
    const proxy = await obedientProxy(mesh, requests("checkout", "1.4.0", 1));
    await planned(mesh, TO_NEW);
    await told(mesh, "execute");
    await untilWaiting(mesh, clock, /under way/);
    const veto = { constraint: "api", verdict: "incompatible", reason: "it charged twice" };
    const pair = { consumer: { service: "checkout", version: "2.0.0" }, provider: { service: "payments", version: "3.0.0" } };
    await mesh.apply({ kind: "evidence.record", ...pair, ...veto });
    expect(mesh.engine.plans.show(newestPlan(mesh)).check).toMatchObject({ holds: false });
    proxy.send({ kind: "draining", versions: [] });
    const paused = await untilPlan(mesh, clock, "paused");
    expect(paused.pausedBecause).toMatch(/checkout 2\.0\.0 must not meet payments 3\.0\.0/);
    expect(weights(mesh)).toEqual([NEW[0], OLD[1]]);
    await told(mesh, "reverse");
    await untilPlan(mesh, clock, "reversed");
    expect(weights(mesh)).toEqual(OLD);
  });

  test("turns back over a wave that hangs without waiting for it", async () => {
    const { clock, mesh } = await openShop();
    await obedientProxy(mesh, requests("checkout", "1.4.0", 1));
    await planned(mesh, TO_NEW);
    await told(mesh, "execute");
    await untilWaiting(mesh, clock, /under way/);
    await told(mesh, "reverse");
    await untilPlan(mesh, clock, "reversed");
    expect(weights(mesh)).toEqual(OLD);
  });
});

describe("versions that only work in pairs", () => {
  test("move as one lane: rules, splits, and no rules once the old ones are quiet; and back", async () => {
    const clock = createFakeClock();
    const mesh = await openEngine(clock);
    await withTwins(mesh);
    await obedientProxy(mesh);
    const twins = (version: string) => [{ [version]: 10_000 }, { [version]: 10_000 }];
    await planned(mesh, { a: "2.0.0", b: "2.0.0" });
    await told(mesh, "execute");
    await untilWaiting(mesh, clock, new RegExp(`drain: waits until no request to 1\\.0\\.0 ended for ${LANE_SILENCE_MS / 1_000} s`));
    expect(newestPlan(mesh)).toMatchObject({ laneStage: 2, wavesDone: 0 });
    expect(weightsOf(mesh, "a", "b")).toEqual(twins("2.0.0"));
    await untilPlan(mesh, clock, "done");
    expect(mesh.engine.state().services.get(serviceName("b"))?.rules).toEqual([]);
    await told(mesh, "reverse");
    await untilPlan(mesh, clock, "reversed");
    expect(weightsOf(mesh, "a", "b")).toEqual(twins("1.0.0"));
    expect(mesh.engine.state().services.get(serviceName("b"))?.rules).toEqual([]);
  });
});

describe("an engine that is killed", () => {
  /** The data folder as it is on the disk right after each change of a plan: what a killed process leaves behind. */
  function remains(mesh: TestEngine): readonly { readonly dir: string; readonly kind: string }[] {
    const images: { dir: string; kind: string }[] = [];
    mesh.engine.watch((notice) => {
      if (notice.kind !== "change" || !notice.change.kind.startsWith("plan.")) return;
      const dir = mkdtempSync(join(tmpdir(), "interlock-engine-"));
      cpSync(mesh.dir, dir, { recursive: true, filter: (path) => !path.endsWith(".sock") });
      images.push({ dir, kind: notice.change.kind });
    });
    return images;
  }

  test.each([
    ["through waves", withShop, TO_NEW, 3],
    ["through a lane", withTwins, { a: "2.0.0", b: "2.0.0" }, 4],
  ] as const)(
    "after any change of a plan %s goes on where it was, forward and back",
    { timeout: 60_000 },
    async (_, make, target, moves) => {
      const clock = createFakeClock();
      const mesh = await openEngine(clock);
      await make(mesh);
      await obedientProxy(mesh);
      const services = Object.keys(target);
      const before = weightsOf(mesh, ...services);
      const images = remains(mesh);
      await planned(mesh, target);
      await told(mesh, "execute");
      await untilPlan(mesh, clock, "done");
      const after = weightsOf(mesh, ...services);
      await told(mesh, "reverse");
      await untilPlan(mesh, clock, "reversed");
      expect(images.map(({ kind }) => kind)).toEqual([
        "plan.create",
        "plan.execute",
        ...Array(moves).fill("plan.advance"),
        "plan.reverse",
        ...Array(moves).fill("plan.advance"),
      ]);
      for (const { dir } of images.slice(1)) {
        const again = await openTestEngine(clock, { dir });
        closers.push(() => again.remove());
        await obedientProxy(again);
        const isBack = newestPlan(again).direction === "back";
        await untilPlan(again, clock, isBack ? "reversed" : "done");
        expect(weightsOf(again, ...services)).toEqual(isBack ? before : after);
        expect(services.flatMap((name) => again.engine.state().services.get(serviceName(name))?.rules)).toEqual([]);
      }
    },
  );
});
