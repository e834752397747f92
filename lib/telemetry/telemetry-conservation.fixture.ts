import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TelemetryBatch } from "../model/index.ts";
import { createFakeClock, type FakeClock } from "../testing/index.ts";
import { type EdgeTotals, openTelemetryStore, type TelemetryStore } from "./index.ts";
import { testBatch, testEdge } from "./test-batch.fixture.ts";

/** The law of conservation, tried with `numRuns` histories. */
export function testConservation(numRuns: number): void {
  test(
    "batches, repeats, restarts and crashes in any order: totals and every series count each batch exactly once",
    () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          const world = new World();
          try {
            for (const next of steps) world.take(next);
            world.check();
            world.take({ kind: "crash" });
            world.check();
          } finally {
            world.end();
          }
        }),
        { numRuns: numRuns },
      );
    },
    numRuns * 1_000,
  );
}

/** What is counted of an edge beside its requests. */
interface Counts {
  readonly failed: number;
  readonly retries: number;
  readonly denied: number;
  readonly failovers: number;
  readonly encrypted: number;
}

type Step =
  | {
      readonly kind: "batch";
      readonly boot: string;
      readonly edges: readonly ({ caller: string; callee: string; mirror: boolean; ok: number; us: number } & Counts)[];
    }
  | { readonly kind: "repeat"; readonly boot: string }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "restart" }
  | { readonly kind: "crash" };

const boot = fc.constantFrom("boot-a", "boot-b", "boot-c");
const edge = fc.record({
  caller: fc.constantFrom("ingress", "cart@1.0.0", "cart@2.0.0"),
  callee: fc.constantFrom("payments@1.0.0", "payments@2.0.0", "payments"),
  mirror: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  ok: fc.nat(50),
  failed: fc.nat(5),
  retries: fc.nat(3),
  denied: fc.nat(3),
  failovers: fc.nat(3),
  encrypted: fc.nat(50),
  us: fc.integer({ min: 1, max: 10_000_000 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("batch"), boot, edges: fc.array(edge, { maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("repeat"), boot }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), ms: fc.constantFrom(100, 500, 3_000, 5_000, 70_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash") }) },
);

const NOTHING = { requests: 0, failed: 0, retries: 0, denied: 0, failovers: 0, encrypted: 0 };

/** A proxy's side of the protocol: batches in order, the last one repeated at will. */
class World {
  readonly dir = mkdtempSync(join(tmpdir(), "interlock-telemetry-"));
  clock: FakeClock = createFakeClock({ monotonicMs: 1_000 });
  store: TelemetryStore = this.open();
  readonly last = new Map<string, TelemetryBatch>();
  readonly expected = new Map<string, Counts & { readonly requests: number }>();
  readonly startMs = this.clock.wallMs();

  open(): TelemetryStore {
    const opened = openTelemetryStore({ dir: this.dir, clock: this.clock, onLimit: () => {} });
    if (!opened.ok) throw new Error(opened.error.detail);
    return opened.value;
  }

  take(step: Step): void {
    if (step.kind === "wait") this.clock.advance(step.ms);
    if (step.kind === "batch") this.send(step);
    if (step.kind === "repeat") this.repeat(step.boot);
    if (step.kind === "restart") this.store.close();
    if (step.kind === "restart" || step.kind === "crash") {
      // A clock of its own: the timers of the process that is gone never run again.
      this.clock = createFakeClock({ wallMs: this.clock.wallMs() + 800, monotonicMs: 5 });
      this.store = this.open();
    }
  }

  send({ boot: bootId, edges }: Step & { kind: "batch" }): void {
    const seq = (this.last.get(bootId)?.seq ?? 0) + 1;
    const deltas = edges.map(({ caller, callee, mirror, ...counts }) => testEdge({ caller, callee, mirror, epoch: 1 }, counts));
    const batch = testBatch({ boot: bootId, seq, atMs: this.clock.wallMs() }, deltas);
    for (const { caller, callee, mirror, us: _, ok, ...counts } of edges) {
      const key = `${caller}>${callee}${mirror ? " mirror" : ""}`;
      const sum = this.expected.get(key) ?? NOTHING;
      this.expected.set(key, {
        requests: sum.requests + ok + counts.failed,
        failed: sum.failed + counts.failed,
        retries: sum.retries + counts.retries,
        denied: sum.denied + counts.denied,
        failovers: sum.failovers + counts.failovers,
        encrypted: sum.encrypted + counts.encrypted,
      });
    }
    this.last.set(bootId, batch);
    expect(this.store.accept(batch)).toBe(true);
  }

  repeat(bootId: string): void {
    const batch = this.last.get(bootId);
    const taken = batch === undefined ? false : this.store.accept(batch);
    expect(taken).toBe(false);
  }

  check(): void {
    const shown = (mark: string) => (totals: EdgeTotals) => {
      const { callee, caller, denied, durations, encrypted, failed, failovers, latencyUsSum, requests, retries } = totals;
      // Every duration is in the coarse histogram as well.
      expect(durations.counts.reduce((sum, count) => sum + count, 0)).toBe(requests);
      expect(durations.usSum).toBe(latencyUsSum);
      return [`${show(caller)}>${show(callee)}${mark}`, { requests, failed, retries, denied, failovers, encrypted }] as const;
    };
    const totals = [...this.store.totals().map(shown("")), ...this.store.mirrorTotals().map(shown(" mirror"))];
    expect(new Map(totals)).toEqual(this.expected);
    // Copies are in no series.
    const sums = [...this.expected].filter(([key]) => !key.endsWith("mirror")).map(([, sum]) => sum);
    const all = [sums.reduce((sum, { requests }) => sum + requests, 0), sums.reduce((sum, { failed }) => sum + failed, 0)];
    for (const stepMs of [2_000, 15_000, 300_000]) {
      const bins = this.store.series({ calleeService: "payments" }, this.startMs - 600_000, this.clock.wallMs() + 1, stepMs);
      expect([bins.reduce((sum, { requests }) => sum + requests, 0), bins.reduce((sum, { failed }) => sum + failed, 0)]).toEqual(all);
    }
  }

  end(): void {
    this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function show({ service, version }: { service: string; version: string | null }): string {
  return version === null ? service : `${service}@${version}`;
}
