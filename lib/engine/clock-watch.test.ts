import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { ClockWatch } from "./clock-watch.ts";
import { closeAll, openEngine, shiftTo, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

const HOUR_MS = 3_600_000;

test("a wall clock that is set between two changes is told once, by how much", () => {
  const clock = createFakeClock();
  const watch = new ClockWatch(clock, undefined);
  clock.advance(HOUR_MS);
  clock.freeze(30_000);
  expect(watch.step()).toBeNull();
  clock.jumpWall(2 * HOUR_MS);
  expect(watch.step()).toBe(2 * HOUR_MS);
  watch.written();
  expect(watch.step()).toBeNull();
  clock.jumpWall(-3 * HOUR_MS);
  clock.advance(60_000);
  expect(watch.step()).toBe(-3 * HOUR_MS);
});

test("small corrections are nothing", () => {
  const clock = createFakeClock();
  const watch = new ClockWatch(clock, new Date(clock.wallMs()).toISOString());
  clock.jumpWall(-1_500);
  expect(watch.step()).toBeNull();
});

test("a clock that went back while the engine was down is seen by the newest change", () => {
  const clock = createFakeClock();
  const newest = new Date(clock.wallMs()).toISOString();
  clock.jumpWall(-HOUR_MS);
  const watch = new ClockWatch(clock, newest);
  clock.advance(60_000);
  expect(watch.step()).toBe(60_000 - HOUR_MS);
});

test("a change after the clock was set says so, also after a restart, and a dry run is no change", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  const newest = () => mesh.engine.changes({ limit: 1 })[0];
  expect(newest()).not.toHaveProperty("clockStepMs");
  clock.jumpWall(-2 * HOUR_MS);
  await shiftTo(mesh, { "1.1.0": 10_000 }, { dryRun: true });
  await shiftTo(mesh, { "1.1.0": 10_000 });
  expect(newest()?.clockStepMs).toBe(-2 * HOUR_MS);
  await shiftTo(mesh, { "1.0.0": 10_000 });
  expect(newest()).not.toHaveProperty("clockStepMs");
  clock.jumpWall(-HOUR_MS);
  const again = await mesh.reopen();
  try {
    await shiftTo(again, { "1.1.0": 10_000 });
    expect(again.engine.changes({ limit: 1 })[0]?.clockStepMs).toBe(-HOUR_MS);
  } finally {
    await again.remove();
  }
});
