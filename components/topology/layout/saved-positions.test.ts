import { expect, test } from "vitest";
import { browserStorage, createSavedPositions } from "./saved-positions.ts";

function createStorage(content: Record<string, string> = {}) {
  const items = new Map(Object.entries(content));
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

test("a saved position is there for the next page, and only for the same mesh", () => {
  const storage = createStorage();
  createSavedPositions(storage, "mesh-a").save("payments", { x: 10.4, y: -3.6 });
  expect(createSavedPositions(storage, "mesh-a").read()).toEqual({ payments: { x: 10, y: -4 } });
  expect(createSavedPositions(storage, "mesh-b").read()).toEqual({});
});

test("clearing forgets what was saved", () => {
  const storage = createStorage();
  const positions = createSavedPositions(storage, "mesh");
  positions.save("payments", { x: 1, y: 2 });
  positions.clear();
  expect(positions.read()).toEqual({});
  expect(createSavedPositions(storage, "mesh").read()).toEqual({});
});

test("what is no position is left out, and a text that cannot be read counts as none", () => {
  const mixed = JSON.stringify({ good: { x: 1, y: 2 }, bad: { x: "1" }, worse: null });
  expect(createSavedPositions(createStorage({ "interlock.positions.mesh": mixed }), "mesh").read()).toEqual({ good: { x: 1, y: 2 } });
  expect(createSavedPositions(createStorage({ "interlock.positions.mesh": "{" }), "mesh").read()).toEqual({});
});

test("without storage positions last as long as the page", () => {
  const positions = createSavedPositions(null, "mesh");
  positions.save("payments", { x: 1, y: 2 });
  expect(positions.read()).toEqual({ payments: { x: 1, y: 2 } });
});

test("a browser that forbids its storage has none", () => {
  const forbidding = {
    get localStorage(): Storage {
      throw new DOMException("denied", "SecurityError");
    },
  };
  expect(browserStorage(forbidding)).toBeNull();
});
