import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalisePath, routedPath } from "./normalise-path.ts";

const piece = fc.oneof(
  fc.constantFrom(
    "/",
    "//",
    ".",
    "..",
    "/..",
    "/.",
    "a",
    "%2e",
    "%2E",
    "%2f",
    "%5c",
    "%25",
    "%",
    ";",
    "\\",
    "%3b",
    "~",
    "%7E",
    "é",
    "%c3%a9",
    "%C0",
    "2e",
  ),
  fc.string({ maxLength: 3 }),
);
const tricky = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);

/** What a server that decodes once makes of a path: bytes, segments without empty ones, dots resolved. */
function served(path: string): string {
  const segments: string[] = [];
  for (const segment of decodeURIComponent(path).split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `${segments.join("/")}${/\/\.{0,2}$/.test(decodeURIComponent(path)) ? "/" : ""}`;
}

describe("the normal form of a path", () => {
  test("is its own normal form", () => {
    fc.assert(
      fc.property(tricky, (path) => {
        const once = normalisePath(path);
        expect(once.ok ? normalisePath(once.value) : once).toEqual(once);
        expect(routedPath(routedPath(path))).toBe(routedPath(path));
      }),
      { numRuns: 3_000 },
    );
  });

  test("means to a server that decodes once what the path as sent means", () => {
    fc.assert(
      fc.property(tricky, (path) => {
        const normal = normalisePath(path);
        expect(served(normal.ok ? normal.value : "/")).toBe(served(normal.ok ? path : "/"));
      }),
      { numRuns: 3_000 },
    );
  });

  test("is the same for two paths that such a server takes for the same", () => {
    const spelling = fc.constantFrom("plain", "escaped");
    const spelled = (text: string, ways: readonly string[]) =>
      [...text]
        .map((each, index) => (each !== "/" && ways[index % ways.length] === "escaped" ? `%${each.charCodeAt(0).toString(16)}` : each))
        .join("");
    const word = fc.array(fc.constantFrom("/", "a", "+", "~", "{", "."), { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
    fc.assert(
      fc.property(word, fc.array(spelling, { minLength: 1 }), fc.array(spelling, { minLength: 1 }), (text, left, right) => {
        expect(normalisePath(spelled(text, left))).toEqual(normalisePath(spelled(text, right)));
      }),
      { numRuns: 1_000 },
    );
  });

  test("never holds what was to be taken out of it", () => {
    fc.assert(
      fc.property(tricky, (path) => {
        const normal = normalisePath(path);
        expect(normal.ok ? normal.value : "/").toMatch(/^\/(?!\/)/);
        expect(normal.ok ? normal.value : "/").not.toMatch(/\/\/|\/\.{1,2}(?:\/|$)|%2f|%5c|%3b|[;\\?#\s]|[^\x21-\x7e]/i);
      }),
      { numRuns: 3_000 },
    );
  });
});
