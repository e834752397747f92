import { expect, test } from "vitest";
import { EventDamper } from "./event-damper.ts";
import { at } from "./health.fixture.ts";
import type { HealthNote } from "./health-note.ts";

function note(kind: HealthNote["kind"], more: Partial<HealthNote> = {}): HealthNote {
  return { kind, service: "shop", version: "1.0.0", instance: "shop-1", reason: `It is ${kind}.`, untilMs: null, ...more };
}

/** What people are told when `changes` (time → kind) happen, with a look every 100 ms until `untilMs`. */
function told(changes: ReadonlyMap<number, HealthNote["kind"]>, untilMs: number) {
  const damper = new EventDamper();
  const events: string[] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 100) {
    const kind = changes.get(nowMs);
    if (kind !== undefined) damper.note(note(kind), nowMs);
    for (const event of damper.drain(at(nowMs))) events.push(`${nowMs} ${event.reason}`);
  }
  return events;
}

test("a single change is told at once, and so is the next one seconds later", () => {
  expect(
    told(
      new Map([
        [0, "instance-unhealthy"],
        [5_000, "instance-healthy"],
      ]),
      60_000,
    ),
  ).toEqual(["0 It is instance-unhealthy.", "5000 It is instance-healthy."]);
});

test("an instance that toggles every 500 ms for 60 s is one alert and one last word, not 120 (RELIABILITY 24)", () => {
  const kinds = ["instance-unhealthy", "instance-healthy"] as const;
  const changes = new Map(Array.from({ length: 120 }, (_, index) => [index * 500, kinds[index % 2] ?? kinds[0]]));
  expect(told(changes, 120_000)).toEqual(["0 It is instance-unhealthy.", "64500 It is instance-healthy. It changed 119 times in 59 s."]);
});

test("one that toggles every 1.2 s or every 3 s is told ever more rarely", () => {
  for (const periodMs of [1_200, 3_000]) {
    const changes = new Map(
      Array.from({ length: Math.floor(60_000 / periodMs) }, (_, index) => [
        index * periodMs,
        index % 2 === 0 ? ("failover" as const) : ("failover-ended" as const),
      ]),
    );
    const events = told(changes, 240_000);
    expect(events.length).toBeLessThanOrEqual(7);
    expect(events.at(-1)).toContain("failover-ended");
  }
});

test("the last word is how it is, whatever came before", () => {
  const changes = new Map<number, HealthNote["kind"]>([
    [0, "panic"],
    [300, "panic-ended"],
    [600, "panic"],
  ]);
  expect(told(changes, 30_000)).toEqual(["0 It is panic.", "5600 It is panic. It changed 2 times in 0.3 s."]);
});

test("subjects do not wait for each other", () => {
  const damper = new EventDamper();
  damper.note(note("instance-ejected"), 0);
  damper.note(note("instance-ejected", { instance: "shop-2" }), 0);
  damper.note(note("panic", { instance: null }), 0);
  expect(damper.drain(at(0))).toHaveLength(3);
  expect(damper.drain(at(100))).toEqual([]);
});

test("times are those of the wall clock: when it happened, and when it ends", () => {
  const damper = new EventDamper();
  damper.note(note("instance-ejected", { untilMs: 30_000 }), 1_000);
  expect(damper.drain(at(1_400))).toMatchObject([{ atMs: at(1_000).wallMs, untilMs: at(30_000).wallMs }]);
});
