import { expect, test } from "vitest";
import { targetOfKey, targetOfPointer } from "./use-boundary-drag.ts";

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

const drag = { pointerX: 100, startBp: 5000, trackWidth: 400 };

test("a pressed pointer takes the boundary along, in whole percents, and finer with alt", () => {
  expect(targetOfPointer({ buttons: 1, clientX: 141, altKey: false }, drag)).toBe(6000);
  expect(targetOfPointer({ buttons: 1, clientX: 141, altKey: true }, drag)).toBe(6025);
});

test("a pointer that comes back without a button ends the drag instead of moving the boundary", () => {
  expect(targetOfPointer({ buttons: 0, clientX: 141, altKey: false }, drag)).toBeNull();
});
