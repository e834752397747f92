/**
 * The find language of the topology, a recursive descent over tokens:
 *
 *     any   := all ("or" all)*
 *     all   := not (["and"] not)*
 *     not   := "not" not | "(" any ")" | term
 *     term  := figure operator number | field ":" pattern | state | pattern
 *
 * figure: error, rps, p50, p99, share, ready, instances; number: `1%`, `100ms`, `1.5s`, `5`; field: name, version, calls, called-by;
 * state: healthy, unhealthy, canary, locked, idle. A pattern alone is a name; `*` stands for any characters; upper and lower case are the same.
 *
 * Invariants: every text gives a query or at least one problem with its place; all problems are reported, not the first; an empty text finds all.
 */
import { err, ok, type Result } from "@/lib/std/index.ts";
import {
  FIND_FIELDS,
  FIND_FIGURES,
  FIND_STATES,
  type FindFigure,
  type FindOperator,
  type FindProblem,
  type FindQuery,
  type FindState,
} from "./find-query.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** Reads a find text; null for one that finds everything. */
export function parseFind(text: string): Result<FindQuery | null, readonly FindProblem[]> {
  const tokens = tokenize(text);
  if (tokens.length === 0) return ok(null);
  const reader = createReader(tokens, text.length);
  const query = readAny(reader);
  while (reader.peek() !== null) {
    // Only a closing bracket ends `readAny` early.
    reader.report("unopened", reader.take());
    if (reader.peek() !== null) readAny(reader);
  }
  return reader.problems.length > 0 ? err(reader.problems) : ok(query);
}

interface Reader {
  readonly problems: FindProblem[];
  peek(): Token | null;
  take(): Token | null;
  report(code: FindProblem["code"], token: Token | null): void;
}

function createReader(tokens: readonly Token[], length: number): Reader {
  let next = 0;
  const problems: FindProblem[] = [];
  return {
    problems,
    peek: () => tokens[next] ?? null,
    take: () => tokens[next++] ?? null,
    report: (code, token) => problems.push({ code, token: token?.text ?? "", start: token?.start ?? length, end: token?.end ?? length }),
  };
}

/** Stands where a problem was reported; the whole is refused then, so it is never evaluated. */
const NOTHING: FindQuery = { kind: "any", parts: [] };

function readAny(reader: Reader): FindQuery {
  const parts = [readAll(reader)];
  while (isKeyword(reader.peek(), "or")) {
    reader.take();
    parts.push(readAll(reader));
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: "any", parts };
}

function readAll(reader: Reader): FindQuery {
  const parts = [readNot(reader)];
  for (;;) {
    const token = reader.peek();
    if (token === null || token.kind === "close" || isKeyword(token, "or")) break;
    if (isKeyword(token, "and")) reader.take();
    parts.push(readNot(reader));
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: "all", parts };
}

function readNot(reader: Reader): FindQuery {
  const token = reader.peek();
  if (isKeyword(token, "not")) {
    reader.take();
    return { kind: "not", part: readNot(reader) };
  }
  if (token?.kind !== "open") return readTerm(reader);
  reader.take();
  const inner = readAny(reader);
  if (reader.peek()?.kind === "close") reader.take();
  else reader.report("unclosed", token);
  return inner;
}

function readTerm(reader: Reader): FindQuery {
  const token = reader.peek();
  if (token === null || (token.kind !== "word" && token.kind !== "text") || isKeyword(token, "and") || isKeyword(token, "or")) {
    // A bracket that closes belongs to whoever opened it.
    reader.report("expected-term", token?.kind === "close" ? null : token);
    if (token !== null && token.kind !== "close" && !isKeyword(token, "or")) reader.take();
    return NOTHING;
  }
  reader.take();
  if (token.kind === "text") return { kind: "name", pattern: token.text };
  const next = reader.peek();
  if (next?.kind === "operator") return readComparison(reader, token);
  if (next?.kind === "colon") return readField(reader, token);
  const word = token.text.toLowerCase();
  if (isOneOf(FIND_STATES, word)) return { kind: "state", state: word satisfies FindState };
  if (isOneOf(FIND_FIGURES, word)) reader.report("expected-operator", next);
  return { kind: "name", pattern: token.text };
}

function readComparison(reader: Reader, field: Token): FindQuery {
  const operator = reader.take();
  const figure = field.text.toLowerCase();
  const known = isOneOf(FIND_FIGURES, figure);
  if (!known) reader.report("unknown-field", field);
  const token = reader.peek();
  if (token?.kind !== "word") {
    reader.report("expected-value", token?.kind === "close" ? null : token);
    return NOTHING;
  }
  reader.take();
  if (!known) return NOTHING;
  const value = parseNumber(figure, token.text);
  if (value === null) {
    reader.report("bad-number", token);
    return NOTHING;
  }
  return { kind: "figure", figure, operator: (operator?.text ?? "=") as FindOperator, value };
}

function readField(reader: Reader, field: Token): FindQuery {
  reader.take();
  const name = field.text.toLowerCase();
  const value = reader.peek();
  if (value?.kind !== "word" && value?.kind !== "text") {
    reader.report("expected-value", value?.kind === "close" ? null : value);
    return NOTHING;
  }
  reader.take();
  if (isOneOf(FIND_FIELDS, name)) return { kind: name, pattern: value.text };
  reader.report("unknown-field", field);
  return NOTHING;
}

/** `1%` → 0.01 for fractions (without the sign too: `1` means 1 %), `1.5s` → 1500 for times; null where the unit does not fit. */
function parseNumber(figure: FindFigure, text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(%|ms|s|\/s)?$/i.exec(text);
  if (!match) return null;
  const number = Number(match[1]);
  const unit = (match[2] ?? "").toLowerCase();
  if (figure === "error" || figure === "share") return unit === "%" || unit === "" ? number / 100 : null;
  if (figure === "p50" || figure === "p99") return unit === "s" ? number * 1000 : unit === "ms" || unit === "" ? number : null;
  if (figure === "rps") return unit === "/s" || unit === "" ? number : null;
  return unit === "" ? number : null;
}

function isKeyword(token: Token | null, keyword: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === keyword;
}

function isOneOf<T extends string>(values: readonly T[], text: string): text is T {
  return (values as readonly string[]).includes(text);
}
