import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { YamlOutcome } from "./parse-yaml.ts";

process.once("message", (text: string) => {
  process.send?.(parse(text), () => process.exit());
});
// Orphaned: the engine is gone, nobody wants the answer.
process.once("disconnect", () => process.exit());

function parse(text: string): YamlOutcome {
  const lines = new LineCounter();
  // The library's own check of unique keys is quadratic, and so are its pretty errors.
  const document = parseDocument(text, { stringKeys: true, uniqueKeys: false, prettyErrors: false, lineCounter: lines });
  const error = document.errors[0] ?? document.warnings[0];
  if (error !== undefined) return { problem: `${error.message.replace(/\.$/, "")} ${place(lines, error.pos[0])}.` };
  const duplicate = findDuplicateKey(document);
  if (duplicate !== undefined) return { problem: `The key "${duplicate.key}" stands twice ${place(lines, duplicate.at)}.` };
  try {
    return { value: document.toJS({ maxAliasCount: 0 }) };
  } catch {
    return { problem: "Aliases (*name) are not accepted." };
  }
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `at line ${line}, column ${col}`;
}

function findDuplicateKey(document: Document.Parsed): { readonly key: string; readonly at: number } | undefined {
  let found: { key: string; at: number } | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of isMap(map) ? map.items : []) {
        const text = isScalar(key) ? String(key.value) : String(key);
        if (seen.has(text)) {
          found = { key: text, at: isScalar(key) ? (key.range?.[0] ?? 0) : 0 };
          return visit.BREAK;
        }
        seen.add(text);
      }
      return undefined;
    },
  });
  return found;
}
