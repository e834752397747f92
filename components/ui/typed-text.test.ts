import { expect, test } from "vitest";
import { followValue, startText, type TypedText } from "./typed-text.ts";

test("a value cleared elsewhere empties the field", () => {
  const field: TypedText = { text: "lea", sent: "lea", seen: "lea" };
  expect(followValue(field, "")).toEqual(startText(""));
});

test("text typed on is kept while the value that was sent comes round", () => {
  const sent: TypedText = { text: "le", sent: "l", seen: "" };
  expect(followValue(sent, "")).toBe(sent);
  expect(followValue(sent, "l")).toEqual({ text: "le", sent: "l", seen: "l" });
});
