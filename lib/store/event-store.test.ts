import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { type EventStore, openEventStore, StoreWriteError } from "./index.ts";
import { testChange } from "./test-change.fixture.ts";

let dir: string;
let clock: FakeClock;
let open: EventStore[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-store-"));
  clock = createFakeClock();
  open = [];
});

afterEach(() => {
  for (const store of open) store.close();
  rmSync(dir, { recursive: true, force: true });
});

function openStore(): EventStore {
  const opened = openEventStore(dir, clock);
  if (!opened.ok) throw new Error(opened.error.detail);
  open.push(opened.value);
  return opened.value;
}

function fill(store: EventStore, count: number, services: (seq: number) => string[] = () => ["payments"]): void {
  for (let index = 0; index < count; index++) store.append((place) => testChange(place, services(place.seq)));
}

function tamper(sql: string): void {
  const database = new DatabaseSync(join(dir, "events.sqlite"));
  database.exec(sql);
  database.close();
}

describe("the log", () => {
  test("gives each change the next place and reads it back as it was returned", () => {
    const store = openStore();
    const first = store.append((place) => testChange(place, ["cart"], { weights: { "1.0.0": 10_000 } }));
    const second = store.append((place) => testChange(place, ["payments"]));
    expect([first.seq, first.id, second.seq, second.id]).toEqual([1, "chg-1", 2, "chg-2"]);
    expect(store.read("chg-1")).toEqual(first);
    expect(store.readAfter(0, 10)).toEqual([first, second]);
    expect(store.lastSeq).toBe(2);
  });

  test("goes on after a restart where it ended", () => {
    const before = openStore();
    fill(before, 3);
    before.close();
    const after = openStore();
    fill(after, 1);
    expect(after.readAfter(2, 10).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(after.verify()).toEqual({ ok: true, value: { entries: 4 } });
  });

  test("reads backwards from the newest, of one service when asked", () => {
    const store = openStore();
    fill(store, 10, (seq) => (seq % 3 === 0 ? ["cart", "payments"] : ["payments"]));
    expect(store.readBefore(Number.POSITIVE_INFINITY, 2).map(({ seq }) => seq)).toEqual([10, 9]);
    expect(store.readBefore(9, 10, "cart").map(({ seq }) => seq)).toEqual([6, 3]);
    expect(store.readBefore(100, 10, "nobody")).toEqual([]);
  });

  test.each(["chg-0", "chg-99", "chg-01", "payments", ""])("knows no change %j", (id) => {
    const store = openStore();
    fill(store, 2);
    expect(store.read(id)).toBeUndefined();
  });

  test("takes no place when the change cannot be completed", () => {
    const store = openStore();
    expect(() =>
      store.append(() => {
        throw new Error("cannot be built");
      }),
    ).toThrow("cannot be built");
    expect(store.readOnly).toBe(false);
    expect(store.append((place) => testChange(place, ["cart"])).seq).toBe(1);
  });

  test("keeps text of any script and keys of any name", () => {
    const store = openStore();
    const note = JSON.parse('{"__proto__":{"x":1},"a":"\\u0000 \\ud800 结账 🚀"}') as unknown;
    const change = store.append((place) => testChange(place, ["cart"], note));
    expect(change.after).toEqual(note);
    expect(store.verify().ok).toBe(true);
  });
});

describe("one writer", () => {
  test("a second opening is refused with what to do", () => {
    openStore();
    const second = openEventStore(dir, clock);
    expect(second).toMatchObject({ ok: false, error: { code: "store.locked" } });
    expect(JSON.stringify(second)).toContain("Another engine is using the data folder");
  });

  test("closing frees the folder", () => {
    openStore().close();
    expect(openStore().lastSeq).toBe(0);
  });

  test("a folder that is a file is refused", () => {
    writeFileSync(join(dir, "file"), "");
    expect(openEventStore(join(dir, "file"), clock)).toMatchObject({ ok: false, error: { code: "store.unreadable" } });
  });

  test("a log of a newer version is refused and left alone", () => {
    openStore().close();
    tamper("PRAGMA user_version = 99");
    const opened = openEventStore(dir, clock);
    expect(opened).toMatchObject({ ok: false, error: { code: "store.unreadable" } });
    expect(JSON.stringify(opened)).toContain("newer Interlock");
  });
});

describe("a log that was tampered with", () => {
  test.each([
    ["content changed", "UPDATE events SET payload = replace(payload, 'ada', 'eve') WHERE seq = 4", 4],
    ["entry deleted", "DELETE FROM events WHERE seq = 5", 5],
    ["entry rehashed", "UPDATE events SET hash = prev_hash WHERE seq = 2", 2],
    ["entry hidden from its service", "DELETE FROM event_services WHERE seq = 6", 6],
  ])("%s: is refused, naming the entry", (_, sql, seq) => {
    const store = openStore();
    fill(store, 8);
    store.close();
    tamper(sql);
    expect(openEventStore(dir, clock)).toMatchObject({ ok: false, error: { code: "store.broken-chain", seq } });
  });

  test("a cut tail is refused, because the last acknowledged entry is known beside the log", () => {
    const store = openStore();
    fill(store, 8);
    store.close();
    tamper("DELETE FROM events WHERE seq > 6; DELETE FROM event_services WHERE seq > 6");
    expect(openEventStore(dir, clock)).toMatchObject({ ok: false, error: { code: "store.broken-chain", seq: 7 } });
  });

  test("without that file a cut tail is a shorter log, unless a state snapshot lies beyond it", () => {
    const store = openStore();
    fill(store, 8);
    store.close();
    tamper("DELETE FROM events WHERE seq > 6; DELETE FROM event_services WHERE seq > 6");
    rmSync(join(dir, "events.head"));
    const shorter = openStore();
    expect(shorter.lastSeq).toBe(6);
    shorter.saveStateSnapshot(6, "{}");
    shorter.close();
    rmSync(join(dir, "events.head"));
    tamper("DELETE FROM events WHERE seq > 5; DELETE FROM event_services WHERE seq > 5");
    expect(openEventStore(dir, clock)).toMatchObject({ ok: false, error: { code: "store.broken-chain", seq: 6 } });
  });

  test("a log replaced by another one in good order is refused", () => {
    const store = openStore();
    fill(store, 3);
    store.close();
    const head = readFileSync(join(dir, "events.head"));
    rmSync(join(dir, "events.head"));
    tamper("DELETE FROM events; DELETE FROM event_services");
    const other = openStore();
    fill(other, 5, () => ["cart"]);
    other.close();
    writeFileSync(join(dir, "events.head"), head);
    expect(openEventStore(dir, clock)).toMatchObject({ ok: false, error: { code: "store.broken-chain", seq: 3 } });
  });

  test("in a long log, what lies before the newest state snapshot is found by verify", () => {
    const store = openStore();
    fill(store, 8);
    store.saveStateSnapshot(6, "{}");
    store.close();
    tamper("UPDATE events SET payload = replace(payload, 'ada', 'eve') WHERE seq = 2");
    expect(openEventStore(dir, clock)).toMatchObject({ ok: false, error: { code: "store.broken-chain", seq: 2 } });
    const long = openEventStore(dir, clock, 5);
    if (!long.ok) throw new Error(long.error.detail);
    open.push(long.value);
    expect(long.value.verify()).toMatchObject({ ok: false, error: { code: "store.broken-chain", seq: 2 } });
  });
});

describe("state snapshots", () => {
  test("the newest three are kept and the newest is given back", () => {
    const store = openStore();
    fill(store, 9);
    for (const seq of [2, 4, 6, 8]) store.saveStateSnapshot(seq, `state ${seq}`);
    expect(store.latestStateSnapshot()).toMatchObject({ seq: 8, state: "state 8" });
    store.close();
    const database = new DatabaseSync(join(dir, "events.sqlite"));
    expect(
      database
        .prepare("SELECT seq FROM state_snapshots ORDER BY seq")
        .all()
        .map((row) => row.seq),
    ).toEqual([4, 6, 8]);
    database.close();
  });

  test("a damaged one is passed over for an older one, and verify names it", () => {
    const store = openStore();
    fill(store, 5);
    store.saveStateSnapshot(2, "state 2");
    store.saveStateSnapshot(4, "state 4");
    store.close();
    tamper("UPDATE state_snapshots SET state = 'state 5' WHERE seq = 4");
    const reopened = openStore();
    expect(reopened.latestStateSnapshot()).toMatchObject({ seq: 2 });
    expect(reopened.verify()).toMatchObject({ ok: false, error: { seq: 4 } });
  });
});

describe("idempotency keys", () => {
  const answer = { status: 201, headers: { etag: '"2"' }, body: "{}" };

  test("an answer is given again, across a restart, for 24 hours", () => {
    const store = openStore();
    expect(store.recall("k", "h")).toBeUndefined();
    store.remember("k", answer);
    store.close();
    const reopened = openStore();
    clock.advance(24 * 3_600_000 - 1);
    expect(reopened.recall("k", "other")).toMatchObject({ requestHash: "h", response: answer });
    clock.advance(1);
    expect(reopened.recall("k", "h")).toBeUndefined();
  });

  test("a request that is still running is told apart from one whose answer was lost", () => {
    const store = openStore();
    store.recall("running", "h");
    store.append((place) => testChange(place, ["cart"]), { key: "running", requestHash: "h" });
    store.recall("nothing done", "h");
    expect(store.recall("running", "h")).toMatchObject({ response: null, changeId: null });
    expect(store.recall("nothing done", "h")).toMatchObject({ response: null, changeId: null });
    store.close();
    const reopened = openStore();
    expect(reopened.recall("running", "h")).toMatchObject({ response: null, changeId: "chg-1" });
    expect(reopened.recall("nothing done", "h2")).toBeUndefined();
  });

  test("a failed answer frees the key, unless a change was made under it", () => {
    const store = openStore();
    store.recall("a", "h");
    store.remember("a", null);
    expect(store.recall("a", "h")).toBeUndefined();
    store.append((place) => testChange(place, ["cart"]), { key: "a", requestHash: "h" });
    store.remember("a", null);
    expect(store.recall("a", "h")).toMatchObject({ response: null, changeId: "chg-1" });
  });
});

describe("a disk that refuses a write", () => {
  test("fails that change and makes the store read-only for good; reads go on", () => {
    const store = openStore();
    fill(store, 2);
    const blocker = new DatabaseSync(join(dir, "events.sqlite"));
    blocker.exec("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT raise(FAIL, 'disk I/O error'); END");
    expect(() => fill(store, 1)).toThrow(StoreWriteError);
    expect(store.readOnly).toBe(true);
    blocker.exec("DROP TRIGGER refuse");
    blocker.close();
    expect(() => fill(store, 1)).toThrow("read-only");
    expect(() => store.recall("k", "h")).toThrow(StoreWriteError);
    expect(store.readAfter(0, 10)).toHaveLength(2);
    expect(store.lastSeq).toBe(2);
    store.close();
    expect(openStore().lastSeq).toBe(2);
  });
});

test("the size on disk is known", () => {
  const store = openStore();
  fill(store, 5);
  expect(store.bytes()).toBeGreaterThan(4_096);
  expect(existsSync(join(dir, "events.sqlite"))).toBe(true);
});
