import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { openTelemetryStore, type TelemetryStore } from "./index.ts";
import { TELEMETRY_MIGRATIONS } from "./schema.ts";
import { testBatch, testEdge } from "./test-batch.fixture.ts";

let dir: string;
let clock: FakeClock;
let store: TelemetryStore | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-telemetry-"));
  clock = createFakeClock({ monotonicMs: 5_000_000 });
});

afterEach(() => {
  store?.close();
  store = undefined;
  rmSync(dir, { recursive: true, force: true });
});

function open(): TelemetryStore {
  const opened = openTelemetryStore({ dir, clock, onLimit: () => {} });
  if (!opened.ok) throw new Error(opened.error.detail);
  store = opened.value;
  return opened.value;
}

describe("mirrored copies", () => {
  test("are in no figure but their own: not in edges, versions, the split, a series or the totals", () => {
    const opened = open();
    const real = testEdge({ callee: "payments@1.0.0", epoch: 1 }, { ok: 10 });
    const copies = testEdge({ callee: "payments@2.0.0", epoch: 1, mirror: true }, { ok: 4, failed: 1 });
    const sameEdge = testEdge({ callee: "payments@1.0.0", epoch: 1, mirror: true }, { ok: 3 });
    for (let seq = 1; seq <= 4; seq++) {
      clock.advance(500);
      opened.accept(testBatch({ seq, atMs: clock.wallMs() }, [real, copies, sameEdge]));
    }
    expect(opened.edges(10_000).map(({ callee, requests }) => [callee.version, requests])).toEqual([["1.0.0", 40]]);
    expect([...(opened.versions(10_000).get("payments")?.keys() ?? [])]).toEqual(["1.0.0"]);
    expect(opened.splitCounts("payments", 1, 60_000).requests).toEqual(new Map([["1.0.0", 40]]));
    const bins = opened.series({ calleeService: "payments" }, clock.wallMs() - 60_000, clock.wallMs() + 1, 2_000);
    expect(bins.reduce((sum, { requests }) => sum + requests, 0)).toBe(40);
    expect(opened.totals().map(({ requests }) => requests)).toEqual([40]);
    expect(opened.mirrors(10_000).map(({ callee, requests, failed }) => [callee.version, requests, failed])).toEqual([
      ["2.0.0", 20, 4],
      ["1.0.0", 12, 0],
    ]);
    expect(opened.mirrorTotals().map(({ requests }) => requests)).toEqual([20, 12]);
  });

  test("are told apart after a restart too", () => {
    const first = open();
    clock.advance(500);
    first.accept(testBatch({ seq: 1, atMs: clock.wallMs() }, [testEdge({ mirror: true }, { ok: 3 }), testEdge({}, { ok: 5 })]));
    first.close();
    const second = open();
    expect([second.totals()[0]?.requests, second.mirrorTotals()[0]?.requests]).toEqual([5, 3]);
  });
});

test("live figures tell retries, refusals, failovers and mTLS of the window", () => {
  const opened = open();
  for (let seq = 1; seq <= 2; seq++) {
    clock.advance(500);
    const counts = { ok: 10, retries: 3, denied: 2, failovers: 1, encrypted: 9 };
    opened.accept(testBatch({ seq, atMs: clock.wallMs() }, [testEdge({}, counts)]));
  }
  expect(opened.edges(10_000)).toMatchObject([{ requests: 20, retries: 6, denied: 4, failovers: 2, encrypted: 18 }]);
});

describe("a file of an older Interlock", () => {
  /** As Interlock 0.1 left it: edges with twelve sums, and a journal whose batches knew nothing of mirrors. */
  function writeOld(): void {
    const database = new DatabaseSync(join(dir, "telemetry.sqlite"));
    database.exec(TELEMETRY_MIGRATIONS[0] as string);
    database.exec("PRAGMA user_version = 1");
    const sums = JSON.stringify([100, 4, 1, 7, 1_000, 2_000, 500_000, 0, 90, 0, 5, 4]);
    const insert =
      "INSERT INTO edges (id, caller_service, caller_version, callee_service, callee_version, counters, seen_ms) VALUES (1, ?, ?, ?, ?, ?, ?)";
    database.prepare(insert).run("ingress", "", "payments", "1.0.0", sums, clock.wallMs() - 1_000);
    const { mirror: _, denied: __, failovers: ___, encrypted: ____, ...older } = testEdge({}, { ok: 6, failed: 1, us: 2_000 });
    const batch = JSON.stringify({ ...testBatch({ seq: 1, atMs: clock.wallMs() - 500 }, []), edges: [older] });
    database
      .prepare("INSERT INTO journal (from_ms, to_ms, batch) VALUES (?, ?, ?)")
      .run(clock.wallMs() - 1_000, clock.wallMs() - 500, batch);
    database.prepare("INSERT INTO boots (boot_id, last_seq, to_ms) VALUES ('boot-1', 1, ?)").run(clock.wallMs() - 500);
    database.close();
  }

  test("is taken over whole: its totals and its journal count, once", () => {
    writeOld();
    const opened = open();
    expect(opened.totals()).toMatchObject([{ requests: 107, failed: 5, retries: 7, denied: 0, failovers: 0, encrypted: 0, aborted: 1 }]);
    expect(opened.mirrorTotals()).toEqual([]);
    expect(opened.accept(testBatch({ seq: 1, atMs: clock.wallMs() }, []))).toBe(false);
    opened.close();
    expect(open().totals()).toMatchObject([{ requests: 107 }]);
  });

  test("has durations from now on only, and their sum fits their count", () => {
    writeOld();
    const [total] = open().totals();
    expect(total?.latencyUsSum).toBe(500_000 + 14_000);
    expect(total?.durations.usSum).toBe(14_000);
    expect(total?.durations.counts.reduce((sum, count) => sum + count, 0)).toBe(7);
  });
});
