import { expect, test } from "vitest";
import type { InstanceHealthEvent } from "../model/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { InstanceWatch } from "./instance-watch.ts";

function watch() {
  const clock = createFakeClock();
  const events: string[] = [];
  const watched = new InstanceWatch({ clock, onEvent: (_, __, sentence) => events.push(sentence), onStanding: () => {} });
  const tell = (kind: InstanceHealthEvent["kind"], more: Partial<InstanceHealthEvent> = {}, proxy = "node-a") =>
    watched.take(proxy, {
      kind,
      atMs: clock.wallMs(),
      service: "web",
      version: "1.0.0",
      instance: "web-a",
      reason: "It stalls",
      untilMs: null,
      ...more,
    });
  return { clock, events, tell, watched };
}

test("the same decision within a second is one event, and one more with a count", () => {
  const { clock, events, tell } = watch();
  for (const proxy of ["node-a", "node-b", "node-c"]) tell("instance-ejected", {}, proxy);
  expect(events).toEqual(["web-a was taken out at proxy node-a: It stalls."]);
  clock.advance(1_000);
  expect(events[1]).toBe("web-a was taken out at proxy node-c (2 times): It stalls.");
});

test("a subject that flaps is told less and less often, and at once again after a quiet minute", () => {
  const { clock, events, tell } = watch();
  for (let second = 0; second < 600; second++) {
    tell("instance-ejected");
    clock.advance(500);
    tell("instance-returned");
    clock.advance(500);
  }
  expect(events.length).toBeLessThan(60);
  clock.advance(120_000);
  events.length = 0;
  tell("instance-ejected");
  expect(events).toEqual(["web-a was taken out at proxy node-a: It stalls."]);
});

test("an instance is out while one proxy has it out, and until the last one lets it back", () => {
  const { clock, tell, watched } = watch();
  const nowMs = clock.wallMs();
  tell("instance-ejected", { untilMs: nowMs + 30_000 });
  tell("instance-ejected", { untilMs: nowMs + 60_000 }, "node-b");
  expect(watched.instances()("web-a")).toMatchObject({ health: "ejected", ejectedUntil: new Date(nowMs + 60_000).toISOString() });
  tell("instance-returned", {}, "node-b");
  expect(watched.instances()("web-a")).toMatchObject({ health: "ejected", ejectedUntil: new Date(nowMs + 30_000).toISOString() });
  watched.forget("node-a");
  expect(watched.instances()("web-a").health).toBeNull();
});

test("what stands and is told again after a reconnect stands again, and did not happen again", () => {
  const { clock, events, tell, watched } = watch();
  const atMs = clock.wallMs();
  tell("instance-ejected", { atMs });
  clock.advance(120_000);
  watched.forget("node-a");
  expect(watched.instances()("web-a").health).toBeNull();
  tell("instance-ejected", { atMs });
  expect(watched.instances()("web-a")).toMatchObject({ health: "ejected", history: [{ kind: "instance-ejected" }] });
  expect(watched.instances()("web-a").history).toHaveLength(1);
  expect(events).toHaveLength(1);
});

test("an ejection whose return was lost ends by its own time", () => {
  const { clock, tell, watched } = watch();
  tell("instance-ejected", { untilMs: clock.wallMs() + 30_000 });
  clock.advance(33_000);
  expect(watched.instances()("web-a").health).toBeNull();
  expect(watched.standing()).toEqual([]);
});

test("checks and ejections are told apart, and a breaker concerns no instance", () => {
  const { tell, watched } = watch();
  tell("instance-unhealthy");
  tell("breaker-open", { instance: null });
  expect(watched.instances()("web-a").health).toBe("unhealthy");
  expect(watched.standing().map(({ instance, kind }) => [kind, instance])).toEqual([
    ["instance-unhealthy", "web-a"],
    ["breaker-open", null],
  ]);
  tell("instance-healthy");
  tell("breaker-closed", { instance: null });
  expect(watched.standing()).toEqual([]);
});

test("the history of an instance is its last ten decisions, newest first, and what is remembered is bounded", () => {
  const { clock, tell, watched } = watch();
  for (let number = 0; number < 30; number++) {
    tell("instance-unhealthy", { reason: `check ${number}` });
    clock.advance(1_000);
  }
  expect(
    watched
      .instances()("web-a")
      .history.map(({ reason }) => reason),
  ).toEqual(Array.from({ length: 10 }, (_, index) => `check ${29 - index}`));
  for (let number = 0; number < 5_000; number++) tell("instance-returned", { instance: `web-${number}` });
  expect(watched.instances()("web-a").history).toEqual([]);
  expect(watched.instances()("web-4999").history).toHaveLength(1);
});

test("a storm of decisions moves the picture at once, and then four times a second", () => {
  const clock = createFakeClock();
  let moves = 0;
  const watched = new InstanceWatch({ clock, onEvent: () => {}, onStanding: () => moves++ });
  const event = { kind: "instance-ejected", atMs: 0, service: "web", version: null, reason: "", untilMs: null } as const;
  watched.take("node-a", { ...event, instance: "web-0" });
  expect(moves).toBe(1);
  for (let number = 0; number < 1_000; number++) {
    watched.take("node-a", { ...event, instance: `web-${number}` });
    clock.advance(1);
  }
  expect(moves).toBe(5);
});

test("a proxy's clock may say anything", () => {
  const { events, tell } = watch();
  tell("instance-ejected", { atMs: 1e300, untilMs: -1e300 });
  expect(events).toHaveLength(1);
});
