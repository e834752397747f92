import { expect, test } from "vitest";
import { createPictureStore, type PictureState, select, tabStopOf } from "./picture-store.ts";

const box = { x: 0, y: 0, width: 100, height: 50 };
const state = (part: Partial<PictureState>): PictureState => ({
  ...createPictureStore().getState(),
  boxes: new Map(["ingress", "cart", "payments"].map((name) => [name, box])),
  ...part,
});

test("before anything was focused the Tab key reaches the first service, never the traffic from outside", () => {
  expect(tabStopOf(state({}))).toBe("cart");
  expect(tabStopOf(state({ cursor: "ingress" }))).toBe("cart");
});

test("the Tab key comes back to where the keyboard was", () => {
  expect(tabStopOf(state({ cursor: "payments" }))).toBe("payments");
});

test("a service that is gone or hidden does not keep the Tab key from the others", () => {
  expect(tabStopOf(state({ cursor: "gone" }))).toBe("cart");
  expect(tabStopOf(state({ cursor: "cart", found: new Set(["payments"]), hideOthers: true }))).toBe("payments");
  expect(tabStopOf(state({ found: new Set(), hideOthers: true }))).toBeNull();
});

test("a service that is selected takes the keyboard along, so that it is what stays in view; an edge does not", () => {
  expect({ ...state({ cursor: "cart" }), ...select({ kind: "service", id: "payments" }) }).toMatchObject({ cursor: "payments" });
  expect({ ...state({ cursor: "cart" }), ...select({ kind: "edge", id: "cart>payments" }) }).toMatchObject({ cursor: "cart" });
  expect({ ...state({ cursor: "cart" }), ...select(null) }).toMatchObject({ cursor: "cart", selected: null });
});
