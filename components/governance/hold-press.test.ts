import { describe, expect, test } from "vitest";
import { createFakeClock } from "@/lib/testing/index.ts";
import { createHoldPress, type HoldPhase } from "./hold-press.ts";

function pressed() {
  const clock = createFakeClock();
  const phases: HoldPhase[] = [];
  let confirmed = 0;
  const hold = createHoldPress({
    holdMs: 700,
    armedMs: 4_000,
    after: (ms, act) => clock.after(ms, act),
    onPhase: (phase) => phases.push(phase),
    onConfirm: () => {
      confirmed += 1;
    },
  });
  return { clock, hold, phases, confirmed: () => confirmed };
}

describe("A press that is held", () => {
  test("confirms once, however long it lasts and however often its key repeats", () => {
    const { clock, confirmed, hold, phases } = pressed();
    hold.down();
    clock.advance(699);
    expect(confirmed()).toBe(0);
    clock.advance(1);
    expect(confirmed()).toBe(1);
    clock.advance(10_000);
    hold.up();
    clock.advance(10_000);
    expect(confirmed()).toBe(1);
    expect(phases).toEqual(["held", "rest"]);
  });

  test("confirms nothing where it was let go too soon, and leaves no timer behind", () => {
    const { clock, confirmed, hold } = pressed();
    hold.down();
    clock.advance(500);
    hold.up();
    clock.advance(10_000);
    expect(confirmed()).toBe(0);
  });

  test("confirms once with presses of assistive technology in the middle of it", () => {
    const { clock, confirmed, hold } = pressed();
    hold.down();
    clock.advance(500);
    hold.press();
    hold.press();
    clock.advance(10_000);
    expect(confirmed()).toBe(1);
  });

  test("takes over from a press that waited for its second one", () => {
    const { clock, confirmed, hold, phases } = pressed();
    hold.press();
    hold.down();
    hold.up();
    clock.advance(10_000);
    expect(confirmed()).toBe(0);
    expect(phases).toEqual(["armed", "held", "rest"]);
  });
});

describe("Presses that cannot be held", () => {
  test("confirm with the second one, and not after the first one was forgotten", () => {
    const { clock, confirmed, hold } = pressed();
    hold.press();
    clock.advance(4_000);
    hold.press();
    expect(confirmed()).toBe(0);
    hold.press();
    expect(confirmed()).toBe(1);
    clock.advance(10_000);
    expect(confirmed()).toBe(1);
  });
});
