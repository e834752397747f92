import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EdgeDelta } from "../model/index.ts";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { openTelemetryStore, type TelemetryStore, type TelemetryStoreOptions } from "./index.ts";
import { testBatch, testEdge } from "./test-batch.fixture.ts";

let dir: string;
let clock: FakeClock;
let store: TelemetryStore;
let sentences: string[];
let seq: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-telemetry-"));
  clock = createFakeClock({ monotonicMs: 5_000_000 });
  sentences = [];
  seq = 0;
  open();
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function open(limits: Partial<TelemetryStoreOptions> = {}): void {
  const opened = openTelemetryStore({ dir, clock, onLimit: (sentence) => sentences.push(sentence), ...limits });
  if (!opened.ok) throw new Error(opened.error.detail);
  store = opened.value;
}

/** As after `kill -9`: nothing is folded, the timers of the dead process never run again. */
function crash(): void {
  clock = createFakeClock({ wallMs: clock.wallMs(), monotonicMs: 77 });
  open();
}

/** Half a second of traffic and its batch, `times` times. */
function run(times: number, ...edges: EdgeDelta[]): void {
  for (let time = 0; time < times; time++) {
    clock.advance(500);
    store.accept(testBatch({ seq: ++seq, atMs: clock.wallMs() }, edges));
  }
}

function requestsIn(fromMs: number, toMs: number, stepMs: number): number {
  return store.series({ calleeService: "payments" }, fromMs, toMs, stepMs).reduce((sum, bin) => sum + bin.requests, 0);
}

describe("live figures", () => {
  test("are rate, error rate and quantiles of the window", () => {
    run(40, testEdge({}, { ok: 9, failed: 1, us: 20_000 }));
    const [edge] = store.edges(10_000);
    expect(edge).toMatchObject({ windowMs: 10_000, requests: 200, failed: 20, rps: 20, errorRate: 0.1 });
    for (const ms of [edge?.p50Ms, edge?.p90Ms, edge?.p99Ms]) expect(Math.abs((ms as number) - 20)).toBeLessThanOrEqual(0.4);
  });

  test("are told as mere rates of the same edges", () => {
    run(
      30,
      testEdge({ caller: "cart@1.0.0" }, { ok: 3, us: 1_000 }),
      testEdge({ caller: "cart@2.0.0" }, { ok: 2, failed: 1, us: 9_000 }),
      testEdge({ callee: "payments" }, { ok: 0, failed: 5 }),
    );
    for (const windowMs of [2_000, 10_000, 60_000]) {
      const edges = store.edges(windowMs).map(({ callee, caller, requests, rps }) => ({ callee, caller, requests, rps }));
      expect(edges).toHaveLength(3);
      expect(store.flows(windowMs)).toEqual(edges);
    }
    clock.advance(13_000);
    expect(store.flows(10_000)).toEqual([]);
  });

  test("are right from the first batch on, before a window has passed", () => {
    run(2, testEdge({}, { ok: 10 }));
    expect(store.edges(10_000)[0]).toMatchObject({ requests: 20, rps: 20, windowMs: 1_000 });
  });

  test("fall to nothing once nothing is reported any more", () => {
    run(10, testEdge({}, { ok: 10 }));
    clock.advance(13_000);
    expect(store.edges(10_000)).toEqual([]);
    expect(store.versions(10_000).size).toBe(0);
  });

  test("sum over callers per version, and keep requests that reached no version apart", () => {
    run(
      4,
      testEdge({ caller: "cart@1.0.0" }, { ok: 1, us: 1_000 }),
      testEdge({ caller: "cart@2.0.0" }, { ok: 2, failed: 1, us: 9_000 }),
      testEdge({ callee: "payments" }, { ok: 0, failed: 5 }),
    );
    const versions = store.versions(2_000).get("payments");
    expect(versions?.get("1.0.0")).toMatchObject({ requests: 16, failed: 4, rps: 8 });
    expect(Math.abs((versions?.get("1.0.0")?.p99Ms as number) - 9)).toBeLessThanOrEqual(0.18);
    expect(versions?.get("")).toMatchObject({ requests: 20, failed: 20, errorRate: 1 });
  });

  test("count instances, with refused connections", () => {
    clock.advance(500);
    const instances = [{ instance: "payments-1.0.0-a", requests: 4, failed: 1, connectFailures: 2 }];
    store.accept({ ...testBatch({ seq: 1, atMs: clock.wallMs() }, []), instances });
    expect(store.instances(10_000).get("payments-1.0.0-a")).toEqual({ requests: 4, failed: 1, connectFailures: 2 });
    clock.advance(65_000);
    expect(store.instances(60_000).size).toBe(0);
  });

  test("survive the death of the engine", () => {
    run(60, testEdge({ epoch: 3 }, { ok: 5, failed: 1 }));
    const before = store.edges(10_000);
    crash();
    expect(store.edges(10_000)).toEqual(before);
    expect(store.splitCounts("payments", 3, 60_000).requests.get("1.0.0")).toBe(360);
  });

  test("do not notice a jump of the wall clock", () => {
    run(40, testEdge({}, { ok: 10 }));
    clock.jumpWall(7_200_000);
    expect(store.edges(10_000)[0]).toMatchObject({ requests: 200 });
    run(1, testEdge({}, { ok: 10 }));
    clock.jumpWall(-14_400_000);
    run(1, testEdge({}, { ok: 10 }));
    expect(store.edges(1_000)[0]?.requests).toBeGreaterThanOrEqual(10);
  });

  test("spread what piled up during an outage over the outage", () => {
    run(40, testEdge({}, { ok: 10 }));
    clock.advance(30_000);
    store.accept(testBatch({ seq: ++seq, atMs: clock.wallMs() }, [testEdge({}, { ok: 600 })]));
    expect(store.edges(10_000)[0]).toMatchObject({ requests: 200, rps: 20 });
    const now = clock.wallMs();
    const rates = store.series({ calleeService: "payments" }, now - 28_000, now - 2_000, 2_000).map((bin) => bin.requests);
    expect(rates).toEqual(rates.map(() => 40));
  });
});

describe("split counts", () => {
  test("start anew with each epoch and leave out what rules with their own split chose", () => {
    run(4, testEdge({ epoch: 1 }, { ok: 10 }));
    run(
      4,
      testEdge({ epoch: 2 }, { ok: 3 }),
      testEdge({ epoch: 2, callee: "payments@2.0.0" }, { ok: 1 }),
      testEdge({ epoch: null }, { ok: 100 }),
    );
    expect(store.splitCounts("payments", 2, 300_000)).toEqual({
      windowMs: 4_000,
      requests: new Map([
        ["1.0.0", 12],
        ["2.0.0", 4],
      ]),
    });
    expect(store.splitCounts("payments", 1, 300_000).requests).toEqual(new Map([["1.0.0", 40]]));
    expect(store.splitCounts("payments", 9, 300_000)).toEqual({ windowMs: 4_000, requests: new Map() });
  });

  test("reach back no further than asked", () => {
    run(2, testEdge({ epoch: 1 }, { ok: 10 }));
    clock.advance(60_000);
    run(2, testEdge({ epoch: 1 }, { ok: 1 }));
    const counts = store.splitCounts("payments", 1, 30_000);
    expect(counts.windowMs).toBe(30_000);
    expect(counts.requests.get("1.0.0")).toBeLessThan(21);
  });
});

describe("series", () => {
  test("have a bin for every step, empty ones included", () => {
    run(8, testEdge({}, { ok: 10 }));
    const to = clock.wallMs();
    const bins = store.series({ calleeService: "payments" }, to - 20_000, to, 2_000);
    expect(bins).toHaveLength(10);
    expect(bins.map((bin) => bin.startMs)).toEqual(bins.map((_, index) => to - 20_000 + index * 2_000));
    expect(bins[0]).toEqual({ startMs: to - 20_000, durationMs: 2_000, requests: 0, failed: 0, p50Ms: null, p90Ms: null, p99Ms: null });
    expect(bins.slice(-2).map((bin) => bin.requests)).toEqual([40, 40]);
  });

  test("select by callee, version and caller", () => {
    run(
      4,
      testEdge({ caller: "cart@1.0.0" }, { ok: 1 }),
      testEdge({ caller: "users@1.0.0", callee: "payments@2.0.0" }, { ok: 2 }),
      testEdge({ callee: "cart@1.0.0" }, { ok: 9 }),
    );
    const sum = (selector: Parameters<TelemetryStore["series"]>[0]): number =>
      store.series(selector, clock.wallMs() - 10_000, clock.wallMs(), 2_000).reduce((total, bin) => total + bin.requests, 0);
    expect(sum({ calleeService: "payments" })).toBe(12);
    expect(sum({ calleeService: "payments", calleeVersion: "2.0.0" })).toBe(8);
    expect(sum({ calleeService: "payments", callerService: "cart" })).toBe(4);
    expect(sum({ calleeService: "payments", callerService: "cart", callerVersion: "2.0.0" })).toBe(0);
  });

  test.each([
    [30 * 60_000, 2_000, 2_000],
    [30 * 60_000, 15_000, 15_000],
    [30 * 60_000, 5_000, 6_000],
    [6 * 3_600_000, 2_000, 15_000],
    [5 * 24 * 3_600_000, 15_000, 300_000],
    [29 * 24 * 3_600_000, 86_400_000, 86_400_000],
  ])("over %d ms in steps of %d ms come in steps of %d ms", (rangeMs, stepMs, expectedMs) => {
    const bins = store.series({ calleeService: "payments" }, clock.wallMs() - rangeMs, clock.wallMs(), stepMs);
    expect(new Set(bins.map((bin) => bin.durationMs))).toEqual(new Set([expectedMs]));
    expect(bins.length).toBeLessThanOrEqual(5_000);
  });

  test("keep an hour at 2 s, a day at 15 s and a month at 5 min, and no more", () => {
    const start = clock.wallMs();
    run(4, testEdge({}, { ok: 10 }));
    clock.advance(3_500_000);
    expect(requestsIn(start, start + 10_000, 2_000)).toBe(40);
    clock.advance(1_000_000);
    store.close();
    const database = new DatabaseSync(join(dir, "telemetry.sqlite"));
    const tiers = database.prepare("SELECT tier, sum(requests) AS requests FROM rollups GROUP BY tier").all();
    database.close();
    expect(tiers.map(({ tier, requests }) => [tier, requests])).toEqual([
      [1, 40],
      [2, 40],
    ]);
    clock = createFakeClock({ wallMs: start + 29 * 24 * 3_600_000 });
    open();
    expect(requestsIn(start - 300_000, start + 300_000, 300_000)).toBe(40);
    clock.advance(4 * 24 * 3_600_000);
    expect(requestsIn(start - 300_000, start + 300_000, 300_000)).toBe(0);
    expect(store.totals()[0]?.requests).toBe(40);
  });
});

describe("limits", () => {
  test("rows: the oldest figures go first, and it is said once", () => {
    store.close();
    open({ rowsMax: 50 });
    run(400, testEdge({}, { ok: 10 }));
    clock.advance(5_000);
    expect(sentences).toEqual(["Figures at 2 s reached 50 rows; the oldest are deleted before their time."]);
    const now = clock.wallMs();
    expect(requestsIn(now - 30_000, now, 2_000)).toBeGreaterThan(0);
    expect(store.totals()[0]?.requests).toBe(4_000);
    store.close();
    const database = new DatabaseSync(join(dir, "telemetry.sqlite"));
    expect(database.prepare("SELECT count(*) AS rows FROM rollups WHERE tier = 0").get()?.rows).toBeLessThanOrEqual(50);
    database.close();
  });

  test("bytes: the oldest figures go first, and it is said", () => {
    store.close();
    let bytesMax = 2_000_000;
    open({ bytesMax: () => bytesMax });
    const lanes = Array.from({ length: 8 }, (_, index) => testEdge({ callee: `payments@${index}.0.0` }, { ok: 10 }));
    const fileBytes = () => statSync(join(dir, "telemetry.sqlite")).size;
    run(1_200, ...lanes);
    expect([sentences, fileBytes() > 640_000]).toEqual([[], true]);
    bytesMax = 620_000;
    run(600, ...lanes);
    store.close();
    expect(sentences).toEqual(["Figures reached their limit on disk (1 MiB); the oldest are deleted before their time."]);
    expect(fileBytes()).toBeLessThanOrEqual(620_000);
    open();
    expect(store.totals().map(({ requests }) => requests)).toEqual(lanes.map(() => 18_000));
  });

  test("edges: what is beyond is counted together, and it is said once", () => {
    store.close();
    open({ edgesMax: 2 });
    run(3, ...[1, 2, 3, 4].map((major) => testEdge({ callee: `payments@${major}.0.0` }, { ok: major })));
    expect(store.edges(10_000)).toHaveLength(2);
    expect(store.totals().map(({ callee, requests }) => [callee.service, requests])).toEqual([
      ["payments", 3],
      ["payments", 6],
      ["(other)", 21],
    ]);
    expect(sentences).toEqual(["More than 2 pairs of versions have traffic; further ones are only counted together."]);
  });

  test("a disk that refuses a write: the batch is not taken, and is taken whole later", () => {
    run(2, testEdge({}, { ok: 10 }));
    const blocker = new DatabaseSync(join(dir, "telemetry.sqlite"));
    blocker.exec("CREATE TRIGGER refuse BEFORE INSERT ON journal BEGIN SELECT raise(FAIL, 'disk full'); END");
    expect(() => run(1, testEdge({}, { ok: 10 }))).toThrow("disk full");
    expect(store.totals()[0]?.requests).toBe(20);
    blocker.exec("DROP TRIGGER refuse; CREATE TRIGGER refuse BEFORE INSERT ON rollups BEGIN SELECT raise(FAIL, 'disk full'); END");
    seq--;
    run(1, testEdge({}, { ok: 10 }));
    clock.advance(20_000);
    expect(sentences).toEqual(["Figures cannot be written to disk: disk full."]);
    blocker.exec("DROP TRIGGER refuse");
    blocker.close();
    clock.advance(5_000);
    crash();
    expect(store.totals()[0]?.requests).toBe(30);
    expect(requestsIn(clock.wallMs() - 60_000, clock.wallMs(), 2_000)).toBe(30);
  });

  test("a damaged file is set aside with a sentence", () => {
    store.close();
    writeFileSync(join(dir, "telemetry.sqlite"), "no database".repeat(1_000));
    open();
    expect(sentences.join()).toContain("telemetry.sqlite.damaged");
    run(1, testEdge({}, { ok: 1 }));
    expect(store.totals()[0]?.requests).toBe(1);
  });
});

test("a batch whose latency is no histogram is not taken", () => {
  const broken = { ...testEdge({}, { ok: 1 }), latency: [3, -1] };
  expect(() => store.accept(testBatch({ seq: 1, atMs: clock.wallMs() }, [broken]))).toThrow("latency is no histogram");
  expect(store.totals()).toEqual([]);
});

test("answers of proxies themselves are counted by code, across a crash", () => {
  const counts: readonly Record<string, number>[] = [{ "routing.unknown-host": 2 }, { "routing.unknown-host": 1, "upstream.reset": 4 }];
  for (const codes of counts) {
    store.accept({ ...testBatch({ seq: ++seq, atMs: clock.wallMs() }, []), codes });
  }
  crash();
  expect(store.codes()).toEqual(
    new Map([
      ["routing.unknown-host", 3],
      ["upstream.reset", 4],
    ]),
  );
});
