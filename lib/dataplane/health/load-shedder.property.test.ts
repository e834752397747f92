import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createXorshift } from "../../std/index.ts";
import { LoadShedder } from "./load-shedder.ts";

const TARGET_MS = 50;

function run(lates: readonly number[], busy = 1, onCpu = busy): LoadShedder {
  const shedder = new LoadShedder(TARGET_MS, createXorshift(1));
  let nowMs = 0;
  for (const late of lates) {
    nowMs += 25 + late;
    shedder.observe(late, { busy, onCpu }, nowMs);
  }
  return shedder;
}

describe("shedding", () => {
  test("never begins where in every interval some round comes in time, however late the others are", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 }), (lates) => {
        expect(run(lates.flatMap((late) => [late, 0])).share).toBe(0);
      }),
    );
  });

  test("leaves some requests in, however late every round is", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: TARGET_MS + 1, max: 100_000 }), { minLength: 20, maxLength: 300 }), (lates) => {
        const { share } = run(lates);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(0.95);
      }),
    );
  });

  test("never begins while the loop is late only because others have the processor", () => {
    expect(run(new Array<number>(100).fill(400), 0.6).share).toBe(0);
  });

  test("does not begin while others interrupt it for a few seconds, and does once that goes on", () => {
    const rounds = (seconds: number) => new Array<number>(Math.round((seconds * 1_000) / 125)).fill(100);
    expect(run(rounds(4), 1, 0.4).share).toBe(0);
    expect(run([...rounds(4), 0, ...rounds(4)], 1, 0.4).share).toBe(0);
    expect(run(rounds(4), 1, 0.95).share).toBeGreaterThan(0.5);
    expect(run(rounds(12), 1, 0.4).share).toBeGreaterThan(0.5);
  });

  test("ends by itself once rounds come in time", () => {
    expect(run([...new Array<number>(100).fill(400), ...new Array<number>(200).fill(0)]).share).toBe(0);
  });
});
