import fc from "fast-check";
import { expect, test } from "vitest";
import { commandText, commandWords } from "./command-words.ts";

test("what is written is read back as the same words", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), (words) => {
      expect(commandWords(commandText(words))).toEqual(words);
    }),
  );
});

test.each([
  ["node server.js --port $PORT", ["node", "server.js", "--port", "$PORT"]],
  ["sh -c 'exec node server.js'", ["sh", "-c", "exec node server.js"]],
  ['echo "a \\"b\\""  c\\ d', ["echo", 'a "b"', "c d"]],
  ["a''b ''", ["ab", ""]],
  ["   ", []],
])("%s", (text, words) => expect(commandWords(text)).toEqual(words));
