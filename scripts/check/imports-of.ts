/**
 * What a file imports: static, type-only, re-exported, dynamic, in type position (`import("x").T`), by `require`, and by
 * `new URL("x", import.meta.url)`, which is how workers are named. Specifiers inside comments, strings and JSX text are not found,
 * because the file is parsed.
 */
import { posix } from "node:path";
import type { SourceTree } from "./source-tree.ts";
import { type AstNode, isAstNode, lineAt, nameOf, stringOf, walkAst } from "./walk-ast.ts";

export interface ImportEntry {
  readonly specifier: string;
  readonly line: number;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** The path inside the project; null for packages and for Node's own modules. */
  readonly target: string | null;
}

/** All imports of one file; a specifier that is computed comes out as "(computed)". */
export function importsOf(tree: SourceTree, path: string): readonly ImportEntry[] {
  const text = tree.files.get(path) ?? "";
  const entries: ImportEntry[] = [];
  walkAst(tree.ast(path), (node) => {
    const source = sourceOf(node);
    if (source === null) return;
    const specifier = stringOf(source) ?? "(computed)";
    entries.push({ specifier, line: lineAt(text, node.start), typeOnly: isTypeOnly(node), target: resolve(tree, path, specifier) });
  });
  return entries;
}

function sourceOf(node: AstNode): AstNode | null {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return nodeOrNull(node["source"] ?? node["argument"]);
    case "CallExpression":
      return nameOf(node["callee"]) === "require" ? firstArgument(node) : null;
    case "NewExpression":
      return nameOf(node["callee"]) === "URL" && nameOf(argument(node, 1)) === "import.meta.url" ? relativeOnly(firstArgument(node)) : null;
    default:
      return null;
  }
}

/** `new URL(".", import.meta.url)` names a folder and imports nothing. */
function relativeOnly(source: AstNode | null): AstNode | null {
  return source !== null && /\.(ts|tsx|js|mjs)$/.test(stringOf(source) ?? "") ? source : null;
}

function isTypeOnly(node: AstNode): boolean {
  if (node.type === "TSImportType") return true;
  if (node["importKind"] === "type" || node["exportKind"] === "type") return true;
  const specifiers = node["specifiers"];
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((each) => isAstNode(each) && (each["importKind"] === "type" || each["exportKind"] === "type"));
}

function resolve(tree: SourceTree, from: string, specifier: string): string | null {
  const isAlias = specifier.startsWith("@/");
  if (!isAlias && !specifier.startsWith(".")) return null;
  const path = isAlias ? specifier.slice(2) : posix.join(posix.dirname(from), specifier);
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`];
  return candidates.find((candidate) => tree.files.has(candidate)) ?? path;
}

function firstArgument(node: AstNode): AstNode | null {
  return nodeOrNull(argument(node, 0));
}

function argument(node: AstNode, index: number): unknown {
  const all = node["arguments"];
  return Array.isArray(all) ? all[index] : undefined;
}

function nodeOrNull(value: unknown): AstNode | null {
  return isAstNode(value) ? value : null;
}
