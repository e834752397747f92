import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inTransaction, openDatabase, openDisposableDatabase } from "./index.ts";

const ONE = "CREATE TABLE notes (text TEXT) STRICT";
const TWO = "ALTER TABLE notes ADD COLUMN author TEXT; INSERT INTO notes VALUES ('second', 'ada')";

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-sqlite-"));
  path = join(dir, "nested", "notes.sqlite");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(migrations: readonly string[]): DatabaseSync {
  const opened = openDatabase({ path, migrations, synchronous: "FULL" });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

function rows(database: DatabaseSync): unknown[] {
  return database
    .prepare("SELECT * FROM notes")
    .all()
    .map((row) => ({ ...row }));
}

test("a file of an earlier schema is brought forward once, with what is in it", () => {
  const old = open([ONE]);
  old.exec("INSERT INTO notes VALUES ('first')");
  old.close();
  for (let start = 0; start < 2; start++) {
    const database = open([ONE, TWO]);
    expect(rows(database)).toEqual([
      { text: "first", author: null },
      { text: "second", author: "ada" },
    ]);
    database.close();
  }
});

test("a migration that fails half-way leaves the earlier schema, and is run again whole", () => {
  open([ONE]).close();
  const failed = openDatabase({ path, migrations: [ONE, `${TWO}; INSERT INTO nowhere VALUES (1)`], synchronous: "FULL" });
  expect(failed).toMatchObject({ ok: false, error: { code: "database.unreadable" } });
  const database = open([ONE, TWO]);
  expect(rows(database)).toHaveLength(1);
  database.close();
});

test("a file of a newer schema is refused and left as it was, disposable or not", () => {
  open([ONE, TWO]).close();
  const before = readFileSync(path);
  const options = { path, migrations: [ONE], synchronous: "NORMAL" as const };
  for (const opened of [openDatabase(options), openDisposableDatabase(options, () => {})]) {
    expect(opened).toMatchObject({ ok: false, error: { code: "database.newer-schema" } });
  }
  expect(readFileSync(path)).toEqual(before);
});

test("a damaged disposable file is set aside, not lost", () => {
  open([ONE]).close();
  const bytes = readFileSync(path).fill(0x41, 4_096);
  writeFileSync(path, bytes);
  const sentences: string[] = [];
  const opened = openDisposableDatabase({ path, migrations: [ONE], synchronous: "NORMAL" }, (sentence) => sentences.push(sentence));
  if (!opened.ok) throw new Error(opened.error.detail);
  expect(rows(opened.value)).toEqual([]);
  opened.value.close();
  expect(sentences).toHaveLength(1);
  expect(existsSync(`${path}.damaged`)).toBe(true);
});

test("a transaction that throws leaves nothing behind and passes the cause on", () => {
  const database = open([ONE]);
  expect(() =>
    inTransaction(database, () => {
      database.exec("INSERT INTO notes VALUES ('lost')");
      throw new Error("the cause");
    }),
  ).toThrow("the cause");
  expect(rows(database)).toEqual([]);
  expect(database.isTransaction).toBe(false);
  database.close();
});

test("a write-ahead log does not grow with the number of commits, and pages that are no longer used can be given back", () => {
  const database = open([ONE]);
  const insert = database.prepare("INSERT INTO notes VALUES (?)");
  for (let commit = 0; commit < 2_000; commit++) insert.run("x".repeat(3_000));
  expect(statSync(`${path}-wal`).size).toBeLessThan(6_000_000);
  const grown = statSync(path).size;
  database.exec("DELETE FROM notes; PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);");
  expect(statSync(path).size).toBeLessThan(grown / 10);
  database.close();
});
