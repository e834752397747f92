import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRangeHeader, RangeHeaderReader } from "./range-header.ts";

describe("x-interlock-range", () => {
  test("gives each named service a range", () => {
    const parsed = parseRangeHeader("payments=^2.1, checkout=>=1.2 <2 || 3.x");
    expect(parsed.ok && [...parsed.value]).toEqual([
      ["payments", "^2.1"],
      ["checkout", ">=1.2 <2 || 3.x"],
    ]);
  });

  test.each([
    ["", "is not service=range"],
    ["payments", "is not service=range"],
    ["payments=^2.1,", "is not service=range"],
    ["payments=", "range"],
    ["payments=newest", "range"],
    ["Payments=^2", "Payments"],
    ["ingress=^2", "ingress"],
    ["payments=^2,payments=^3", "twice"],
    [`payments=${"1".repeat(1_024)}`, "longer"],
    [Array.from({ length: 17 }, (_, index) => `s${index}=1`).join(), "more than 16"],
  ])("%.40s is refused: %s", (value, why) => {
    expect(parseRangeHeader(value)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
  });

  test("is read from any text without failing, and alike when it is read again", () => {
    const reader = new RangeHeaderReader();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `payments=${text}`),
        ),
        (text) => {
          const once = parseRangeHeader(text);
          expect(reader.read(text)).toEqual(once);
          expect(reader.read(text)).toEqual(once);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
