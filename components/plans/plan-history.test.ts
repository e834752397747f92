import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/client/index.ts";
import { lastWay, movesOf, waveTimes } from "./plan-history.ts";

const at = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString();
const change = (seq: number, ms: number, kind: string, before: object | null, after: object): Change => ({
  id: `chg-${seq}`,
  seq,
  at: at(ms),
  author: "ada",
  via: "console",
  reason: "",
  kind,
  subject: "plan_2",
  before: { plan_2: before },
  after: { plan_2: after },
  undoable: false,
  services: ["checkout"],
});
const place = (state: string, wavesDone: number) => ({ state, wavesDone });

const THERE = [
  change(2, 0, "plan.create", null, place("ready", 0)),
  change(3, 100, "plan.execute", place("ready", 0), place("running", 0)),
  change(4, 150, "plan.advance", place("running", 0), place("running", 1)),
  change(5, 650, "plan.advance", place("running", 1), place("running", 2)),
  change(6, 2650, "plan.advance", place("running", 2), place("done", 2)),
];

describe("what the log says of a plan", () => {
  test("its transitions come oldest first, whatever else the log holds", () => {
    const other = { ...change(9, 0, "split.set", null, {}), before: { payments: {} }, after: { payments: {} } };
    expect(movesOf([...THERE, other].toReversed(), "plan_2").map((move) => move.change.seq)).toEqual([2, 3, 4, 5, 6]);
    expect(movesOf(THERE, "plan_20")).toEqual([]);
  });

  test("a change of weights by hand that paused it is one of them", () => {
    const touched = { ...change(5, 300, "split.set", place("running", 1), place("paused", 1)), subject: "payments" };
    expect(movesOf([touched], "plan_2")).toHaveLength(1);
  });

  test("a wave takes until the next move, the whole from its start to its end", () => {
    const moves = movesOf(THERE, "plan_2");
    expect([...waveTimes(moves)]).toEqual([
      [0, 500],
      [1, 2000],
    ]);
    expect(lastWay(moves)).toEqual({ fromMs: Date.parse(at(100)), toMs: Date.parse(at(2650)) });
  });

  test("a wave that has not settled has no time, and a plan under way no end", () => {
    const moves = movesOf(THERE.slice(0, 3), "plan_2");
    expect(waveTimes(moves).size).toBe(0);
    expect(lastWay(moves)).toBeNull();
  });

  test("a wave that was stopped has no time, since nobody saw it settle", () => {
    const stopped = change(5, 60_150, "plan.stop", place("running", 1), place("paused", 1));
    expect(waveTimes(movesOf([...THERE.slice(0, 3), stopped], "plan_2")).size).toBe(0);
  });

  test("the way back is timed by itself", () => {
    const back = [
      change(7, 9000, "plan.reverse", place("done", 2), place("reversing", 2)),
      change(8, 9010, "plan.advance", place("reversing", 2), place("reversing", 1)),
      change(9, 9110, "plan.advance", place("reversing", 1), place("reversing", 0)),
      change(10, 9410, "plan.advance", place("reversing", 0), place("reversed", 0)),
    ];
    const moves = movesOf([...THERE, ...back], "plan_2");
    expect(lastWay(moves)).toEqual({ fromMs: Date.parse(at(9000)), toMs: Date.parse(at(9410)) });
    expect(waveTimes(moves).get(1)).toBe(100);
    expect(waveTimes(moves).get(0)).toBe(300);
  });

  test("an end whose beginning the log does not reach is not timed", () => {
    expect(lastWay(movesOf(THERE.slice(3), "plan_2"))).toBeNull();
  });
});
