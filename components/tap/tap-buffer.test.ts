import { describe, expect, test } from "vitest";
import type { TapEntry } from "@/lib/client/index.ts";
import { clearTap, EMPTY_TAP, pauseTap, ROWS_MAX, resumeTap, takeEntries } from "./tap-buffer.ts";

function entries(...atMs: readonly number[]): readonly TapEntry[] {
  return atMs.map((at) => ({
    atMs: at,
    proxy: "node-a",
    side: "caller",
    caller: { service: "ingress", version: null },
    callee: { service: "cart", version: "1.0.0" },
    instance: null,
    method: "GET",
    host: "cart",
    path: "/",
    status: 200,
    code: null,
    rule: null,
    durationMs: 1,
    bytesIn: 0,
    bytesOut: 0,
    attempts: 1,
    encrypted: true,
    mirror: false,
    traceId: null,
  }));
}

const many = (count: number) => entries(...Array.from({ length: count }, (_, index) => index));

describe("the rows of a tap", () => {
  test("are newest first, also where proxies tell out of order", () => {
    const buffer = takeEntries(takeEntries(EMPTY_TAP, entries(3, 1, 2), 0), entries(5, 4), 0);
    expect(buffer.rows.map(({ entry }) => entry.atMs)).toEqual([5, 4, 3, 2, 1]);
    expect(new Set(buffer.rows.map(({ id }) => id)).size).toBe(5);
  });

  test("are bounded, and rows that made room are not called dropped", () => {
    let buffer = EMPTY_TAP;
    for (let round = 0; round < 5; round += 1) buffer = takeEntries(buffer, many(100), 0);
    expect(buffer).toMatchObject({ seen: 500, dropped: 0 });
    expect(buffer.rows).toHaveLength(ROWS_MAX);
  });

  test("count what was never shown, whoever left it out", () => {
    const buffer = takeEntries(takeEntries(EMPTY_TAP, [], 7), many(ROWS_MAX + 20), 3);
    expect(buffer.dropped).toBe(30);
  });

  test("stand still while paused, and go on with what was held", () => {
    const paused = takeEntries(pauseTap(takeEntries(EMPTY_TAP, entries(1), 0)), entries(2, 3), 0);
    expect(paused.rows.map(({ entry }) => entry.atMs)).toEqual([1]);
    expect(paused.held).toHaveLength(2);
    expect(resumeTap(paused).rows.map(({ entry }) => entry.atMs)).toEqual([3, 2, 1]);
  });

  test("held beyond the bound are counted as dropped", () => {
    const paused = takeEntries(takeEntries(pauseTap(EMPTY_TAP), many(ROWS_MAX), 0), many(50), 0);
    expect(paused.held).toHaveLength(ROWS_MAX);
    expect(paused.dropped).toBe(50);
  });

  test("are cleared without ever using an id again", () => {
    const cleared = clearTap(takeEntries(EMPTY_TAP, entries(1, 2), 4));
    expect(cleared).toMatchObject({ rows: [], seen: 0, dropped: 0 });
    expect(takeEntries(cleared, entries(3), 0).rows[0]?.id).toBe(3);
  });

  test("keep their identity when nothing came", () => {
    expect(takeEntries(EMPTY_TAP, [], 0)).toBe(EMPTY_TAP);
  });
});
