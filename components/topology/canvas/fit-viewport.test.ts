import { describe, expect, test } from "vitest";
import { fitAll, fitToRead, READING_ZOOM } from "./fit-viewport.ts";

const box = (x: number, y = 0) => ({ x, y, width: 190, height: 90 });
const CHAIN = new Map([0, 250, 500, 750, 1000, 1250].map((x, index) => [`s${index}`, box(x)]));

describe("fitting the picture", () => {
  test("a small mesh is not blown up", () => {
    expect(fitAll(new Map([["one", box(0)]]), { width: 1200, height: 800 })).toEqual({ x: 505, y: 355, zoom: 1 });
  });

  test("everything is shown while it can be read", () => {
    const room = { width: 1500, height: 800 };
    expect(fitToRead(CHAIN, room, ["s5"], new Set(["s4"]))).toEqual(fitAll(CHAIN, room));
  });

  test("in a narrow room the chosen service is shown with its neighbours, large enough to be read", () => {
    const { x, zoom } = fitToRead(CHAIN, { width: 700, height: 800 }, ["s4"], new Set(["s3", "s5"]));
    expect(zoom).toBeGreaterThanOrEqual(READING_ZOOM);
    expect(750 * zoom + x).toBeGreaterThan(0);
    expect(1440 * zoom + x).toBeLessThan(700);
  });

  test("neighbours too far apart to be read together leave the chosen one in the middle", () => {
    const { x, zoom } = fitToRead(CHAIN, { width: 450, height: 800 }, ["s2"], new Set(["s0", "s5"]));
    expect(zoom).toBe(READING_ZOOM);
    expect((500 + 95) * zoom + x).toBeCloseTo(225);
  });

  test("without a chosen service the whole mesh is shown, however small", () => {
    const room = { width: 450, height: 800 };
    expect(fitToRead(CHAIN, room, [], new Set())).toEqual(fitAll(CHAIN, room));
  });
});
