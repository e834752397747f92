import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { obedientProxy } from "./plan-mesh.fixture.ts";
import { moveRelease, newestRelease, released, untilRelease, webTraffic } from "./release-mesh.fixture.ts";
import { closeAll, openEngine, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

test("a version that becomes worse after it went to 100 % is told of once, and not while it is as good as the one before", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  const proxy = await obedientProxy(mesh);
  await expect.poll(() => mesh.engine.mesh().proxies.some(({ connected }) => connected)).toBe(true);
  let seq = 0;
  const block = async (counts: Parameters<typeof webTraffic>[2]) => {
    webTraffic(proxy, ++seq, counts);
    await proxy.next("telemetry-ack");
    clock.advance(5_000);
    await new Promise(setImmediate);
  };
  const told = () => mesh.engine.healthEvents().filter(({ kind }) => kind === "release-worse");

  await released(mesh, { strategy: { kind: "canary", steps: [{ weightBp: 5_000, gate: "manual" }, { weightBp: 10_000 }] } });
  for (let at = 0; at < 5; at++) await block({ "1.0.0": [1_000, 10], "1.1.0": [1_000, 10] });
  await moveRelease(mesh, "promote");
  await untilRelease(mesh, clock, "succeeded");

  for (let at = 0; at < 20; at++) await block({ "1.1.0": [2_000, 20] });
  expect(told()).toEqual([]);
  for (let at = 0; at < 4; at++) await block({ "1.1.0": [2_000, 400] });
  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({
    subject: "web@1.1.0",
    service: "web",
    version: "1.1.0",
    sentence: expect.stringContaining("1.1.0 has 20 % (400 of 2\u202f000)"),
  });
  expect(newestRelease(mesh).state).toBe("succeeded");
}, 30_000);
