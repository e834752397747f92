import type { ErrorCode, PathMatch, Problem, RouteMatch, RouteRule, ValueMatch } from "../model/index.ts";
import { summariseMatch } from "./match-summary.ts";
import { compileExpression } from "./matcher.ts";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a request target's path may hold as sent: visible ASCII without `?`, `#`. */
const PATH = /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/;
/** What a field value may hold (RFC 9110, section 5.5), without white space at its ends. */
const FIELD_VALUE = /^([\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** Every problem of the matches of a service's rules; `path` is where the rules stand in the input. Weights are not looked at. */
export function checkRules(rules: readonly RouteRule[], path: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const [ruleIndex, rule] of rules.entries()) {
    const matchesPath = `${path}.${ruleIndex}.matches`;
    if (rule.matches.length === 0)
      problems.push(problem(matchesPath, "The rule has no match.", "Give at least one match; {} fits every request."));
    for (const [index, match] of rule.matches.entries()) {
      const matchPath = `${matchesPath}.${index}`;
      const found = checkMatch(match, matchPath);
      problems.push(...found);
      if (found.length > 0) continue;
      const { text } = summariseMatch(match);
      const twin = seen.get(text);
      if (twin === undefined) seen.set(text, matchPath);
      else
        problems.push(
          problem(
            matchPath,
            `This match means the same as ${twin}.`,
            "Remove one of the two, or make them differ.",
            "routes.duplicate-match",
          ),
        );
    }
  }
  return problems;
}

function checkMatch(match: RouteMatch, path: string): Problem[] {
  return [
    ...(match.path === undefined ? [] : checkPath(match.path, `${path}.path.value`)),
    ...(match.method === undefined ? [] : checkMethod(match.method, `${path}.method`)),
    ...(match.headers ?? []).flatMap((header, index) => checkHeader(header, `${path}.headers.${index}`)),
    ...(match.queryParams ?? []).flatMap((parameter, index) => checkParameter(parameter, `${path}.queryParams.${index}`)),
  ];
}

function checkPath({ type, value }: PathMatch, path: string): Problem[] {
  if (type === "RegularExpression") return checkExpression(value, path);
  if (!value.startsWith("/")) return [problem(path, `The path "${value}" does not start with "/".`, `Write "/${value}".`)];
  if (PATH.test(value)) return [];
  return [
    problem(
      path,
      `The path "${value}" has a character that a path cannot have.`,
      "Percent-encode it as clients send it; a query belongs into queryParams, a fragment is never sent.",
    ),
  ];
}

function checkMethod(method: string, path: string): Problem[] {
  if (!TOKEN.test(method)) return [problem(path, `"${method}" is not a method.`, "Write a method such as GET.")];
  const upper = method.toUpperCase();
  const isKnown = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"].includes(upper);
  return isKnown && method !== upper ? [problem(path, `Methods are case-sensitive: "${method}" is never sent.`, `Write ${upper}.`)] : [];
}

function checkHeader(header: ValueMatch, path: string): Problem[] {
  const problems = TOKEN.test(header.name)
    ? []
    : [problem(`${path}.name`, `"${header.name}" is not a header name.`, "Use letters, digits and hyphens, such as x-user-group.")];
  if (header.type === "RegularExpression") return [...problems, ...checkExpression(header.value, `${path}.value`)];
  if (FIELD_VALUE.test(header.value)) return problems;
  return [
    ...problems,
    problem(`${path}.value`, "No header can have this value.", "Remove control characters and white space at the ends."),
  ];
}

function checkParameter(parameter: ValueMatch, path: string): Problem[] {
  const problems =
    parameter.name === "" ? [problem(`${path}.name`, "The query parameter has no name.", "Give its name, such as variant.")] : [];
  return parameter.type === "RegularExpression" ? [...problems, ...checkExpression(parameter.value, `${path}.value`)] : problems;
}

function checkExpression(expression: string, path: string): Problem[] {
  try {
    compileExpression(expression);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isTooLarge = error instanceof RangeError;
    return [
      problem(
        path,
        `"${expression}" is not an expression that can be used: ${why}.`,
        isTooLarge
          ? "Use smaller repetitions, or several matches."
          : "Use RE2 syntax; look-around and back-references are not in it, as they cannot run in linear time.",
      ),
    ];
  }
}

function problem(path: string, detail: string, fix: string, code: ErrorCode = "routes.invalid-match"): Problem {
  return { path, code, detail, fix };
}
