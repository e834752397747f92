import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freezeProblems, freezeSpanAt, freezeSpans, nextFreezeSpan } from "./freeze-window.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;
const START = Date.UTC(2025, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString();

/** Freezes that start within some years, leap days and year ends among them. */
const times = fc
  .record({
    from: fc.integer({ min: 0, max: 4 * 366 * 1440 }).map((minute) => START + minute * MINUTE),
    minutes: fc.integer({ min: 1, max: 7 * 1440 - 1 }),
    weekly: fc.boolean(),
  })
  .map(({ from, minutes, weekly }) => ({ from: iso(from), until: iso(from + minutes * MINUTE), weekly }));
const moment = fc.integer({ min: -400 * 1440, max: 6 * 366 * 1440 }).map((minute) => START + minute * MINUTE);

describe("a freeze", () => {
  test("holds at a moment exactly where one of its weeks, counted one by one, does", () => {
    fc.assert(
      fc.property(times, moment, (freeze, nowMs) => {
        const weeks = freeze.weekly ? 400 : 1;
        const byCounting = Array.from({ length: weeks }, (_, week) => week * WEEK).find(
          (shift) => nowMs >= Date.parse(freeze.from) + shift && nowMs < Date.parse(freeze.until) + shift,
        );
        const span = freezeSpanAt(freeze, nowMs);
        expect(span === null ? undefined : span.fromMs - Date.parse(freeze.from)).toBe(byCounting);
      }),
    );
  });

  test("that is weekly holds on the same weekday and hour, over year ends and leap days", () => {
    fc.assert(
      fc.property(times, moment, (freeze, nowMs) => {
        const span = nextFreezeSpan({ ...freeze, weekly: true }, nowMs);
        const [first, now] = [new Date(freeze.from), new Date(span?.fromMs ?? 0)];
        expect([now.getUTCDay(), now.getUTCHours(), now.getUTCMinutes()]).toEqual([
          first.getUTCDay(),
          first.getUTCHours(),
          first.getUTCMinutes(),
        ]);
      }),
    );
  });

  test("has spans that come in order, touch the time asked for and never overlap", () => {
    fc.assert(
      fc.property(times, moment, fc.integer({ min: 1, max: 100 }), (freeze, fromMs, days) => {
        const toMs = fromMs + days * DAY;
        const spans = freezeSpans(freeze, fromMs, toMs);
        for (const [index, span] of spans.entries()) {
          expect(span.untilMs).toBeGreaterThan(fromMs);
          expect(span.fromMs).toBeLessThan(toMs);
          expect(span.fromMs).toBeGreaterThanOrEqual(spans[index - 1]?.untilMs ?? Number.NEGATIVE_INFINITY);
        }
      }),
    );
  });

  test("over New Year holds in both years, and ends to the minute", () => {
    const freeze = { from: "2026-12-31T22:00:00Z", until: "2027-01-01T02:00:00Z", weekly: true };
    expect(freezeSpanAt(freeze, Date.parse("2027-01-01T01:59:59Z"))).not.toBeNull();
    expect(freezeSpanAt(freeze, Date.parse("2027-01-01T02:00:00Z"))).toBeNull();
    expect(freezeSpanAt(freeze, Date.parse("2027-01-07T22:00:00Z"))).not.toBeNull();
    expect(freezeSpanAt({ ...freeze, weekly: false }, Date.parse("2027-01-07T22:00:00Z"))).toBeNull();
  });

  test("that is well formed has no problems", () => {
    fc.assert(
      fc.property(times, (freeze) => {
        expect(freezeProblems({ ...freeze, name: "x" })).toEqual([]);
      }),
    );
  });

  test("that is not says every problem with its path", () => {
    expect(freezeProblems({ name: " ", from: "tomorrow", until: "2026-13-01T00:00:00Z", weekly: false }).map(({ path }) => path)).toEqual([
      "name",
      "from",
      "until",
    ]);
    expect(freezeProblems({ name: "x", from: "2027-02-30T00:00:00Z", until: "2027-04-31T00:00:00Z", weekly: false })).toMatchObject([
      { path: "from", detail: '"2027-02-30T00:00:00Z" is not a time.' },
      { path: "until" },
    ]);
    expect(freezeProblems({ name: "Big\nsale", from: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z", weekly: false })).toMatchObject(
      [{ path: "name", detail: "The name has line breaks or control characters." }],
    );
    expect(freezeProblems({ name: "x", from: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z", weekly: false })).toMatchObject([
      { path: "until", code: "freeze.invalid" },
    ]);
    expect(freezeProblems({ name: "x", from: "2026-01-01T00:00:00Z", until: "2026-01-08T00:00:00Z", weekly: true })).toMatchObject([
      { detail: "A weekly freeze of a week or longer would never end." },
    ]);
  });
});
