import { describe, expect, test } from "vitest";
import { fieldOfTime, freezeId, freezeWeeks, timeOfField, utcText } from "./freeze-weeks.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const freeze = (from: string, until: string, weekly = false) => ({ id: "a", name: "A", from, until, weekly });

describe("freezeWeeks", () => {
  test("begins on the Monday of this week, and says where now is", () => {
    const [first, second] = freezeWeeks([], NOW, 2);
    expect(new Date(first?.startMs ?? 0).toISOString()).toBe("2026-11-23T00:00:00.000Z");
    expect(first?.now).toBeCloseTo(2.5 / 7);
    expect(second?.now).toBeNull();
  });

  test("puts a span over a week's end into both weeks", () => {
    const [first, second] = freezeWeeks([freeze("2026-11-29T00:00:00Z", "2026-12-01T00:00:00Z")], NOW, 2);
    expect(first?.parts).toMatchObject([{ start: 6 / 7, length: 1 / 7, holds: false }]);
    expect(second?.parts).toMatchObject([{ start: 0, length: 1 / 7 }]);
  });

  test("puts what overlaps into lanes of its own, and gives a lane that is free again to the next", () => {
    const freezes = [
      freeze("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"),
      freeze("2026-11-24T00:00:00Z", "2026-11-27T00:00:00Z"),
      freeze("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z"),
    ];
    const [week] = freezeWeeks(freezes, NOW, 1);
    expect(week?.parts.map(({ lane }) => lane)).toEqual([0, 1, 0]);
    expect(week?.lanes).toBe(2);
  });

  test("repeats a weekly one in each week, and marks the one that holds", () => {
    const weeks = freezeWeeks([freeze("2026-11-04T00:00:00Z", "2026-11-05T00:00:00Z", true)], NOW, 5);
    expect(weeks.map(({ parts }) => parts.map(({ holds }) => holds))).toEqual([[true], [false], [false], [false], [false]]);
  });
});

test("ids, fields and texts of times", () => {
  expect(freezeId("Black Friday '26!")).toBe("black-friday-26");
  expect(freezeId("冻结")).toBe("freeze");
  expect(freezeId("双十一", ["freeze", "freeze-2", "sale"])).toBe("freeze-3");
  expect(freezeId("Sale", ["sale"])).toBe("sale-2");
  expect(timeOfField("2026-11-27T23:59", "2026-11-27T23:59:59.999Z")).toBe("2026-11-27T23:59:59.999Z");
  expect(timeOfField("2026-11-27T23:58", "2026-11-27T23:59:59.999Z")).toBe("2026-11-27T23:58:00Z");
  expect(timeOfField(fieldOfTime("2026-11-27T18:00:00.000Z"))).toBe("2026-11-27T18:00:00Z");
  expect(timeOfField("soon")).toBe("soon");
  expect(utcText("2026-11-27T18:00:00Z")).toBe("2026-11-27 18:00");
});
