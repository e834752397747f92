import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_LOG, findRows, LOG_ROWS_MAX, type LogBuffer, pauseLog, resumeLog, takeLines, takeTail } from "./log-buffer.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
const move = fc.oneof(
  fc.record({ kind: fc.constant("lines" as const), count: fc.integer({ min: 0, max: 1_500 }), skipped: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant("tail" as const), count: fc.integer({ min: 0, max: 2_500 }), isCut: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const) }),
);

function apply(buffer: LogBuffer, each: typeof move extends fc.Arbitrary<infer Move> ? Move : never): LogBuffer {
  if (each.kind === "lines") return takeLines(buffer, many(each.count), each.skipped);
  if (each.kind === "tail") return takeTail(buffer, many(each.count), each.isCut);
  return each.kind === "pause" ? pauseLog(buffer) : resumeLog(buffer);
}

describe("the lines of a process on the screen", () => {
  test("are bounded, shown and held, and each has an id of its own, in order", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
        const { held, rows } = moves.reduce(apply, EMPTY_LOG);
        expect([rows.length <= LOG_ROWS_MAX, held.length <= LOG_ROWS_MAX]).toEqual([true, true]);
        const ids = rows.map(({ id }) => id);
        expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0))).toBe(true);
      }),
    );
  });

  test("stay where they are while paused, and go on with all that came", () => {
    const before = pauseLog(takeTail(EMPTY_LOG, ["a"], false));
    const during = takeLines(before, ["b", "c"], 0);
    expect([during.rows.map(({ text }) => text), during.held.length]).toEqual([["a"], 2]);
    expect(resumeLog(during).rows.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });

  test("show a gap where something is missing", () => {
    const { rows } = takeLines(takeTail(EMPTY_LOG, ["a"], true), ["b"], 70);
    expect(rows.map(({ gap, text }) => [text, gap])).toEqual([
      ["", null],
      ["a", undefined],
      ["", 70],
      ["b", undefined],
    ]);
  });

  test("are found whatever their case, gaps left out", () => {
    const { rows } = takeLines(takeTail(EMPTY_LOG, ["Error: none", "fine"], true), ["ERROR"], 0);
    expect(findRows(rows, "error").map(({ text }) => text)).toEqual(["Error: none", "ERROR"]);
  });
});
