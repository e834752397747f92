/**
 * Metric expressions: what policies and judges look at, as text.
 *
 *   expression := term (("+" | "-") term)*        term := factor (("*" | "/") factor)*
 *   factor     := number | number% | "-" factor | "(" expression ")" | metric
 *   metric     := name | name "(" subject ["," target%] ["," window] ")"          window := 30s, 5m, 1h, 7d
 *   subject    := service | service@version | caller>callee, each end with or without @version; "*" stands for each
 *
 * Invariants: every problem is reported with its place; what parses prints (`formatMetric`) to a text that parses to the same; 5% is 0.05.
 */
import { parseServiceName, parseVersion } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { definitionOf, isMetricName, METRIC_NAMES, type MetricName, type SubjectKind } from "./metric-catalog.ts";
import {
  type MetricCall,
  type MetricEnd,
  type MetricExpression,
  type MetricOperator,
  type MetricProblem,
  type MetricSubject,
  subjectText,
} from "./metric-expression.ts";
import { type MetricToken, shareOf, tokensOf } from "./metric-tokens.ts";
import { nearestName } from "./nearest-name.ts";

/** Longest text of an expression. */
export const METRIC_TEXT_MAX = 512;
const DEPTH_MAX = 32;
const WINDOW_MS_MIN = 1_000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads an expression; all problems at once, in the order of the text. */
export function parseMetric(text: string): Result<MetricExpression, readonly MetricProblem[]> {
  if (text.length > METRIC_TEXT_MAX) {
    const detail = `The expression has ${text.length} characters.`;
    return err([
      {
        code: "metric.invalid",
        at: METRIC_TEXT_MAX,
        length: text.length - METRIC_TEXT_MAX,
        detail,
        fix: `Use at most ${METRIC_TEXT_MAX}.`,
      },
    ]);
  }
  const parser = new Parser(text);
  const expression = parser.whole();
  if (parser.problems.length > 0 || expression === null) return err(parser.problems.toSorted((left, right) => left.at - right.at));
  return ok(expression);
}

class Parser {
  readonly problems: MetricProblem[] = [];
  readonly #text: string;
  readonly #tokens: readonly MetricToken[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): MetricExpression | null {
    const expression = this.#sum();
    const left = this.#tokens[this.#next];
    if (left !== undefined && this.problems.every(({ code }) => code !== "metric.invalid")) {
      this.#problem(
        left,
        `"${this.#text.slice(left.at, left.at + left.length)}" is not expected here.`,
        "Put +, -, * or / between two figures, and close what was opened.",
      );
    }
    return expression;
  }

  #sum(): MetricExpression | null {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#factor()));
  }

  #chain(operators: readonly MetricOperator[], operand: () => MetricExpression | null): MetricExpression | null {
    let left = operand();
    for (;;) {
      const operator = operators.find((each) => this.#isSign(each));
      if (operator === undefined) return left;
      this.#next++;
      const right = operand();
      left = left === null || right === null ? null : { kind: "operation", operator, left, right };
    }
  }

  #factor(): MetricExpression | null {
    const token = this.#tokens[this.#next];
    if (token === undefined) {
      const at = Math.max(0, this.#text.length - 1);
      return this.#problem(
        { at, length: 1 },
        "A figure is missing at the end.",
        "Name a metric such as error-rate(payments), or a number.",
      );
    }
    if (this.#depth >= DEPTH_MAX) return this.#problem(token, "The expression is nested too deeply.", `Nest at most ${DEPTH_MAX} levels.`);
    this.#next++;
    if (token.kind === "number") return { kind: "number", value: token.value };
    if (token.kind === "call") return this.#call(token);
    if (token.sign === "-") return this.#deeper(() => negated(this.#factor()));
    if (token.sign === "(") return this.#deeper(() => this.#group(token));
    const fix = "Use metrics, numbers, + - * / and parentheses; the bound itself goes into above or below.";
    return this.#problem(token, `"${token.sign}" is not expected here.`, fix);
  }

  #group(open: MetricToken): MetricExpression | null {
    const inner = this.#sum();
    if (this.#isSign(")")) this.#next++;
    else if (inner !== null) this.#problem(open, 'This "(" is not closed.', 'Add ")".');
    return inner;
  }

  #deeper<T>(read: () => T): T {
    this.#depth++;
    const value = read();
    this.#depth--;
    return value;
  }

  #call(token: Extract<MetricToken, { readonly kind: "call" }>): MetricExpression | null {
    const { name, at } = token;
    if (!isMetricName(name)) {
      const nearest = nearestName(name.toLowerCase(), METRIC_NAMES);
      const fix = nearest === null ? `Take one of: ${METRIC_NAMES.join(", ")}.` : `Did you mean ${nearest}?`;
      this.problems.push({ code: "metric.unknown", at, length: name.length, detail: `There is no metric "${name}".`, fix });
      return null;
    }
    const isClosed = token.inside === null || this.#text[token.insideAt + token.inside.length] === ")";
    if (!isClosed) return this.#problem(token, `${name}( is not closed.`, 'Add ")".');
    const parts = token.inside === null || token.inside.trim() === "" ? [] : partsOf(token.inside, token.insideAt);
    const definition = definitionOf(name);
    const takesNone = definition.subjects.includes("mesh");
    const [first, ...rest] = parts;
    if (first === undefined) {
      if (takesNone) return { kind: "metric", metric: name, subject: { kind: "mesh" } };
      return this.#problem(token, `${name} needs a name.`, `Write for example ${exampleOf(name)}.`);
    }
    const subject = this.#subject(name, first);
    const options = this.#options(name, token, rest);
    return subject === null || options === null ? null : { kind: "metric", metric: name, subject, ...options };
  }

  #subject(metric: MetricName, { text, at }: Part): MetricSubject | null {
    const place = { at, length: Math.max(1, text.length) };
    const ends = text.split(">");
    if (ends.length > 2) return this.#problem(place, `"${text}" has more than one ">".`, "Write caller>callee.");
    const read = ends.map((end, index) =>
      this.#end(end.trim(), at + (index === 0 ? 0 : text.indexOf(">") + 1), ends.length === 2 && index === 0),
    );
    const [first, second] = read;
    if (first == null || second === null) return null;
    const subject: MetricSubject =
      second !== undefined
        ? { kind: "edge", caller: first, callee: second }
        : first.version === undefined
          ? { kind: "service", service: first.service }
          : { kind: "version", service: first.service, version: first.version };
    const { subjects } = definitionOf(metric);
    if (subjects.includes(subject.kind)) return subject;
    return this.#problem(place, `${metric} is not measured ${ofKind(subject.kind)}.`, `Write for example ${exampleOf(metric)}.`);
  }

  #end(text: string, at: number, isCaller: boolean): MetricEnd | null {
    const [service = "", version, ...more] = text.split("@");
    const place = { at, length: Math.max(1, text.length) };
    if (more.length > 0) return this.#problem(place, `"${text}" has more than one "@".`, "Write service@version.");
    if (service !== "*" && !(isCaller && service === "ingress")) {
      const name = parseServiceName(service);
      if (!name.ok) return this.#problem(place, service === "" ? "A service name is missing." : name.error.detail, name.error.fix);
    }
    if (version === undefined) return { service };
    if (version !== "*") {
      const parsed = parseVersion(version);
      if (!parsed.ok) return this.#problem(place, parsed.error.detail, parsed.error.fix);
    }
    return { service, version };
  }

  #options(metric: MetricName, token: MetricToken, parts: readonly Part[]): Pick<MetricCall, "slo" | "windowMs"> | null {
    const { slo: takesTarget, windowMsMax } = definitionOf(metric);
    const [target, ...windows] = takesTarget === true ? parts : [undefined, ...parts];
    if (takesTarget === true && target === undefined)
      return this.#problem(token, `${metric} needs a target.`, `Write for example ${exampleOf(metric)}.`);
    const slo = target === undefined ? undefined : this.#target(target);
    const [window, more] = windows;
    if (more !== undefined)
      return this.#problem(
        { at: more.at, length: Math.max(1, more.text.length) },
        `${metric} takes no more than that.`,
        `Write for example ${exampleOf(metric)}.`,
      );
    const windowMs = window === undefined ? undefined : this.#window(metric, window, windowMsMax);
    if (slo === null || windowMs === null) return null;
    return { ...(slo === undefined ? {} : { slo }), ...(windowMs === undefined ? {} : { windowMs }) };
  }

  #target({ text, at }: Part): number | null {
    const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
    const value = match === null ? Number.NaN : match[2] === "%" ? shareOf(Number(match[1])) : Number(match[1]);
    if (value > 0 && value < 1) return value;
    return this.#problem(
      { at, length: Math.max(1, text.length) },
      `"${text}" is not a target.`,
      "Write a share of good requests below 100%, such as 99.9%.",
    );
  }

  #window(metric: MetricName, { text, at }: Part, windowMsMax: number): number | null {
    const place = { at, length: Math.max(1, text.length) };
    if (windowMsMax === 0) return this.#problem(place, `${metric} takes no window: it says how things are now.`, `Leave out "${text}".`);
    const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
    const windowMs = match === null ? Number.NaN : Math.round(Number(match[1]) * (UNIT_MS[match[2] as string] as number));
    if (windowMs >= WINDOW_MS_MIN && windowMs <= windowMsMax) return windowMs;
    return this.#problem(
      place,
      `"${text}" is not a window of ${metric}.`,
      `Write a time from 1s to ${formatWindow(windowMsMax)}, such as 30s.`,
    );
  }

  #isSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === "sign" && token.sign === sign;
  }

  #problem({ at, length }: { readonly at: number; readonly length: number }, detail: string, fix: string): null {
    this.problems.push({ code: "metric.invalid", at, length, detail, fix });
    return null;
  }
}

interface Part {
  readonly text: string;
  readonly at: number;
}

function partsOf(inside: string, insideAt: number): readonly Part[] {
  let at = insideAt;
  return inside.split(",").map((piece) => {
    const part = { text: piece.trim(), at: at + (piece.length - piece.trimStart().length) };
    at += piece.length + 1;
    return part;
  });
}

function negated(of: MetricExpression | null): MetricExpression | null {
  return of === null ? null : { kind: "negative", of };
}

/** How a metric is written, for a hint. */
export function exampleOf(metric: MetricName): string {
  const { slo, subjects } = definitionOf(metric);
  if (subjects.includes("service")) return slo === true ? `${metric}(checkout, 99.9%)` : `${metric}(checkout)`;
  return subjects.includes("version") ? `${metric}(checkout@2.1.0)` : metric;
}

function ofKind(kind: SubjectKind): string {
  return { service: "of a service", version: "of a version", edge: "between two services", mesh: "of the whole mesh" }[kind];
}

/** `30s`, `5m`, `1h`, `7d`: the largest unit that fits exactly. */
export function formatWindow(ms: number): string {
  const unit = (["d", "h", "m"] as const).find((each) => ms % (UNIT_MS[each] as number) === 0) ?? "s";
  return `${ms / (UNIT_MS[unit] as number)}${unit}`;
}

/** The text of an expression, in one spelling. */
export function formatMetric(expression: MetricExpression): string {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "metric": {
      const { metric, slo, subject, windowMs } = expression;
      if (subject.kind === "mesh") return metric;
      const parts = [subjectText(subject)];
      if (slo !== undefined) parts.push(`${Number((slo * 100).toPrecision(12))}%`);
      if (windowMs !== undefined) parts.push(formatWindow(windowMs));
      return `${metric}(${parts.join(", ")})`;
    }
    case "negative":
      return `-${inParentheses(expression.of, expression.of.kind === "operation")}`;
    case "operation": {
      const { left, operator, right } = expression;
      const binds = rankOf(expression);
      return `${inParentheses(left, rankOf(left) < binds)} ${operator} ${inParentheses(right, rankOf(right) <= binds)}`;
    }
  }
}

function inParentheses(expression: MetricExpression, isNeeded: boolean): string {
  const text = formatMetric(expression);
  return isNeeded ? `(${text})` : text;
}

function rankOf(expression: MetricExpression): number {
  if (expression.kind !== "operation") return 3;
  return expression.operator === "*" || expression.operator === "/" ? 2 : 1;
}
