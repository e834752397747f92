/** Rules about what is written in comments and prose, documents included. */
import type { Rule, Violation } from "./rule.ts";
import type { SourceTree } from "./source-tree.ts";

const REASON_CHARS_MIN = 12;
const SUPPRESSION = /(biome-ignore(?:-all|-start)?\s+[\w/]+|@ts-expect-error|(?:v8|c8|istanbul) ignore \w+)\s*:?\s*(.*?)\s*(?:\*\/\}?)?$/;
const FORBIDDEN_SUPPRESSION = /@ts-ignore|@ts-nocheck|eslint-disable|prettier-ignore/;
/** The rules themselves and their description spell out what they forbid. */
const ABOUT_RULES = /^(scripts\/check\/|docs\/style\.md$)/;

export const noTodo = lineRule("no-todo", /\b(TODO|FIXME|XXX|HACK)\b/, "finish it now, or open an issue and say what is absent");

export const noMachinePaths = lineRule(
  "no-machine-paths",
  /(^|[\s"'`(=])(\/(work|home|Users|mnt)\/[\w.]|(\.\.\/)+shared\/|[A-Z]:\\\\?Users\\)/,
  "a path of one machine: derive it from the project's folder, os.tmpdir() or a setting",
);

export const noBanners = lineRule(
  "no-banners",
  /^\s*(\/\/|\/\*+|\*|#|\{\/\*)\s*[-=*─━═#~_]{4,}/,
  "no banners: split the file where you wanted to draw a line",
  /\.(ts|tsx|js|mjs|css)$/,
);

export const suppressionReason: Rule = {
  name: "suppression-reason",
  check: (tree) =>
    prose(tree, /\.(ts|tsx|js|mjs|css)$/).flatMap(({ path, line, text }) => {
      const banned = FORBIDDEN_SUPPRESSION.exec(text)?.[0];
      if (banned !== undefined)
        return [{ path, line, message: `${banned} hides more than one error: use @ts-expect-error or biome-ignore with a reason` }];
      const found = SUPPRESSION.exec(text);
      if (found === null || isReason(found[2] ?? "")) return [];
      return [{ path, line, message: `say after "${found[1]}" why this is right here, in a few words` }];
    }),
};

function isReason(text: string): boolean {
  return text.length >= REASON_CHARS_MIN && !text.startsWith("<");
}

function lineRule(name: string, pattern: RegExp, fix: string, where: RegExp = /./): Rule {
  return {
    name,
    check: (tree) =>
      prose(tree, where).flatMap(({ path, line, text }): readonly Violation[] => {
        const found = pattern.exec(text)?.[0].trim();
        return found === undefined ? [] : [{ path, line, message: `"${found}": ${fix}` }];
      }),
  };
}

function prose(tree: SourceTree, where: RegExp): readonly { readonly path: string; readonly line: number; readonly text: string }[] {
  return [...tree.files]
    .filter(([path]) => where.test(path) && !ABOUT_RULES.test(path) && path !== "package-lock.json")
    .flatMap(([path, content]) => content.split("\n").map((text, index) => ({ path, line: index + 1, text })));
}
