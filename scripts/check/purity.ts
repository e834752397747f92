/**
 * What may stand where: the pure core uses neither Node nor packages beyond its two, nor the wall clock, nor chance; the engine side
 * takes time and chance from what is passed in; what a browser loads does not import Node; what Node runs names files with their
 * endings and without the alias, because Node resolves neither.
 */
import { importsOf } from "./imports-of.ts";
import type { Rule, Violation } from "./rule.ts";
import type { SourceTree } from "./source-tree.ts";
import { lineAt, nameOf, walkAst } from "./walk-ast.ts";

const CORE = /^lib\/(std|model|sequential|versions|compatibility|routing)\//;
const CLOCKED = /^lib\/(std|model|sequential|versions|compatibility|routing|engine|registry|store|telemetry)\//;
const BROWSER = /^(components\/|lib\/client\/)/;
const RUN_BY_NODE = /^(lib|scripts|bench)\/|^server\.ts$/;
const CORE_PACKAGES = ["semver", "re2js"];
const CLOCK_AND_CHANCE = /^(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|crypto\.randomUUID)$/;
const ENDING = /\.(ts|tsx|js|mjs|css|json)$/;

export const pureCore: Rule = {
  name: "pure-core",
  check: (tree) =>
    imports(tree, CORE, ({ specifier, target }) =>
      target !== null || CORE_PACKAGES.includes(specifier)
        ? null
        : `the pure core must not import "${specifier}": take what it gives as a parameter, or move the code to the edge`,
    ),
};

export const injectedClock: Rule = {
  name: "injected-clock",
  check(tree) {
    return production(tree, CLOCKED).flatMap((path) => {
      const text = tree.files.get(path) ?? "";
      const violations: Violation[] = [];
      walkAst(tree.ast(path), (node) => {
        const isNewDate =
          node.type === "NewExpression" && nameOf(node["callee"]) === "Date" && (node["arguments"] as unknown[]).length === 0;
        const called = node.type === "CallExpression" ? nameOf(node["callee"]) : isNewDate ? "new Date" : "";
        if (!isNewDate && !CLOCK_AND_CHANCE.test(called)) return;
        violations.push({
          path,
          line: lineAt(text, node.start),
          message: `${called}: take time from the injected Clock and chance from Random`,
        });
      });
      return violations;
    });
  },
};

export const browserWithoutNode: Rule = {
  name: "browser-without-node",
  check: (tree) =>
    imports(tree, BROWSER, ({ specifier }) =>
      specifier.startsWith("node:") ? `a browser has no "${specifier}": keep it on the server side` : null,
    ),
};

export const importPaths: Rule = {
  name: "import-paths",
  check: (tree) =>
    tree.sources
      .filter((path) => RUN_BY_NODE.test(path))
      .flatMap((path) =>
        importsOf(tree, path).flatMap(({ specifier, line, target }) => {
          if (target === null) return [];
          if (specifier.startsWith("@/"))
            return [{ path, line, message: `Node does not know "@/": write "${specifier}" as a relative path` }];
          return ENDING.test(specifier) ? [] : [{ path, line, message: `Node needs the ending: write "${specifier}.ts"` }];
        }),
      ),
};

function imports(
  tree: SourceTree,
  where: RegExp,
  messageFor: (entry: { readonly specifier: string; readonly target: string | null }) => string | null,
): readonly Violation[] {
  return production(tree, where).flatMap((path) =>
    importsOf(tree, path).flatMap((entry) => {
      const message = messageFor(entry);
      return message === null ? [] : [{ path, line: entry.line, message }];
    }),
  );
}

/** Tests, what serves them, and entry points read clocks and files; the code under them does not. */
function production(tree: SourceTree, where: RegExp): readonly string[] {
  return tree.sources.filter((path) => where.test(path) && !/\.(test|soak|fixture)\.tsx?$|\/([a-z-]+-)?main\.ts$/.test(path));
}
