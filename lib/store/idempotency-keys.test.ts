import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../sqlite/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { createIdempotencyKeys } from "./idempotency-keys.ts";
import { EVENT_STORE_MIGRATIONS } from "./schema.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-keys-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test.each([
  ["keys", { keysMax: 10 }],
  ["characters of answers", { answersMax: 45 * 10 }],
])("the oldest answers leave first where there are too many %s", (_, limits) => {
  const opened = openDatabase({ path: join(dir, "events.sqlite"), migrations: EVENT_STORE_MIGRATIONS, synchronous: "NORMAL" });
  if (!opened.ok) throw new Error(opened.error.detail);
  const clock = createFakeClock();
  const answer = (keys: ReturnType<typeof createIdempotencyKeys>, count: number) => {
    for (let index = 0; index < count; index++) {
      keys.recall(`key-${clock.wallMs()}`, "hash");
      keys.remember(`key-${clock.wallMs()}`, { status: 200, headers: {}, body: "ok" });
      clock.advance(1);
    }
  };
  const start = clock.wallMs();
  answer(createIdempotencyKeys(opened.value, clock), 40);
  // A new process counts with its first key.
  const keys = createIdempotencyKeys(opened.value, clock, limits);
  answer(keys, 1);
  const kept = Array.from({ length: 41 }, (_unused, index) => keys.recall(`key-${start + index}`, "hash") !== undefined);
  expect(kept.lastIndexOf(false)).toBeGreaterThan(20);
  expect(kept.slice(kept.lastIndexOf(false) + 1).length).toBeGreaterThan(5);
  expect(kept.slice(0, 25)).toEqual(Array(25).fill(false));
  opened.value.close();
});
