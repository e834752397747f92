import { afterEach, expect, test } from "vitest";
import { command, createFakeClock, type FakeClock, openTestEngine, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import { CALLERS_KNOWN_MS, KEEP_EVERY_MS, SUNSET_NEAR_MS } from "./governance-keeper.ts";
import type { EngineNotice } from "./mesh-engine.ts";
import { closeAll, closers, noticed, openEngine, shiftTo, webState, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

const SOON = 5_000;
const isoIn = (clock: FakeClock, ms: number) => new Date(clock.wallMs() + ms).toISOString();
const stageOf = (test: TestEngine, version: string) => test.engine.state().lifecycles.get(`web@${version}`)?.stage;
const isChange = (kind: string) => (notice: EngineNotice) => notice.kind === "change" && notice.change.kind === kind;

function lifecycle(test: TestEngine, version: string, stage: string, more = {}) {
  const wanted = { kind: "lifecycle.set", service: "web", version, rev: webState(test).rev, stage, cause: "operator", ...more } as const;
  return test.engine.execute(command(wanted), TEST_AUTHOR);
}

test("a stage that was scheduled is taken when its time has come, by interlock", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  await lifecycle(mesh, "1.1.0", "stable", { at: isoIn(clock, SOON) });
  expect(stageOf(mesh, "1.1.0")).toBe("registered");
  const moved = noticed(mesh, isChange("lifecycle.set"));
  clock.advance(SOON + KEEP_EVERY_MS);
  expect(await moved).toMatchObject({ change: { author: "interlock", via: "engine", reason: expect.stringContaining("Scheduled for") } });
  expect(mesh.engine.state().lifecycles.get("web@1.1.0")).toMatchObject({ stage: "stable", cause: "schedule" });
});

test("a version that cannot be retired at its time stays, and that is said once an hour", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  await shiftTo(mesh, { "1.0.0": 5_000, "1.1.0": 5_000 });
  await lifecycle(mesh, "1.0.0", "retired", { at: isoIn(clock, SOON) });
  const held = noticed(mesh, (notice) => notice.kind === "health" && notice.event.kind === "lifecycle-held");
  clock.advance(SOON + KEEP_EVERY_MS);
  expect(await held).toMatchObject({ event: { subject: "web@1.0.0", sentence: expect.stringContaining("has weight in the split") } });
  expect(stageOf(mesh, "1.0.0")).toBe("registered");
});

test("a version is verified once every live caller has passed against it, and left alone after a move by hand", async () => {
  const mesh = await openEngine();
  await withWeb(mesh);
  await mesh.apply({ kind: "service.register", service: "shop", hosts: [] });
  await mesh.apply({ kind: "version.register", service: "shop", version: "1.0.0", requirements: { web: "^1.0.0" } });
  const moved = noticed(mesh, isChange("lifecycle.set"));
  await mesh.apply({
    kind: "verification.publish",
    consumer: { service: "shop", version: "1.0.0" },
    provider: { service: "web", version: "1.1.0" },
    contractHash: "a".repeat(64),
    result: "passed",
  });
  expect(await moved).toMatchObject({ change: { subject: "web@1.1.0", author: "interlock" } });
  expect(stageOf(mesh, "1.1.0")).toBe("verified");
  await lifecycle(mesh, "1.1.0", "registered");
  await mesh.apply({ kind: "service.update", service: "web", rev: webState(mesh).rev, hosts: ["web.example.com"] });
  expect(stageOf(mesh, "1.1.0")).toBe("registered");
});

test("a sunset is spoken of a week before, and at it, once callers had the time to call", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  await lifecycle(mesh, "1.0.0", "deprecated", { sunset: isoIn(clock, SUNSET_NEAR_MS - SOON) });
  clock.advance(SOON);
  await new Promise((resolve) => setImmediate(resolve));
  expect(mesh.engine.healthEvents().map(({ kind }) => kind)).not.toContain("sunset-near");
  await lifecycle(mesh, "1.0.0", "deprecated", { sunset: isoIn(clock, SUNSET_NEAR_MS + CALLERS_KNOWN_MS + SOON) });
  const near = noticed(mesh, (notice) => notice.kind === "health" && notice.event.kind === "sunset-near");
  clock.advance(CALLERS_KNOWN_MS + 2 * SOON);
  expect(await near).toMatchObject({
    event: { sentence: expect.stringMatching(/^web 1\.0\.0 will be switched off at .* Nobody calls it\.$/) },
  });
  const passed = noticed(mesh, (notice) => notice.kind === "health" && notice.event.kind === "sunset-passed");
  await lifecycle(mesh, "1.0.0", "deprecated", { sunset: isoIn(clock, SOON) });
  clock.advance(2 * SOON);
  expect(await passed).toMatchObject({ event: { subject: "web@1.0.0" } });
});

test("a sunset that was spoken of is not spoken of again after a restart", async () => {
  const clock = createFakeClock();
  const first = await openTestEngine(clock);
  await withWeb(first);
  await lifecycle(first, "1.0.0", "deprecated", { sunset: isoIn(clock, SUNSET_NEAR_MS - SOON) });
  const near = noticed(first, (notice) => notice.kind === "health" && notice.event.kind === "sunset-near");
  clock.advance(CALLERS_KNOWN_MS + KEEP_EVERY_MS);
  await near;
  const again = await first.reopen();
  closers.push(() => again.remove());
  await lifecycle(again, "1.1.0", "deprecated", { sunset: isoIn(clock, SUNSET_NEAR_MS - SOON) });
  const other = noticed(again, (notice) => notice.kind === "health" && notice.event.kind === "sunset-near");
  clock.advance(CALLERS_KNOWN_MS + KEEP_EVERY_MS);
  expect(await other).toMatchObject({ event: { subject: "web@1.1.0" } });
  expect(again.engine.healthEvents().filter(({ kind }) => kind === "sunset-near")).toHaveLength(1);
});

test("an approval whose ground has moved, or whose time is up, is void in the log", async () => {
  const clock = createFakeClock();
  const mesh = await openEngine(clock);
  await withWeb(mesh);
  const split = { kind: "split.set", service: "web", rev: webState(mesh).rev, weights: { "1.1.0": 10_000 } } as const;
  const request = { method: "PUT", path: "/api/v1/services/web/split", ifMatch: split.rev, body: { weights: split.weights } };
  await mesh.apply({ kind: "approval.request", command: command(split), request });
  const moved = noticed(mesh, isChange("approval.decide"));
  await mesh.apply({ kind: "service.update", service: "web", rev: webState(mesh).rev, hosts: ["web.example.com"] });
  expect(await moved).toMatchObject({ change: { author: "interlock", reason: "Web was changed since it was asked for." } });
  await mesh.apply({ kind: "approval.request", command: command({ ...split, rev: webState(mesh).rev }), request, expiresInMs: 60_000 });
  const over = noticed(mesh, isChange("approval.decide"));
  clock.advance(60_000 + KEEP_EVERY_MS);
  expect(await over).toMatchObject({ change: { reason: expect.stringMatching(/^Its time was up at /) } });
});
