import { expect, test } from "vitest";
import type { Change } from "@/lib/client/index.ts";
import { mergeChanges, newestSeq } from "./merge-changes.ts";

const change = (seq: number, undoable = true): Change => ({
  id: `chg-${seq}`,
  seq,
  at: "2026-05-01T03:12:00.000Z",
  author: "lea",
  via: "console",
  reason: "",
  kind: "split.set",
  subject: "payments",
  before: {},
  after: {},
  undoable,
  services: ["payments"],
});

test("what was read counts over what the stream told when it happened", () => {
  const merged = mergeChanges([change(4), change(3, false)], [change(3, true)]);
  expect(merged.map(({ seq, undoable }) => [seq, undoable])).toEqual([
    [4, true],
    [3, false],
  ]);
});

test("what has happened since the pages were read comes first, each change once", () => {
  expect(mergeChanges([change(3), change(1)], [change(3), change(5), change(4)]).map(({ seq }) => seq)).toEqual([5, 4, 3, 1]);
  expect(newestSeq([change(3), change(5)])).toBe(5);
  expect(newestSeq([])).toBe(0);
});
