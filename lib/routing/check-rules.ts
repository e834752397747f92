import type { CallerMatch, PathMatch, Problem, RouteMatch, RouteRule, ValueMatch } from "../model/index.ts";
import { parseServiceName, parseVersionRange } from "../model/index.ts";
import { checkFilters } from "./check-filters.ts";
import { checkRuleParts } from "./check-rule-parts.ts";
import { isFieldValue, isMethod, isRoutablePath, isToken } from "./http-syntax.ts";
import { summariseMatch } from "./match-summary.ts";
import { compileExpression } from "./matcher.ts";

/** Every problem of a service's rules; `path` is where the rules stand in the input. Weights, and whether versions and services exist, are not looked at. */
export function checkRules(rules: readonly RouteRule[], path: string): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  const lanes = new Map<string, string>();
  for (const [index, rule] of rules.entries()) {
    const rulePath = `${path}.${index}`;
    problems.push(...checkMatches(rule, `${rulePath}.matches`, seen));
    problems.push(...checkFilters(rule, rulePath), ...checkRuleParts(rule, rulePath));
    const twin = rule.lane === undefined ? undefined : lanes.get(rule.lane);
    if (twin !== undefined) {
      const detail = `The lane ${rule.lane} has a rule already: ${twin}.`;
      problems.push({ path: `${rulePath}.lane`, code: "routes.invalid-rule", detail, fix: "Give the lane one rule with all matches." });
    } else if (rule.lane !== undefined) lanes.set(rule.lane, rulePath);
  }
  return problems;
}

function checkMatches(rule: RouteRule, path: string, seen: Map<string, string>): Problem[] {
  if (rule.matches.length === 0 && rule.lane === undefined)
    return [problem(path, "The rule has no match.", "Give at least one match; {} fits every request.")];
  const problems: Problem[] = [];
  for (const [index, match] of rule.matches.entries()) {
    const matchPath = `${path}.${index}`;
    const found = checkMatch(match, matchPath);
    problems.push(...found);
    if (found.length > 0) continue;
    const { text } = summariseMatch(match);
    const twin = seen.get(text);
    if (twin === undefined) seen.set(text, matchPath);
    else {
      const detail = `This match means the same as ${twin}.`;
      problems.push({ path: matchPath, code: "routes.duplicate-match", detail, fix: "Remove one of the two, or make them differ." });
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
    ...(match.caller === undefined ? [] : checkCaller(match.caller, `${path}.caller`)),
  ];
}

function checkCaller({ range, service }: CallerMatch, path: string): Problem[] {
  if (service === "ingress") {
    if (range === undefined) return [];
    return [problem(`${path}.range`, "Traffic from outside has no version.", "Leave out the range, or name a service.")];
  }
  const name = parseServiceName(service, `${path}.service`);
  const within = range === undefined ? null : parseVersionRange(range, `${path}.range`);
  return [name, ...(within === null ? [] : [within])].flatMap((result) =>
    result.ok ? [] : [problem(result.error.path, result.error.detail, result.error.fix)],
  );
}

function checkPath({ type, value }: PathMatch, path: string): Problem[] {
  if (type === "RegularExpression") return checkExpression(value, path);
  if (!value.startsWith("/")) return [problem(path, `The path "${value}" does not start with "/".`, `Write "/${value}".`)];
  if (isRoutablePath(value)) return [];
  return [
    problem(
      path,
      `The path "${value}" has a character that a path cannot have.`,
      "Percent-encode it as clients send it; a query belongs into queryParams, a fragment is never sent.",
    ),
  ];
}

function checkMethod(method: string, path: string): Problem[] {
  if (!isToken(method)) return [problem(path, `"${method}" is not a method.`, "Write a method such as GET.")];
  const upper = method.toUpperCase();
  return isMethod(method) ? [] : [problem(path, `Methods are case-sensitive: "${method}" is never sent.`, `Write ${upper}.`)];
}

function checkHeader(header: ValueMatch, path: string): Problem[] {
  const problems = isToken(header.name)
    ? []
    : [problem(`${path}.name`, `"${header.name}" is not a header name.`, "Use letters, digits and hyphens, such as x-user-group.")];
  if (header.type === "RegularExpression") return [...problems, ...checkExpression(header.value, `${path}.value`)];
  if (isFieldValue(header.value)) return problems;
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

function problem(path: string, detail: string, fix: string): Problem {
  return { path, code: "routes.invalid-match", detail, fix };
}
