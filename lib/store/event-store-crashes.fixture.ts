import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createXorshift, type Random, type Result, randomBelow } from "../std/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { type EventStore, openEventStore, type StoreFailure } from "./index.ts";

const WRITER = join(import.meta.dirname, "crash-writer.fixture.ts");

/** The suite of crashes: `kills` of a writer in a row, and `damagedFiles` files damaged after a kill. */
export function testCrashes(kills: number, damagedFiles: number): void {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "interlock-crash-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test(
    `${kills} kills at random moments lose no acknowledged entry and leave no gap`,
    async () => {
      const dir = join(root, "kill");
      const random = createXorshift(20_260_101);
      let acknowledged = 0;
      for (let round = 0; round < kills; round++) {
        const seqs = await writeAndKill(dir, 1 + randomBelow(random, 60));
        const first = seqs[0] as number;
        // One entry may be durable without having been acknowledged: the writer died between the two.
        expect([acknowledged + 1, acknowledged + 2]).toContain(first);
        expect(seqs).toEqual(seqs.map((_, index) => first + index));
        acknowledged = seqs.at(-1) as number;

        const store = opened(dir);
        expect([acknowledged, acknowledged + 1]).toContain(store.lastSeq);
        expect(store.verify()).toEqual({ ok: true, value: { entries: store.lastSeq } });
        expect(store.recall(`key-${acknowledged}`, "hash")).toMatchObject({ changeId: `chg-${acknowledged}` });
        store.close();
      }
    },
    kills * 5_000,
  );

  describe("after a kill, a file damaged at random", () => testDamage(() => root, damagedFiles));
}

function testDamage(rootOf: () => string, damagedFiles: number): void {
  let source: string;
  let acknowledged: number;

  beforeAll(async () => {
    source = join(rootOf(), "source");
    // Past the automatic checkpoint at 1 000 pages, so that both the file and its log hold entries.
    acknowledged = (await writeAndKill(source, 700)).at(-1) as number;
  }, 60_000);

  const random: Random = createXorshift(7);
  const damages: readonly { readonly name: string; readonly file: string; readonly damage: (path: string) => void }[] = [
    { name: "a flipped byte in the database", file: "events.sqlite", damage: flipByte },
    { name: "a flipped byte in the write-ahead log", file: "events.sqlite-wal", damage: flipByte },
    { name: "a torn write-ahead log", file: "events.sqlite-wal", damage: tear },
    { name: "a torn database", file: "events.sqlite", damage: tear },
    { name: "a flipped byte beside the log", file: "events.head", damage: flipByte },
  ];

  test.each(damages)(
    "$name: the log opens with every acknowledged entry, or is refused with the reason",
    ({ file, damage }) => {
      const outcomes = { complete: 0, refused: 0, lost: 0 };
      for (let round = 0; round < damagedFiles / 5; round++) {
        const dir = mkdtempSync(join(rootOf(), "damaged-"));
        for (const name of ["events.sqlite", "events.sqlite-wal", "events.head"]) copyFileSync(join(source, name), join(dir, name));
        damage(join(dir, file));
        outcomes[judge(reopen(dir))]++;
        rmSync(dir, { recursive: true });
      }
      expect(outcomes.lost).toBe(0);
      expect(outcomes.complete + outcomes.refused).toBe(damagedFiles / 5);
    },
    damagedFiles * 800,
  );

  function judge(result: Result<EventStore, StoreFailure>): "complete" | "refused" | "lost" {
    if (!result.ok) return result.error.detail.length > 20 ? "refused" : "lost";
    const store = result.value;
    const whole = store.verify();
    const complete = store.lastSeq >= acknowledged && (!whole.ok || whole.value.entries >= acknowledged);
    store.close();
    return complete ? "complete" : "lost";
  }

  function flipByte(path: string): void {
    const bytes = readFileSync(path);
    const index = randomBelow(random, bytes.length);
    bytes[index] = (bytes[index] as number) ^ (1 << randomBelow(random, 8));
    writeFileSync(path, bytes);
  }

  function tear(path: string): void {
    truncateSync(path, randomBelow(random, readFileSync(path).length));
  }
}

/** Runs the writer until it has acknowledged at least `entries` more, kills it at once, and returns every seq it acknowledged. */
async function writeAndKill(dir: string, entries: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, dir], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > entries) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(child.signalCode).toBe("SIGKILL");
  return output.split("\n").slice(0, -1).map(Number);
}

function reopen(dir: string): Result<EventStore, StoreFailure> {
  return openEventStore(dir, createFakeClock({ wallMs: Date.now() }));
}

function opened(dir: string): EventStore {
  const result = reopen(dir);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}
