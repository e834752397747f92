import { afterEach, describe, expect, test } from "vitest";
import type { Policy, PolicyInput } from "../model/index.ts";
import { PolicySchedules } from "./policy-schedules.ts";
import { addPolicy, alertsOf, openWeb, pass } from "./policy-web.fixture.ts";
import { closeAll, shiftTo, webState } from "./test-engine.fixture.ts";

afterEach(closeAll);

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1, 10, 30);
const policy = { id: "p" } as Policy;

describe("a schedule", () => {
  test("is due once at each of its times", () => {
    const schedules = new PolicySchedules();
    const isDue = (ms: number) => schedules.isDue(policy, "0 * * * *", START_MS + ms);
    expect([0, HOUR_MS / 2 - 1, HOUR_MS / 2, HOUR_MS / 2 + 1, 1.5 * HOUR_MS].map(isDue)).toEqual([false, false, true, false, true]);
  });

  test("comes on time after the clock was set back", () => {
    const schedules = new PolicySchedules();
    const isDue = (ms: number) => schedules.isDue(policy, "0 * * * *", START_MS + ms);
    expect([0, 48 * HOUR_MS, 1, HOUR_MS / 2].map(isDue)).toEqual([false, true, false, true]);
  });

  test("does not come twice where the clock is set back a little", () => {
    const schedules = new PolicySchedules();
    const isDue = (ms: number) => schedules.isDue(policy, "0 * * * *", START_MS + ms);
    expect([0, HOUR_MS / 2, HOUR_MS / 2 - 500, HOUR_MS / 2].map(isDue)).toEqual([false, true, false, false]);
  });
});

describe("a policy at a time", () => {
  const atMinutes: PolicyInput = {
    name: "each minute",
    kind: "automation",
    enabled: true,
    trigger: { schedule: "* * * * *" },
    guard: { metric: "ready(web@1.1.0)", above: 0 },
    actions: [
      { kind: "shift", service: "web", weights: { "1.1.0": 10_000 } },
      { kind: "alert", severity: "warning" },
    ],
  };

  test("acts and alerts when its time comes, and is over at once", async () => {
    const { clock, mesh } = await openWeb();
    const id = await addPolicy(mesh, atMinutes);
    await pass(clock, 70);
    expect(webState(mesh).weights).toEqual({ "1.1.0": 10_000 });
    expect(alertsOf(mesh, id)).toMatchObject([{ state: "resolved", subject: "", summary: "Its time came (* * * * *)." }]);
  });

  test("does nothing while its guard is not kept", async () => {
    const { clock, mesh } = await openWeb();
    await shiftTo(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
    const id = await addPolicy(mesh, { ...atMinutes, guard: { metric: "ready(web@1.1.0)", above: 1 } });
    await pass(clock, 130);
    expect(webState(mesh).weights).toEqual({ "1.0.0": 5_000, "1.1.0": 5_000 });
    expect(alertsOf(mesh, id)).toEqual([]);
  });
});
