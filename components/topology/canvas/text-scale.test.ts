import { expect, test } from "vitest";
import { textScale } from "./text-scale.ts";

test.each([1.4, 1, 0.95, 0.9, 0.85, 0.8, 0.77, 0.7, 0.65, 0.6])(
  "at zoom %d a version is at least eleven pixels high, within one",
  (zoom) => {
    expect(11 * textScale(zoom).version * zoom).toBeGreaterThanOrEqual(10.7);
  },
);

test("a lane's figures give way to its share, and lanes to the name, before they turn into dots", () => {
  expect([1, 0.8, 0.7, 0.5, 0.4].map((zoom) => textScale(zoom).detail)).toEqual(["near", "near", "middle", "middle", "far"]);
});

test("nothing is written larger than its line", () => {
  for (let zoom = 0.04; zoom < 2; zoom += 0.01) {
    const { figure, name, share, version } = textScale(zoom);
    expect(Math.max(version, share, figure) * 11.5).toBeLessThan(21);
    expect(name * 12).toBeLessThan(30);
  }
});
