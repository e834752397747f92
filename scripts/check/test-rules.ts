/** Rules about tests: a name is a guarantee, nothing is left out, nothing waits for the clock, nothing of ours is replaced. */
import type { Rule, Violation } from "./rule.ts";
import type { SourceTree } from "./source-tree.ts";
import { type AstNode, isAstNode, lineAt, nameOf, stringOf, walkAst } from "./walk-ast.ts";

const TEST_FILE = /\.(test|e2e|soak)\.tsx?$/;
const SOAK_FILE = /\.soak\.tsx?$/;
const TEST_CALL = /^(test|it|describe)(\.|$)/;
const LEFT_OUT = /\.(only|skip|todo|fixme|fails|skipIf|runIf)$/;
const FUNCTION = /Function/;

type Finding = string | null;

export const testNames = testRule("test-names", (node) => {
  if (node.type !== "CallExpression" || !TEST_CALL.test(nameOf(node["callee"]))) return null;
  const title = stringOf((node["arguments"] as unknown[])[0]) ?? "";
  return /\bshould\b/i.test(title) ? `"${title}": state the guarantee ("the longer path wins"), without "should"` : null;
});

export const testsAllRun = testRule("tests-all-run", (node) => {
  const name = node.type === "MemberExpression" ? nameOf(node) : "";
  return TEST_CALL.test(name) && LEFT_OUT.test(name) ? `${name}: every test runs everywhere; mend it or remove it` : null;
});

/** A soak is made of time passing; every other test awaits what it waits for. */
export const testsDoNotSleep = testRule(
  "tests-do-not-sleep",
  (node, ancestors) => {
    if (node.type === "ImportDeclaration" && stringOf(node["source"]) === "node:timers/promises") return sleeping("node:timers/promises");
    if (node.type !== "CallExpression") return null;
    const name = nameOf(node["callee"]);
    if (name.endsWith(".waitForTimeout")) return sleeping(name);
    if (name !== "setTimeout") return null;
    const isInPromise = ancestors.some((ancestor) => ancestor.type === "NewExpression" && nameOf(ancestor["callee"]) === "Promise");
    const resolves = nameOf((node["arguments"] as unknown[])[0]);
    return isInPromise && resolves !== "" ? sleeping(name) : null;
  },
  SOAK_FILE,
);

export const noConditionalAssertion = testRule("no-conditional-assertion", (node, ancestors) => {
  if (node.type !== "CallExpression" || !/^expect(\.|$)/.test(nameOf(node["callee"]))) return null;
  // Of a chain such as expect(x).toBe(y) only the outermost call counts.
  if (ancestors.at(-1)?.type === "MemberExpression") return null;
  const functionAt = ancestors.findLastIndex((ancestor) => FUNCTION.test(ancestor.type));
  const path = [...ancestors.slice(functionAt + 1), node];
  const conditional = path.some((each, index) => isConditional(each, path[index + 1]));
  return conditional ? "an assertion that may not run proves nothing: assert the condition first, or split the test" : null;
});

export const noMocksOfOurs = testRule("no-mocks-of-ours", (node) => {
  if (node.type !== "CallExpression" || !/^vi\.(mock|doMock)$/.test(nameOf(node["callee"]))) return null;
  return "no mocks: pass the real part or the in-memory implementation";
});

export const noNetworkInterception = testRule("no-network-interception", (node) => {
  const name = node.type === "CallExpression" ? nameOf(node["callee"]) : "";
  const found = /^(page|context|browserContext)\.(route|routeFromHAR|routeWebSocket)$/.test(name);
  return found ? `${name}: let the real engine produce the failure` : null;
});

function sleeping(what: string): string {
  return `${what}: await the event itself, or poll for the state (expect.poll)`;
}

/** Whether `inner` is a part of `node` that runs only sometimes. The condition itself always runs. */
function isConditional(node: AstNode, inner: AstNode | undefined): boolean {
  if (node.type === "IfStatement" || node.type === "ConditionalExpression") return inner !== node["test"];
  if (node.type === "LogicalExpression") return inner === node["right"];
  return node.type === "CatchClause" || node.type === "SwitchCase";
}

function testRule(name: string, find: (node: AstNode, ancestors: readonly AstNode[]) => Finding, exempt?: RegExp): Rule {
  const isMeant = (path: string) => TEST_FILE.test(path) && exempt?.test(path) !== true;
  return { name, check: (tree) => tree.sources.filter(isMeant).flatMap((path) => findIn(tree, path, find)) };
}

function findIn(tree: SourceTree, path: string, find: (node: AstNode, ancestors: readonly AstNode[]) => Finding): readonly Violation[] {
  const text = tree.files.get(path) ?? "";
  const violations: Violation[] = [];
  walkAst(tree.ast(path), (node, ancestors) => {
    const message = isAstNode(node) ? find(node, ancestors) : null;
    if (message !== null) violations.push({ path, line: lineAt(text, node.start), message });
  });
  return violations;
}
