import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";
import type { AstNode } from "./walk-ast.ts";

/** Everything the checks look at, in memory, so that a rule is a function and a planted violation is a small text. */
export interface SourceTree {
  /** Text by path, relative to the project, with forward slashes. */
  readonly files: ReadonlyMap<string, string>;
  /** The paths of TypeScript and JavaScript, sorted. */
  readonly sources: readonly string[];
  /** The syntax tree of a source; parsed once. Throws when the text is no TypeScript. */
  ast(path: string): AstNode;
}

const FOLDERS = ["app", "bench", "components", "docs", "e2e", "lib", "public", "scripts", ".ci"];
const TEXT = /\.(ts|tsx|js|mjs|css|md|json|html)$|(^|\/)run$/;
const SOURCE = /\.(ts|tsx|js|mjs)$/;
const IGNORED = /(^|\/)(node_modules|\.next|planted|gen|results)(\/|$)|(^|\/)(next-env\.d\.ts|package-lock\.json)$/;

/** A tree of the given texts. */
export function createSourceTree(files: ReadonlyMap<string, string>): SourceTree {
  const parsed = new Map<string, AstNode>();
  return {
    files,
    sources: [...files.keys()].filter((path) => SOURCE.test(path)).toSorted(),
    ast(path) {
      const known = parsed.get(path);
      if (known !== undefined) return known;
      const lang = path.endsWith(".tsx") ? "tsx" : path.endsWith(".ts") ? "ts" : "js";
      const ast = parseAst(files.get(path) ?? "", { lang }, path) as unknown as AstNode;
      parsed.set(path, ast);
      return ast;
    },
  };
}

/** Reads the project's own files: the source folders, and what lies in its root. */
export function readSourceTree(root: string): SourceTree {
  const inFolders = FOLDERS.flatMap((folder) => filesUnder(root, folder));
  const inRoot = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = [...inFolders, ...inRoot.map((entry) => entry.name)].filter((path) => TEXT.test(path) && !IGNORED.test(path));
  const files = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  files.set("package-lock.json", readFileSync(join(root, "package-lock.json"), "utf8"));
  return createSourceTree(files);
}

/** How many sources there are, counted another way: a reader that silently skips a folder would prove every rule. */
export function countSources(root: string): number {
  const patterns = [...FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx,js,mjs}`), "*.{ts,tsx,js,mjs}"];
  return globSync(patterns, { cwd: root }).filter((path) => !IGNORED.test(path.replaceAll("\\", "/"))).length;
}

function filesUnder(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (IGNORED.test(path)) return [];
      return entry.isDirectory() ? filesUnder(root, path) : [path];
    });
  } catch {
    return [];
  }
}
