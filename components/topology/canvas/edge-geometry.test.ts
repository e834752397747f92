import { describe, expect, test } from "vitest";
import { createEdgeLine, distanceTo, findLineAt, pointAt } from "./edge-geometry.ts";

const box = (x: number, y: number) => ({ x, y, width: 184, height: 90 });

describe("an edge", () => {
  test("leaves the right side of its source and enters the left side of its target", () => {
    const line = createEdgeLine(box(0, 0), box(300, 200));
    expect(pointAt(line, 0)).toEqual({ x: 184, y: 45 });
    expect(pointAt(line, line.length)).toEqual({ x: 300, y: 245 });
  });

  test("passes its bends level", () => {
    const line = createEdgeLine(box(0, 0), box(600, 0), [{ x: 392, y: 300 }]);
    expect(distanceTo(line, { x: 392, y: 300 })).toBeLessThan(0.5);
    expect(distanceTo(line, { x: 320, y: 300 })).toBeLessThan(0.5);
  });

  test("goes from bottom to top between boxes of one column", () => {
    const line = createEdgeLine(box(0, 0), box(0, 200));
    expect(pointAt(line, 0)).toEqual({ x: 92, y: 90 });
    expect(pointAt(line, line.length)).toEqual({ x: 92, y: 200 });
  });

  test("is as long as its polyline, and half of it is in the middle", () => {
    const line = createEdgeLine(box(0, 0), box(384, 0));
    expect(line.length).toBeCloseTo(200, 3);
    expect(pointAt(line, 100).x).toBeCloseTo(284, 3);
  });
});

test("the nearest line under the pointer is found, and none beyond reach", () => {
  const lines = new Map([
    ["upper", createEdgeLine(box(0, 0), box(384, 0))],
    ["lower", createEdgeLine(box(0, 100), box(384, 100))],
  ]);
  expect(findLineAt(lines, { x: 284, y: 47 }, 6)).toBe("upper");
  expect(findLineAt(lines, { x: 284, y: 143 }, 6)).toBe("lower");
  expect(findLineAt(lines, { x: 284, y: 95 }, 6)).toBeNull();
});
