import fc from "fast-check";
import { expect, test } from "vitest";
import { envOf, envText } from "./env-text.ts";

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/).filter((text) => text !== "__proto__");
const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(fc.constantFrom("'", "\\", "\n", "\r", "$", "=", " ", "A=b", '"', "n"), { maxLength: 12 }).map((parts) => parts.join("")),
);

test("what is written is read back as the same variables, line breaks and quotes included", () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (env) => {
      const text = envText(env);
      expect(text).not.toContain("\r");
      expect(envOf(text)).toEqual(env);
    }),
  );
});

test.each([
  ["A=1\n\n  B = 2 \n", { A: "1", B: " 2 " }],
  ["PEM='one\nFOO=bar'\nA=x", { PEM: "one\nFOO=bar", A: "x" }],
  ["A='it'\\''s'", { A: "it's" }],
  ["A='open\nB=2", { A: "'open", B: "2" }],
  ["A='a' b", { A: "'a' b" }],
  ["ALONE", { ALONE: "" }],
])("%j", (text, env) => expect(envOf(text)).toEqual(env));
