import { describe, expect, test } from "vitest";
import { followValue, isUnsent, sendText, startText, type TypedText } from "./typed-text.ts";

const type = (field: TypedText, text: string): TypedText => ({ ...field, text });
const send = (field: TypedText, text: string): TypedText => sendText(type(field, text), text);

describe("a field whose value lives elsewhere", () => {
  test("is emptied when its value is cleared elsewhere", () => {
    const shown = followValue(send(startText(""), "lea"), "lea");
    expect(followValue(shown, "")).toEqual(startText(""));
  });

  test("keeps what is typed while what it sent comes round, late and one by one", () => {
    let field = startText("");
    for (const text of ["p", "pa", "pay"]) field = send(field, text);
    field = type(field, "paym");
    for (const value of ["p", "pa", "pay"]) {
      field = followValue(field, value);
      expect(field.text).toBe("paym");
    }
    expect(isUnsent(field)).toBe(true);
    expect(isUnsent(sendText(field, "paym"))).toBe(false);
    expect(isUnsent(sendText(field, "pay"))).toBe(true);
  });

  test("takes the last of several as the word for all of them", () => {
    let field = startText("");
    for (const text of ["p", "pa"]) field = send(field, text);
    expect(followValue(field, "pa")).toEqual({ text: "pa", pending: [], seen: "pa" });
  });

  test("follows another value also while its own is under way", () => {
    const field = send(startText("x"), "xy");
    expect(followValue(field, "")).toEqual(startText(""));
  });

  test("stays the same object while nothing is new", () => {
    const field = send(startText(""), "p");
    expect(followValue(field, "")).toBe(field);
  });
});
