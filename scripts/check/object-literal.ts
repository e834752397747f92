import { type AstNode, isAstNode, stringOf, walkAst } from "./walk-ast.ts";

/** The top-level keys of `export const name = { … }`; null when there is no such literal. */
export function literalKeys(ast: AstNode, name: string): readonly string[] | null {
  const literal = literalOf(ast, name);
  return literal === null ? null : propertiesOf(literal).map(([key]) => key);
}

/** All texts of `export const name = { … }` by their path ("split.title"); null when it is not a plain literal of texts. */
export function literalTexts(ast: AstNode, name: string): ReadonlyMap<string, string> | null {
  const literal = literalOf(ast, name);
  if (literal === null) return null;
  const texts = new Map<string, string>();
  return collect(literal, "", texts) ? texts : null;
}

function collect(literal: AstNode, prefix: string, texts: Map<string, string>): boolean {
  return propertiesOf(literal).every(([key, value]) => {
    const text = concatenated(value);
    if (text !== null) texts.set(`${prefix}${key}`, text);
    return text !== null || (value.type === "ObjectExpression" && collect(value, `${prefix}${key}.`, texts));
  });
}

/** A literal, or several joined by "+". */
function concatenated(value: AstNode): string | null {
  if (value.type !== "BinaryExpression" || value["operator"] !== "+") return stringOf(value);
  const [left, right] = [value["left"], value["right"]];
  const [first, second] = [isAstNode(left) ? concatenated(left) : null, isAstNode(right) ? concatenated(right) : null];
  return first === null || second === null ? null : first + second;
}

function literalOf(ast: AstNode, name: string): AstNode | null {
  let found: AstNode | null = null;
  walkAst(ast, (node) => {
    if (node.type !== "VariableDeclarator" || !isAstNode(node["id"]) || node["id"]["name"] !== name) return;
    const value = bare(node["init"]);
    if (value?.type === "ObjectExpression") found ??= value;
  });
  return found;
}

/** The literal inside `… as const` and `… satisfies T`. */
function bare(value: unknown): AstNode | null {
  if (!isAstNode(value)) return null;
  return value.type === "TSAsExpression" || value.type === "TSSatisfiesExpression" ? bare(value["expression"]) : value;
}

function propertiesOf(literal: AstNode): readonly (readonly [string, AstNode])[] {
  return (literal["properties"] as readonly AstNode[]).flatMap((property) => {
    const { key, value } = property as { key?: unknown; value?: unknown };
    const name = stringOf(key) ?? (isAstNode(key) && key.type === "Identifier" ? String(key["name"]) : "(computed)");
    return isAstNode(value) ? [[name, value] as const] : [["(spread)", property] as const];
  });
}
