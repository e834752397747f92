import { expect, test } from "vitest";
import { headerValue, walkHeaders } from "./header-walk.ts";

const OPTIONS = { keepsRange: false, keepsMirror: false, forwarded: "all" } as const;

test("a head with too many lines is left at the first one too many, before any second walk", () => {
  const nominees = Array.from({ length: 5_000 }, (_, index) => `n${index}`).join(",");
  const facts = walkHeaders(`Connection: ${nominees}\r\n${"n1: x\r\n".repeat(5_000)}`, 0, OPTIONS, 100);
  expect(facts.count).toBe(101);
  // Of the lines only Connection itself, which the first walk cuts.
  expect(facts.cuts).toHaveLength(2);
});

test("a header that Connection nominates many times is cut once, with all its lines", () => {
  const text = `Connection: ${"x-hop, ".repeat(1_000)}\r\nX-Hop: 1\r\nX: 2\r\nx-hop: 3\r\n`;
  const facts = walkHeaders(text, 0, OPTIONS, 100);
  expect([facts.nominees?.size, facts.cuts.length / 2, headerValue(text, 0, facts.cuts, "x-hop")]).toEqual([1, 3, undefined]);
});
