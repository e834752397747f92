import { expect, test } from "vitest";
import { type FindTyping, openTyping, seeAddress, typeText, writeAddress } from "./find-typing.ts";

const typed = (text: string, from: FindTyping = openTyping("")) => typeText(from, text);

test("a text that was written and not yet seen in the address stays", () => {
  const state = writeAddress(typed("pay"), "pay");
  expect(seeAddress(state, "")).toBe(state);
  expect(state.text).toBe("pay");
});

test("keys typed before the address tells of the earlier text are kept", () => {
  const state = typed("paym", writeAddress(typed("pay"), "pay"));
  expect(seeAddress(state, "pay")).toEqual({ text: "paym", seen: "pay", written: [] });
});

test("steps that the browser leaves out, or tells of late, undo nothing", () => {
  const state = typed("abc", writeAddress(writeAddress(typed("ab"), "a"), "ab"));
  expect(seeAddress(state, "ab")).toEqual({ text: "abc", seen: "ab", written: [] });
  expect(seeAddress(state, "a")).toEqual({ text: "abc", seen: "a", written: ["ab"] });
});

test("an address changed from elsewhere replaces the text, also by one that was typed earlier", () => {
  expect(seeAddress(typed("pay"), "cart")).toEqual(openTyping("cart"));
  const settled = seeAddress(writeAddress(typed("pay"), "pay"), "pay");
  expect(seeAddress(seeAddress(settled, "cart"), "pay")).toEqual(openTyping("pay"));
});
