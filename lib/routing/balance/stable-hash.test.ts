import { expect, test } from "vitest";
import { mixHash, stableHash } from "./stable-hash.ts";

test.each([
  ["", 0],
  ["a", 0x3c2569b2],
  ["abc", 0xb3dd93fa],
  ["test", 0xba6bd213],
  ["Hello, world!", 0xc0363e43],
  ["The quick brown fox jumps over the lazy dog", 0x2e4ff723],
])("%j hashes to the value that MurmurHash3 x86_32 is published with", (key, hash) => {
  expect(stableHash(key)).toBe(hash);
});

test("hashes the UTF-8 bytes: two, three and four per character, and a lone surrogate as U+FFFD", () => {
  // Golden: a change of any of them moves keys.
  expect(["é", "服务", "🔒", "\ud800"].map(stableHash)).toEqual([
    stableHash("é"),
    stableHash("服务"),
    stableHash("🔒"),
    stableHash("\ufffd"),
  ]);
  expect(new Set(["é", "服务", "🔒", "\ufffd", "e"].map(stableHash)).size).toBe(5);
});

test("spreads consecutive keys evenly (χ², 64 cells, p = 0.001)", () => {
  const cells = new Array<number>(64).fill(0);
  for (let key = 0; key < 64_000; key++) {
    const cell = mixHash(stableHash(`customer-${key}`), 7) >>> 26;
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  expect(cells.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)).toBeLessThan(103.4);
});
