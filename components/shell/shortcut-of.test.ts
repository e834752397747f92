import { describe, expect, test } from "vitest";
import { type KeyScene, shortcutOf } from "./shortcut-of.ts";

const page: KeyScene = { isPaletteOpen: false, isCovered: false, isTyping: false, isInChord: false };
const press = (key: string, more: { command?: boolean; alt?: boolean; taken?: boolean } = {}) => ({
  key,
  command: false,
  alt: false,
  taken: false,
  ...more,
});
const paletteKey = press("k", { command: true });

describe("keys that work on every page", () => {
  test.each([
    ["u", "undo"],
    ["r", "rollback"],
    ["?", "help"],
  ])("%s means %s", (key, action) => expect(shortcutOf(press(key), page)).toEqual({ kind: "act", action }));

  test.each([
    ["in a field", { ...page, isTyping: true }],
    ["beneath a dialog, a menu or a list", { ...page, isCovered: true }],
  ])("no plain key acts %s", (_, scene) => {
    for (const key of ["u", "r", "?", "g"]) expect(shortcutOf(press(key), scene)).toEqual({ kind: "none" });
    expect(shortcutOf(press("t"), { ...scene, isInChord: true })).toEqual({ kind: "none" });
  });

  test("keys of the browser, and those that somebody took, are left alone", () => {
    expect(shortcutOf(press("r", { command: true }), page)).toEqual({ kind: "none" });
    expect(shortcutOf(press("u", { alt: true }), page)).toEqual({ kind: "none" });
    expect(shortcutOf(press("r", { taken: true }), page)).toEqual({ kind: "none" });
  });

  test("g and a letter go to a page, and the letter does not act", () => {
    expect(shortcutOf(press("g"), page)).toEqual({ kind: "chord" });
    expect(shortcutOf(press("s"), { ...page, isInChord: true })).toEqual({ kind: "go", path: "/services" });
    expect(shortcutOf(press("u"), { ...page, isInChord: true })).toEqual({ kind: "none" });
  });
});

describe("the palette", () => {
  test("opens also while text is typed", () => {
    expect(shortcutOf(paletteKey, { ...page, isTyping: true })).toEqual({ kind: "palette", open: true });
    expect(shortcutOf(press("K", { command: true }), page)).toEqual({ kind: "palette", open: true });
  });

  test("never opens beneath a dialog, and the browser does not get its key", () => {
    expect(shortcutOf(paletteKey, { ...page, isCovered: true })).toEqual({ kind: "swallow" });
  });

  test("closes by the key that opened it", () => {
    expect(shortcutOf(paletteKey, { ...page, isPaletteOpen: true, isCovered: true, isTyping: true })).toEqual({
      kind: "palette",
      open: false,
    });
  });
});
