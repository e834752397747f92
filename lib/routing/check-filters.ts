/**
 * What is wrong with a rule's filters, every problem with its path and fix. What nobody may edit: headers that frame a message or belong to one
 * connection, `host` (URLRewrite sets it), and those that Interlock speaks by; an edit of these would make two readers see two requests.
 */
import {
  type HeaderEdits,
  type PathRewrite,
  type Problem,
  parseServiceName,
  parseVersion,
  type RouteFilter,
  type RouteRule,
} from "../model/index.ts";
import { isFieldValue, isHostName, isRoutablePath, isToken } from "./http-syntax.ts";
import { normalisePath } from "./normalise-path.ts";
import { isPercent } from "./percent.ts";

const FRAMING = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const REDIRECT_STATUSES = [301, 302, 303, 307, 308];
const MIRRORS_MAX = 4;

type Filter<T extends RouteFilter["type"]> = Extract<RouteFilter, { readonly type: T }>;

/** `path` is where the rule stands in the input. */
export function checkFilters(rule: RouteRule, path: string): Problem[] {
  const filters = rule.filters ?? [];
  const problems = filters.flatMap((filter, index) => [
    ...checkOnce(filters, index, `${path}.filters.${index}`),
    ...checkFilter(filter, rule, `${path}.filters.${index}`),
  ]);
  return [...problems, ...checkTogether(rule, filters, path)];
}

function checkOnce(filters: readonly RouteFilter[], index: number, path: string): Problem[] {
  const type = filters[index]?.type ?? "RequestMirror";
  const before = filters.slice(0, index).filter((other) => other.type === type).length;
  if (type === "RequestMirror") {
    if (before !== MIRRORS_MAX) return [];
    return [problem(`${path}.type`, `The rule has more than ${MIRRORS_MAX} mirrors.`, `Keep ${MIRRORS_MAX} at most.`)];
  }
  if (before === 0) return [];
  return [problem(`${path}.type`, `The rule has a second ${type}.`, "Put both into one filter.")];
}

function checkTogether(rule: RouteRule, filters: readonly RouteFilter[], path: string): Problem[] {
  const redirect = filters.findIndex(({ type }) => type === "RequestRedirect");
  if (redirect < 0) return [];
  const others = filters.flatMap(({ type }) => (type === "URLRewrite" || type === "RequestMirror" ? [type] : []));
  const parts = (["split", "retry", "fault"] as const).filter((part) => rule[part] !== undefined);
  return [...new Set<string>([...others, ...parts])].map((other) =>
    problem(
      `${path}.filters.${redirect}`,
      `A rule that redirects routes nothing, so it cannot have ${other}.`,
      `Remove ${other}, or the redirect.`,
    ),
  );
}

function checkFilter(filter: RouteFilter, rule: RouteRule, path: string): Problem[] {
  switch (filter.type) {
    case "RequestHeaderModifier":
      return checkEdits(filter.requestHeaderModifier, `${path}.requestHeaderModifier`);
    case "ResponseHeaderModifier":
      return checkEdits(filter.responseHeaderModifier, `${path}.responseHeaderModifier`);
    case "URLRewrite":
      return checkRewrite(filter.urlRewrite, rule, `${path}.urlRewrite`);
    case "RequestRedirect":
      return checkRedirect(filter.requestRedirect, rule, `${path}.requestRedirect`);
    case "RequestMirror":
      return checkMirror(filter.requestMirror, `${path}.requestMirror`);
    default:
      // From a newer engine: a filter that is not understood must not be left out silently.
      return [problem(`${path}.type`, "The filter is of no known type.", "Use a type of this version.")];
  }
}

function checkEdits({ add = [], remove = [], set = [] }: HeaderEdits, path: string): Problem[] {
  if (add.length + remove.length + set.length === 0)
    return [problem(path, "The filter edits nothing.", "Give set, add or remove, or leave the filter out.")];
  const problems = remove.flatMap((name, index) => checkName(name, `${path}.remove.${index}`));
  for (const [list, headers] of [["set", set] as const, ["add", add] as const]) {
    for (const [index, { name, value }] of headers.entries()) {
      problems.push(...checkName(name, `${path}.${list}.${index}.name`));
      if (!isFieldValue(value))
        problems.push(
          problem(
            `${path}.${list}.${index}.value`,
            "No header can have this value.",
            "Remove control characters and white space at the ends.",
          ),
        );
    }
  }
  const names = set.map(({ name }) => name.toLowerCase());
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index)
      problems.push(problem(`${path}.set.${index}.name`, `"${name}" is set twice.`, "Set it once, and add further values."));
  return problems;
}

function checkName(name: string, path: string): Problem[] {
  if (!isToken(name)) return [problem(path, `"${name}" is not a header name.`, "Use letters, digits and hyphens, such as x-user-group.")];
  const lower = name.toLowerCase();
  if (lower === "host") return [problem(path, "The host is not edited as a header.", "Use URLRewrite with hostname.")];
  if (!FRAMING.has(lower) && !lower.startsWith("x-interlock-")) return [];
  return [problem(path, `${lower} is made by the proxy and cannot be edited.`, "Use another header.")];
}

function checkRewrite({ hostname, path: rewrite }: Filter<"URLRewrite">["urlRewrite"], rule: RouteRule, path: string): Problem[] {
  if (hostname === undefined && rewrite === undefined)
    return [problem(path, "The rewrite changes nothing.", "Give hostname or path, or leave the filter out.")];
  return [...checkHostname(hostname, `${path}.hostname`), ...checkPathRewrite(rewrite, rule, `${path}.path`)];
}

function checkRedirect(redirect: Filter<"RequestRedirect">["requestRedirect"], rule: RouteRule, path: string): Problem[] {
  const { hostname, path: rewrite, port, scheme, statusCode } = redirect;
  const problems = [...checkHostname(hostname, `${path}.hostname`), ...checkPathRewrite(rewrite, rule, `${path}.path`)];
  if ([hostname, rewrite, port, scheme].every((part) => part === undefined))
    problems.push(problem(path, "The redirect leads to where the request came from.", "Give scheme, hostname, port or path."));
  if (scheme !== undefined && scheme !== "http" && scheme !== "https")
    problems.push(problem(`${path}.scheme`, `"${String(scheme)}" is not a scheme to redirect to.`, "Write http or https."));
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
    problems.push(problem(`${path}.port`, `${port} is not a port.`, "Write a whole number from 1 to 65535."));
  if (statusCode !== undefined && !REDIRECT_STATUSES.includes(statusCode))
    problems.push(
      problem(`${path}.statusCode`, `${statusCode} is not a status of a redirect.`, `Write one of ${REDIRECT_STATUSES.join(", ")}.`),
    );
  return problems;
}

function checkHostname(hostname: string | undefined, path: string): Problem[] {
  if (hostname === undefined || isHostName(hostname)) return [];
  return [problem(path, `"${hostname}" is not a host name.`, "Write a DNS name in lower case without port, such as shop.example.com.")];
}

function checkPathRewrite(rewrite: PathRewrite | undefined, { matches }: RouteRule, path: string): Problem[] {
  if (rewrite === undefined) return [];
  const problems: Problem[] = [];
  const isPrefix = rewrite.type === "ReplacePrefixMatch";
  if (isPrefix && !matches.every((match) => match.path === undefined || match.path.type === "PathPrefix"))
    problems.push(
      problem(
        `${path}.type`,
        "ReplacePrefixMatch needs a prefix to replace, and a match of the rule has none.",
        "Make every match a PathPrefix, or use ReplaceFullPath.",
      ),
    );
  const value = isPrefix ? rewrite.replacePrefixMatch : rewrite.replaceFullPath;
  const valuePath = `${path}.${isPrefix ? "replacePrefixMatch" : "replaceFullPath"}`;
  const normal = normalisePath(value);
  if (!value.startsWith("/")) problems.push(problem(valuePath, `The path "${value}" does not start with "/".`, `Write "/${value}".`));
  else if (!isRoutablePath(value))
    problems.push(problem(valuePath, `The path "${value}" has a character that a path cannot have.`, "Percent-encode it."));
  else if (!normal.ok)
    problems.push(problem(valuePath, `Servers read the path "${value}" in different ways: ${normal.error}.`, "Write a plain path."));
  else if (normal.value !== value)
    problems.push(problem(valuePath, `The path "${value}" is not in its normal form.`, `Write "${normal.value}".`));
  return problems;
}

function checkMirror({ backendRef, percent }: Filter<"RequestMirror">["requestMirror"], path: string): Problem[] {
  const service = backendRef.service === undefined ? null : parseServiceName(backendRef.service, `${path}.backendRef.service`);
  const version = parseVersion(backendRef.version, `${path}.backendRef.version`);
  const problems = [version, ...(service === null ? [] : [service])].flatMap((result) =>
    result.ok ? [] : [problem(result.error.path, result.error.detail, result.error.fix)],
  );
  if (percent !== undefined && !isPercent(percent))
    problems.push(problem(`${path}.percent`, `${percent} is not a percentage.`, "Write a number from 0 to 100 with two decimals at most."));
  return problems;
}

function problem(path: string, detail: string, fix: string): Problem {
  return { path, code: "routes.invalid-filter", detail, fix };
}
