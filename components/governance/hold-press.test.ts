import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHoldPress, type HoldPhase } from "./hold-press.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function pressed() {
  const phases: HoldPhase[] = [];
  let confirmed = 0;
  const hold = createHoldPress({
    holdMs: 700,
    armedMs: 4_000,
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    onPhase: (phase) => phases.push(phase),
    onConfirm: () => {
      confirmed += 1;
    },
  });
  return { hold, phases, confirmed: () => confirmed };
}

describe("A press that is held", () => {
  test("confirms once, however long it lasts and however often its key repeats", () => {
    const { confirmed, hold, phases } = pressed();
    hold.down();
    vi.advanceTimersByTime(699);
    expect(confirmed()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(confirmed()).toBe(1);
    vi.advanceTimersByTime(10_000);
    hold.up();
    vi.advanceTimersByTime(10_000);
    expect(confirmed()).toBe(1);
    expect(phases).toEqual(["held", "rest"]);
  });

  test("confirms nothing where it was let go too soon, and leaves no timer behind", () => {
    const { confirmed, hold } = pressed();
    hold.down();
    vi.advanceTimersByTime(500);
    hold.up();
    vi.advanceTimersByTime(10_000);
    expect(confirmed()).toBe(0);
  });

  test("confirms once with presses of assistive technology in the middle of it", () => {
    const { confirmed, hold } = pressed();
    hold.down();
    vi.advanceTimersByTime(500);
    hold.press();
    hold.press();
    vi.advanceTimersByTime(10_000);
    expect(confirmed()).toBe(1);
  });

  test("takes over from a press that waited for its second one", () => {
    const { confirmed, hold, phases } = pressed();
    hold.press();
    hold.down();
    hold.up();
    vi.advanceTimersByTime(10_000);
    expect(confirmed()).toBe(0);
    expect(phases).toEqual(["armed", "held", "rest"]);
  });
});

describe("Presses that cannot be held", () => {
  test("confirm with the second one, and not after the first one was forgotten", () => {
    const { confirmed, hold } = pressed();
    hold.press();
    vi.advanceTimersByTime(4_000);
    hold.press();
    expect(confirmed()).toBe(0);
    hold.press();
    expect(confirmed()).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(confirmed()).toBe(1);
  });
});
