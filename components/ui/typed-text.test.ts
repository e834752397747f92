import { describe, expect, test } from "vitest";
import { followValue, isUnsent, sendText, startText, type TypedText } from "./typed-text.ts";

const type = (field: TypedText, text: string): TypedText => ({ ...field, text });

describe("a field whose value lives elsewhere", () => {
  test("is emptied when its value is cleared elsewhere", () => {
    const shown = followValue(sendText(type(startText(""), "lea")), "lea");
    expect(followValue(shown, "")).toEqual(startText(""));
  });

  test("keeps what is typed while what it sent comes round, late and one by one", () => {
    let field = startText("");
    for (const text of ["p", "pa", "pay"]) field = sendText(type(field, text));
    field = type(field, "paym");
    for (const value of ["p", "pa", "pay"]) {
      field = followValue(field, value);
      expect(field.text).toBe("paym");
    }
    expect(isUnsent(field)).toBe(true);
    expect(isUnsent(sendText(field))).toBe(false);
  });

  test("takes the last of several as the word for all of them", () => {
    let field = startText("");
    for (const text of ["p", "pa"]) field = sendText(type(field, text));
    expect(followValue(field, "pa")).toEqual({ text: "pa", pending: [], seen: "pa" });
  });

  test("follows another value also while its own is under way", () => {
    const field = sendText(type(startText("x"), "xy"));
    expect(followValue(field, "")).toEqual(startText(""));
  });

  test("stays the same object while nothing is new", () => {
    const field = sendText(type(startText(""), "p"));
    expect(followValue(field, "")).toBe(field);
    expect(sendText(field)).toBe(field);
  });
});
