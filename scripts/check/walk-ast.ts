/** A node of the ESTree that vitest's parser gives; only what a rule asks about is typed. */
export interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Visits every node with its ancestors, the nearest last. */
export function walkAst(root: AstNode, visit: (node: AstNode, ancestors: readonly AstNode[]) => void): void {
  const ancestors: AstNode[] = [];
  const enter = (node: AstNode) => {
    visit(node, ancestors);
    ancestors.push(node);
    for (const child of childrenOf(node)) enter(child);
    ancestors.pop();
  };
  enter(root);
}

/** Whether a value found in a node is a node itself. */
export function isAstNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The text of a string literal or of a template without holes; null for everything else. */
export function stringOf(value: unknown): string | null {
  if (!isAstNode(value)) return null;
  if (value.type === "Literal") return typeof value["value"] === "string" ? value["value"] : null;
  if (value.type !== "TemplateLiteral") return null;
  const quasis = value["quasis"] as readonly { readonly value: { readonly cooked: string } }[];
  return quasis.length === 1 ? (quasis[0]?.value.cooked ?? null) : null;
}

/** "test.only" of a callee `test.only`, "fetch" of `fetch`; an empty text where it is no plain path of names. */
export function nameOf(value: unknown): string {
  if (!isAstNode(value)) return "";
  if (value.type === "Identifier") return String(value["name"]);
  if (value.type === "MetaProperty") return "import.meta";
  if (value.type === "CallExpression") return nameOf(value["callee"]);
  if (value.type !== "MemberExpression" || value["computed"] === true) return "";
  return `${nameOf(value["object"])}.${nameOf(value["property"])}`;
}

/** The line, from 1, of an offset in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf("\n"); index !== -1 && index < offset; index = text.indexOf("\n", index + 1)) line += 1;
  return line;
}

function childrenOf(node: AstNode): readonly AstNode[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isAstNode) : isAstNode(value) ? [value] : []));
}
