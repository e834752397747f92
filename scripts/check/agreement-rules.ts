/** Rules about two places that have to agree: English and Chinese, codes and their paragraphs, the lock and what it locks. */
import { missingOptionals } from "../bootstrap/lock-gaps.js";
import { literalKeys, literalTexts } from "./object-literal.ts";
import { placeholdersOf } from "./placeholders.ts";
import type { Rule, Violation } from "./rule.ts";
import type { SourceTree } from "./source-tree.ts";

const CODES = "lib/model/error-codes.ts";
const FAILURES = "docs/failure-modes.md";
const LOCK = "package-lock.json";

export const messageCatalogues: Rule = {
  name: "message-catalogues",
  check: (tree) =>
    tree.sources
      .filter((path) => /^components\/messages\/[^/]+\.ts$/.test(path) && !path.includes(".test."))
      .flatMap((path) => checkCatalogue(tree, path)),
};

function checkCatalogue(tree: SourceTree, path: string): readonly Violation[] {
  const english = literalTexts(tree.ast(path), "en");
  const chinese = literalTexts(tree.ast(path), "zh");
  if (english === null && chinese === null) return [];
  if (english === null || chinese === null) return [{ path, line: 0, message: "export both en and zh as plain object literals of texts" }];
  const keys = [...new Set([...english.keys(), ...chinese.keys()])];
  return keys.flatMap((key) => {
    const message = compareTexts(key, english.get(key), chinese.get(key));
    return message === null ? [] : [{ path, line: 0, message }];
  });
}

function compareTexts(key: string, english: string | undefined, chinese: string | undefined): string | null {
  if (english === undefined) return `"${key}" is missing in en: add it, or remove it from zh`;
  if (chinese === undefined) return `"${key}" is missing in zh: add it, or remove it from en`;
  if (english.trim() === "" || chinese.trim() === "") return `"${key}" is empty: write the text`;
  const [wanted, found] = [placeholdersOf(english).join(", "), placeholdersOf(chinese).join(", ")];
  return wanted === found ? null : `"${key}" takes {${wanted}} in en and {${found}} in zh: use the same placeholders`;
}

export const failureModes: Rule = {
  name: "failure-modes",
  check(tree) {
    const codes = tree.files.has(CODES) ? literalKeys(tree.ast(CODES), "ERROR_CODES") : null;
    const document = tree.files.get(FAILURES);
    if (codes === null) return [];
    const described = [...(document ?? "").matchAll(/^#{2,4} `([a-z.-]+)`\s*\n+(?!#)\S/gm)].map((match) => match[1] ?? "");
    const undescribed = codes.filter((code) => !described.includes(code));
    const unknown = described.filter((code) => !codes.includes(code));
    return [
      ...undescribed.map((code) => ({ path: FAILURES, line: 0, message: `write a paragraph for operators under the heading \`${code}\`` })),
      ...unknown.map((code) => ({ path: FAILURES, line: 0, message: `\`${code}\` is no code of ${CODES}: remove its paragraph` })),
    ];
  },
};

export const completeLock: Rule = {
  name: "complete-lock",
  check(tree) {
    const text = tree.files.get(LOCK);
    if (text === undefined) return [];
    return missingOptionals(JSON.parse(text)).map(({ name, wantedBy }) => ({
      path: LOCK,
      line: 0,
      message: `${name}, wanted by ${wantedBy}, is missing and npm ci would refuse the lock: run node scripts/complete-lock.js`,
    }));
  },
};
