import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../std/index.ts";
import { chainHash, checkEntries, GENESIS_HASH, type StoredEntry } from "./hash-chain.ts";
import { testChange } from "./test-change.fixture.ts";

const START = { seq: 0, hash: GENESIS_HASH };

const log = fc
  .array(fc.tuple(fc.uniqueArray(fc.constantFrom("cart", "payments", "users"), { minLength: 1 }), fc.jsonValue()), {
    minLength: 1,
    maxLength: 12,
  })
  .map((notes) => {
    const entries: StoredEntry[] = [];
    for (const [services, note] of notes) {
      const seq = entries.length + 1;
      const prevHash = entries.at(-1)?.hash ?? GENESIS_HASH;
      const payload = canonicalJson(testChange({ seq, id: `chg-${seq}` as never }, services, note));
      entries.push({ seq, payload, prevHash, hash: chainHash(prevHash, payload), services: [...services].sort().join(",") });
    }
    return entries;
  });

const withPlace = log.chain((entries) => fc.tuple(fc.constant(entries), fc.nat(entries.length - 1), fc.nat()));

function flip(text: string, at: number): string {
  const index = at % text.length;
  return text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ 1) + text.slice(index + 1);
}

describe("the chain", () => {
  test("an untouched log is intact to its end", () => {
    fc.assert(
      fc.property(log, (entries) => {
        expect(checkEntries(START, entries)).toEqual({ kind: "intact", end: { seq: entries.length, hash: entries.at(-1)?.hash } });
      }),
    );
  });

  test.each(["payload", "hash", "prevHash", "services"] as const)("a flipped bit in %s is found at its entry", (column) => {
    fc.assert(
      fc.property(withPlace, ([entries, index, at]) => {
        const bad = entries.map((entry, place) => (place === index ? { ...entry, [column]: flip(entry[column], at) } : entry));
        expect(checkEntries(START, bad)).toMatchObject({ kind: "broken", seq: index + 1 });
      }),
    );
  });

  test("a deleted entry is found at its place, unless it was the last", () => {
    fc.assert(
      fc.property(withPlace, ([entries, index]) => {
        const bad = entries.filter((_, place) => place !== index);
        const checked = checkEntries(START, bad);
        const expected = index === entries.length - 1 ? { kind: "intact", end: { seq: index } } : { kind: "broken", seq: index + 1 };
        expect(checked).toMatchObject(expected);
      }),
    );
  });

  test("two entries that changed places are found at the first of them, renumbered or not", () => {
    fc.assert(
      fc.property(withPlace, fc.boolean(), ([entries, index, other], renumber) => {
        const second = other % entries.length;
        fc.pre(second !== index);
        const bad = [...entries];
        const [left, right] = [entries[index] as StoredEntry, entries[second] as StoredEntry];
        bad[index] = renumber ? { ...right, seq: left.seq } : right;
        bad[second] = renumber ? { ...left, seq: right.seq } : left;
        expect(checkEntries(START, bad)).toMatchObject({ kind: "broken", seq: Math.min(left.seq, right.seq) });
      }),
    );
  });

  test("an entry rewritten with a hash of its own is found at the next one", () => {
    fc.assert(
      fc.property(withPlace, ([entries, index]) => {
        fc.pre(index < entries.length - 1);
        const old = entries[index] as StoredEntry;
        const payload = canonicalJson({ ...JSON.parse(old.payload), author: "eve" });
        const bad = [...entries];
        bad[index] = { ...old, payload, hash: chainHash(old.prevHash, payload) };
        expect(checkEntries(START, bad)).toMatchObject({ kind: "broken", seq: index + 2 });
      }),
    );
  });
});
