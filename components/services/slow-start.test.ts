import { expect, test } from "vitest";
import { slowStartShare } from "./slow-start.ts";

type Subject = Parameters<typeof slowStartShare>[0];

const NOW = Date.parse("2026-01-01T12:00:00Z");
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();
const returned = (secondsAgo: number) => ({ at: at(secondsAgo), kind: "instance-returned", proxy: "node-a", reason: "", until: null });

test.each([
  ["a new instance begins with a tenth", { registeredAt: at(0), history: [], health: "ready" }, 0.1],
  ["its share grows with its age", { registeredAt: at(4), history: [], health: "ready" }, 0.4],
  ["one that has been there for long has all of it", { registeredAt: at(10), history: [], health: "ready" }, null],
  ["one that came back warms up again", { registeredAt: at(900), history: [returned(5)], health: "ready" }, 0.5],
  ["one that is out does not warm up", { registeredAt: at(1), history: [], health: "ejected" }, null],
] satisfies readonly (readonly [string, Subject, number | null])[])("%s", (_, instance, share) =>
  expect(slowStartShare(instance, 10_000, NOW)).toBe(share),
);

test("without slow start everything has all of its weight at once", () => {
  expect(slowStartShare({ registeredAt: at(0), history: [], health: "ready" }, 0, NOW)).toBeNull();
});
