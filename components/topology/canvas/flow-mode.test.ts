import { expect, test } from "vitest";
import { flowMode } from "./flow-mode.ts";

const near = { zoom: 1, edges: 40, isStale: false, isStill: false };

test("dots travel along near edges, and stand while figures are old or less motion is asked for", () => {
  expect(flowMode(near)).toBe("moving");
  expect(flowMode({ ...near, isStale: true })).toBe("standing");
  expect(flowMode({ ...near, isStill: true })).toBe("standing");
});

test("from afar and in large meshes there are no dots, not even standing ones", () => {
  for (const part of [{ zoom: 0.44 }, { edges: 601 }]) {
    expect(flowMode({ ...near, ...part })).toBe("none");
    expect(flowMode({ ...near, ...part, isStale: true, isStill: true })).toBe("none");
  }
});
