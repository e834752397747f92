import { expect, test } from "vitest";
import { spansOf } from "./affected-requests.ts";

test("requests count from when each version got its weight, and not at all where that is unknown", () => {
  const since = { kind: "since", at: "2026-05-01T03:12:00.000Z", author: "lea", changeId: "chg-4" } as const;
  const longer = { kind: "longer", at: "2026-05-01T03:00:00.000Z" } as const;
  expect(spansOf(["b", "c"], [since, longer])).toEqual([
    { version: "b", fromMs: Date.parse(since.at) },
    { version: "c", fromMs: Date.parse(longer.at) },
  ]);
  expect(spansOf(["b", "c"], [since, { kind: "unknown" }])).toBeNull();
});
