import { expect, test } from "vitest";
import { requirementIn } from "./requirement-in.ts";

test("the parts of a requirement are read out of the engine's sentence", () => {
  expect(requirementIn("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.")).toEqual({
    consumer: "checkout 1.4.0",
    provider: "payments",
    range: "^2.1.0",
    version: "3.0.0",
  });
  expect(requirementIn("a 1.0.0 requires b >=1.0.0 <2.0.0 || ^3.0.0, which excludes 2.5.0.")?.range).toBe(">=1.0.0 <2.0.0 || ^3.0.0");
});

test("any other sentence is left alone", () => {
  for (const sentence of ["", "ci verified checkout 1.4.0 against payments 3.0.0: failed.", "checkout requires payments"])
    expect(requirementIn(sentence)).toBeNull();
});
