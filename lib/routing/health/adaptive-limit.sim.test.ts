import { describe, expect, test } from "vitest";
import { createXorshift, type Random } from "../../std/index.ts";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import type { HealthNote } from "./health-note.ts";

const POLICY = { enabled: true, minLimit: 4, maxLimit: 1_024 };

interface Phase {
  readonly forMs: number;
  readonly rps: number;
  /** Requests that the server works on at once; the rest queue. */
  readonly slots: number;
  readonly serviceMs: number;
}

interface Outcome {
  readonly limit: number;
  readonly goodputRps: number;
  readonly latencyMs: number;
  readonly refused: number;
}

/** A server that works on so many requests at once; the rest queue, first come first served. */
class Server {
  readonly #queue: number[] = [];
  #busy: { readonly startedMs: number; readonly endMs: number }[] = [];

  arrive(nowMs: number): void {
    this.#queue.push(nowMs);
  }

  /** Latencies of the requests that ended by `nowMs`; then starts as many as there is room for. */
  step(nowMs: number, slots: number, serviceMs: () => number): readonly number[] {
    const ended = this.#busy.filter(({ endMs }) => endMs <= nowMs);
    this.#busy = this.#busy.filter(({ endMs }) => endMs > nowMs);
    while (this.#busy.length < slots && this.#queue.length > 0) {
      this.#busy.push({ startedMs: this.#queue.shift() ?? nowMs, endMs: nowMs + serviceMs() });
    }
    return ended.map(({ startedMs }) => nowMs - startedMs);
  }
}

/** Poisson arrivals from `fromMs` on: those until each moment asked for, each once. */
function arrivalsAt(fromMs: number, rps: number, uniform: () => number): (nowMs: number) => readonly number[] {
  let nextMs = fromMs;
  return (nowMs) => {
    const due: number[] = [];
    for (; nextMs <= nowMs; nextMs += (-Math.log(uniform()) * 1_000) / rps) due.push(nextMs);
    return due;
  };
}

/** An open load on a server behind the limit, in steps of 1 ms; figures of the second half of each phase. */
function simulate(
  limit: AdaptiveLimit,
  phases: readonly Phase[],
  random: Random,
  report: (note: HealthNote) => void = () => {},
): readonly Outcome[] {
  const server = new Server();
  let nowMs = 0;
  const uniform = () => (random.nextUint32() + 1) / 0x1_0000_0001;
  return phases.map(({ forMs, rps, slots, serviceMs }) => {
    const untilMs = nowMs + forMs;
    const latencies: number[] = [];
    let refused = 0;
    const arrivals = arrivalsAt(nowMs, rps, uniform);
    for (; nowMs < untilMs; nowMs++) {
      const isMeasured = nowMs >= untilMs - forMs / 2;
      const isIn = arrivals(nowMs).map(() => limit.tryStart(nowMs));
      for (const _ of isIn.filter(Boolean)) server.arrive(nowMs);
      refused += isMeasured ? isIn.filter((each) => !each).length : 0;
      const ended = server.step(nowMs, slots, () => serviceMs * (0.7 + 0.6 * uniform()));
      for (const latencyMs of ended) limit.finish(latencyMs, nowMs);
      if (isMeasured) latencies.push(...ended);
      if (nowMs % 200 === 0) limit.step({ service: "shop", version: "1.0.0" }, nowMs, report);
    }
    const latencyMs = latencies.reduce((sum, latency) => sum + latency, 0) / Math.max(1, latencies.length);
    return { limit: limit.limit, goodputRps: (latencies.length * 2_000) / forMs, latencyMs, refused };
  });
}

describe.each([1, 2, 3])("an adaptive limit (seed %i)", (seed) => {
  const run = (phases: readonly Phase[], policy = POLICY) => simulate(new AdaptiveLimit(policy), phases, createXorshift(seed));

  test("at three times the capacity finds the knee: goodput over 90 %, latency under 3.5 times the unqueued", () => {
    const server = { slots: 20, serviceMs: 20 };
    const [, outcome] = run([
      { ...server, forMs: 5_000, rps: 700 },
      { ...server, forMs: 60_000, rps: 3_000 },
    ]);
    expect(outcome?.goodputRps).toBeGreaterThan(900);
    expect(outcome?.latencyMs).toBeLessThan(70);
    expect(outcome?.limit).toBeGreaterThanOrEqual(18);
    expect(outcome?.limit).toBeLessThan(60);
  });

  test("grows with a version that gets ten times the workers, and refuses almost nothing there", () => {
    const [, during, outcome] = run([
      { forMs: 5_000, rps: 600, slots: 20, serviceMs: 20 },
      { forMs: 10_000, rps: 6_000, slots: 20, serviceMs: 20 },
      { forMs: 20_000, rps: 6_000, slots: 200, serviceMs: 20 },
    ]);
    expect(during?.limit).toBeLessThan(60);
    expect((outcome?.refused ?? Number.NaN) / 60_000).toBeLessThan(0.05);
  });

  test("refuses nothing far below the capacity, and does not drift", () => {
    const [first, second] = run([
      { forMs: 20_000, rps: 100, slots: 20, serviceMs: 20 },
      { forMs: 60_000, rps: 100, slots: 20, serviceMs: 20 },
    ]);
    expect([first?.refused, second?.refused]).toEqual([0, 0]);
    expect(second?.limit).toBe(first?.limit);
  });

  test("holds while the overload lasts minutes: no drift into the queue", () => {
    const server = { slots: 20, serviceMs: 20 };
    const [, , , late] = run([
      { ...server, forMs: 5_000, rps: 700 },
      ...new Array<Phase>(3).fill({ ...server, forMs: 60_000, rps: 2_000 }),
    ]);
    expect(late?.latencyMs).toBeLessThan(70);
    expect(late?.goodputRps).toBeGreaterThan(900);
  });

  test("follows a version that loses three quarters of its workers, and recovers with them within 5 s", () => {
    const load = { rps: 900, serviceMs: 20 };
    const [before, during, , after] = run([
      { ...load, forMs: 20_000, slots: 20 },
      { ...load, forMs: 30_000, slots: 5 },
      { ...load, forMs: 5_000, slots: 20 },
      { ...load, forMs: 10_000, slots: 20 },
    ]);
    expect(before?.refused).toBeLessThan(100);
    expect(during?.goodputRps).toBeGreaterThan(200);
    expect(during?.latencyMs).toBeLessThan(120);
    expect(after?.goodputRps).toBeGreaterThan(850);
    expect(after?.latencyMs).toBeLessThan(40);
  });

  test("learns a version that became ten times slower for good, within 15 s", () => {
    const load = { rps: 300, slots: 150 };
    const [, , after] = run([
      { ...load, forMs: 20_000, serviceMs: 20 },
      { ...load, forMs: 15_000, serviceMs: 200 },
      { ...load, forMs: 10_000, serviceMs: 200 },
    ]);
    expect((after?.refused ?? Number.NaN) / 1_500).toBeLessThan(0.03);
  });
});

test("stays within its bounds, and switched off refuses nothing", () => {
  const [low] = simulate(
    new AdaptiveLimit({ ...POLICY, maxLimit: 10 }),
    [{ forMs: 5_000, rps: 3_000, slots: 200, serviceMs: 20 }],
    createXorshift(1),
  );
  expect(low?.limit).toBe(10);
  const [none] = simulate(
    new AdaptiveLimit({ ...POLICY, enabled: false }),
    [{ forMs: 2_000, rps: 3_000, slots: 5, serviceMs: 20 }],
    createXorshift(1),
  );
  expect(none?.refused).toBe(0);
});

test("shedding is noted when it starts, with the limit, and when it ends", () => {
  const notes: HealthNote[] = [];
  simulate(
    new AdaptiveLimit(POLICY),
    [
      { forMs: 5_000, rps: 700, slots: 20, serviceMs: 20 },
      { forMs: 10_000, rps: 3_000, slots: 20, serviceMs: 20 },
      { forMs: 5_000, rps: 100, slots: 20, serviceMs: 20 },
    ],
    createXorshift(1),
    (note) => notes.push(note),
  );
  expect(notes.map(({ kind }) => kind)).toEqual(["shedding", "shedding-ended"]);
  expect(notes[0]?.reason).toMatch(
    /^shop@1\.0\.0 queues above \d+ requests under way \(it answers in \d+(\.\d)? ms when it does not\): more are refused\.$/,
  );
});
