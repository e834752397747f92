import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AutoscaleMemory, autoscale, startAutoscale } from "./index.ts";

const TICK_MS = 500;
const settingsOf = fc
  .record({
    min: fc.integer({ min: 1, max: 5 }),
    span: fc.integer({ min: 0, max: 20 }),
    targetRps: fc.double({ min: 0.5, max: 500, noNaN: true }),
    stabilisationMs: fc.constantFrom(0, 1_000, 5_000, 20_000),
  })
  .map(({ span, ...settings }) => ({ ...settings, max: settings.min + span }));

function run(settings: Parameters<typeof autoscale>[0], from: number, load: (tick: number) => number | null, ticks: number): number[] {
  let memory: AutoscaleMemory = startAutoscale(settings, from, 0);
  return Array.from({ length: ticks }, (_, tick) => {
    memory = autoscale(settings, memory, load(tick), (tick + 1) * TICK_MS);
    return memory.target;
  });
}

function changes(targets: readonly number[]): number {
  return targets.filter((target, index) => index > 0 && target !== targets[index - 1]).length;
}

const loads = fc.double({ min: 0, max: 5_000, noNaN: true });
const starts = fc.integer({ min: 0, max: 30 });

describe("autoscaling", () => {
  test("never flaps on a constant load: it moves once at most", () => {
    fc.assert(
      fc.property(settingsOf, loads, starts, (settings, rps, from) => {
        expect(changes(run(settings, from, () => rps, 150))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("never flaps on a load that varies by 4 %: it goes up, or down, never both", () => {
    fc.assert(
      fc.property(
        settingsOf,
        loads,
        starts,
        fc.infiniteStream(fc.double({ min: 0.96, max: 1.04, noNaN: true })),
        (settings, rps, from, noise) => {
          const targets = run(settings, from, () => rps * (noise.next().value as number), 200);
          const ups = targets.some((target, index) => index > 0 && target > (targets[index - 1] ?? 0));
          const downs = targets.some((target, index) => index > 0 && target < (targets[index - 1] ?? 0));
          expect(ups && downs).toBe(false);
        },
      ),
    );
  });

  test("stays within its limits, whatever the load", () => {
    fc.assert(
      fc.property(settingsOf, starts, fc.infiniteStream(fc.option(loads)), (settings, from, load) => {
        for (const target of run(settings, from, () => load.next().value as number | null, 100)) {
          expect(target).toBeGreaterThanOrEqual(settings.min);
          expect(target).toBeLessThanOrEqual(settings.max);
        }
      }),
    );
  });

  test("ends with enough for a constant load, and with no more than the band asks for", () => {
    fc.assert(
      fc.property(settingsOf, loads, starts, (settings, rps, from) => {
        const target = run(settings, from, () => rps, 150).at(-1) ?? 0;
        const most = Math.max(settings.min, Math.ceil((rps * 1.1) / settings.targetRps));
        const carried = target < settings.max ? target * settings.targetRps * 1.1 : rps;
        expect(carried).toBeGreaterThanOrEqual(rps - 1e-6);
        expect(target).toBeLessThanOrEqual(most);
      }),
    );
  });

  test("goes up at once and down only after the load was low for the whole window", () => {
    const settings = { min: 1, max: 10, targetRps: 10, stabilisationMs: 5_000 };
    const targets = run(settings, 1, (tick) => (tick < 20 ? 55 : tick < 25 ? 5 : tick < 26 ? 55 : 5), 60);
    expect(targets.slice(0, 35)).toEqual(Array(35).fill(6));
    expect(targets.at(-1)).toBe(1);
  });

  test("without a measurement nothing moves, and a window that was interrupted begins anew", () => {
    const settings = { min: 1, max: 10, targetRps: 10, stabilisationMs: 5_000 };
    expect(run(settings, 6, () => null, 60)).toEqual(Array(60).fill(6));
    expect(run(settings, 6, (tick) => (tick % 8 === 0 ? null : 5), 60)).toEqual(Array(60).fill(6));
  });
});
