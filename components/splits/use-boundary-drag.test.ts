import { expect, test } from "vitest";
import { targetOfKey } from "./use-boundary-drag.ts";

const plain = { shiftKey: false, altKey: false };

test.each([
  [{ ...plain, key: "ArrowLeft" }, 4900],
  [{ ...plain, key: "ArrowRight" }, 5100],
  [{ ...plain, key: "ArrowLeft", shiftKey: true }, 4000],
  [{ ...plain, key: "ArrowRight", altKey: true }, 5001],
  [{ ...plain, key: "PageUp" }, 6000],
  [{ ...plain, key: "Home" }, 0],
  [{ ...plain, key: "End" }, 10_000],
  [{ ...plain, key: "Enter" }, null],
])("from 50 %%, %j leads to %s basis points", (event, target) => {
  expect(targetOfKey(event, 5000)).toBe(target);
});
