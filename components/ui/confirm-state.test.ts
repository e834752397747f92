import { describe, expect, test } from "vitest";
import { confirmState } from "./confirm-state.ts";

const asking = { error: null, isPending: true };
const accepted = { error: null, isPending: false };
const refused = { error: new Error("payments 2.3.0 is live"), isPending: false };
const idle = { isPending: false };

describe("a button that confirms", () => {
  test("is blocked by what the engine refused beforehand, and says why", () => {
    expect(confirmState(refused, idle).whyNot).toBe("payments 2.3.0 is live");
  });

  test("can be pressed again after a press that failed", () => {
    const failed = { isPending: false, error: new Error("the engine does not answer") };
    expect(confirmState(accepted, failed)).toEqual({ disabled: false, whyNot: null });
  });

  test("is pressed once at a time", () => {
    expect(confirmState(accepted, { isPending: true }).disabled).toBe(true);
  });

  test("waits for the preview only where it says what for", () => {
    expect(confirmState(asking, idle).whyNot).toBeNull();
    expect(confirmState(asking, idle, "Asking").whyNot).toBe("Asking");
    expect(confirmState(accepted, idle, "Asking").whyNot).toBeNull();
  });
});
