/** Rules about files as such: their names, their folders, their headers. */
import type { Rule } from "./rule.ts";

const HEADER_LINES_MIN = 3;
const HEADER_LINES_MAX = 25;
const EMPTY_NAMES = ["utils", "util", "helpers", "helper", "common", "shared", "misc"];
/** Next reads meaning into these: `[service]`, `[[...path]]`, `(group)`, `@slot`, `_private`. */
const NEXT_FOLDER = /^(\[{1,2}(\.{3})?[a-z][a-zA-Z]*\]{1,2}|[(][a-z-]+[)]|[@_][a-z-]+)$/;
const KEBAB = /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/;

export const indexHeader: Rule = {
  name: "index-header",
  check: (tree) =>
    tree.sources
      .filter((path) => /^lib\/([a-z]+|api\/contract)\/index\.ts$/.test(path))
      .flatMap((path) => {
        const header = /^\/\*\*\n([\s\S]*?)\*\//.exec(tree.files.get(path) ?? "")?.[0];
        const lines = header?.split("\n").length ?? 0;
        if (lines >= HEADER_LINES_MIN && lines <= HEADER_LINES_MAX) return [];
        const message = `begin with a /** header of ${HEADER_LINES_MIN} to ${HEADER_LINES_MAX} lines: what it is, invariants, what it does not do (has ${lines})`;
        return [{ path, line: 1, message }];
      }),
};

export const folderNames: Rule = {
  name: "folder-names",
  check: (tree) =>
    [...tree.files.keys()].flatMap((path) => {
      const empty = path.split("/").find((part) => EMPTY_NAMES.includes(part.replace(/\.[a-z]+$/, "")));
      return empty === undefined ? [] : [{ path, line: 0, message: `"${empty}" says nothing: name it after the noun it is about` }];
    }),
};

export const kebabCase: Rule = {
  name: "kebab-case",
  check: (tree) =>
    tree.sources.flatMap((path) => {
      const wrong = path.split("/").find((part) => !KEBAB.test(part) && !(path.startsWith("app/") && NEXT_FOLDER.test(part)));
      return wrong === undefined ? [] : [{ path, line: 0, message: `"${wrong}" is not kebab-case: lower-case words with hyphens` }];
    }),
};

export const noBarrels: Rule = {
  name: "no-barrels",
  check: (tree) =>
    tree.sources
      .filter((path) => /^components\/(.*\/)?index\.tsx?$/.test(path))
      .map((path) => ({ path, line: 0, message: "no barrels in components/: import the component's own file and remove this one" })),
};
