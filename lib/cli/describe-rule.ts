import type { RouteMatch, Routes } from "../client/index.ts";
import { formatWeight } from "./format-figures.ts";

type Rule = Routes["rules"][number];
type Filter = NonNullable<Rule["filters"]>[number];

/** What a match asks for, in one line. */
export function describeMatch({ path, method, headers = [], queryParams = [], caller }: RouteMatch): string {
  const sign = (type: string | undefined) => (type === "RegularExpression" ? "~" : "=");
  const parts = [
    ...(method === undefined ? [] : [method]),
    ...(path === undefined ? [] : [`${path.type} ${path.value}`]),
    ...headers.map(({ type, name, value }) => `${name}${sign(type)}${value}`),
    ...queryParams.map(({ type, name, value }) => `?${name}${sign(type)}${value}`),
    ...(caller === undefined ? [] : [`from ${caller.service}${caller.range === undefined ? "" : ` ${caller.range}`}`]),
  ];
  return parts.length === 0 ? "every request" : parts.join(" ");
}

/** Where a rule sends requests. */
export function describeTarget({ split, filters = [] }: Rule): string {
  const redirect = filters.find(({ type }) => type === "RequestRedirect");
  if (redirect?.type === "RequestRedirect") return describeFilter(redirect);
  if (split === undefined) return "the split of the service";
  return Object.entries(split.weights)
    .map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`)
    .join(", ");
}

/** What a rule does beside choosing a version; "" for nothing. */
export function describeExtras({ filters = [], timeouts = {}, retry, fault, stickiness, lane }: Rule): string {
  const parts = [
    ...(lane === undefined ? [] : [`lane ${lane}`]),
    ...filters.filter(({ type }) => type !== "RequestRedirect").map(describeFilter),
    ...Object.entries(timeouts).flatMap(([name, ms]) => (ms === undefined ? [] : [`${name.replace(/Ms$/, "")} timeout ${ms} ms`])),
    ...(retry === undefined ? [] : [describeRetry(retry)]),
    ...(fault === undefined ? [] : [describeFault(fault)]),
    ...(stickiness === undefined ? [] : [`sticky by ${stickiness.by} ${stickiness.name}`]),
  ];
  return parts.join("; ");
}

function describeFilter(filter: Filter): string {
  switch (filter.type) {
    case "RequestHeaderModifier":
      return `request headers ${describeEdits(filter.requestHeaderModifier)}`;
    case "ResponseHeaderModifier":
      return `answer headers ${describeEdits(filter.responseHeaderModifier)}`;
    case "URLRewrite": {
      const { hostname, path } = filter.urlRewrite;
      return `rewrite to ${[hostname ?? "", path === undefined ? "" : describePath(path)].filter((part) => part !== "").join(" ")}`;
    }
    case "RequestRedirect": {
      const { scheme, hostname, port, path, statusCode = 302 } = filter.requestRedirect;
      const host = `${scheme === undefined ? "" : `${scheme}://`}${hostname ?? ""}${port === undefined ? "" : `:${port}`}`;
      return `redirect ${statusCode} to ${[host, path === undefined ? "" : describePath(path)].filter((part) => part !== "").join(" ")}`;
    }
    case "RequestMirror": {
      const { backendRef, percent = 100 } = filter.requestMirror;
      return `mirror ${percent} % to ${backendRef.service === undefined ? "" : `${backendRef.service} `}${backendRef.version}`;
    }
  }
}

function describePath(path: NonNullable<Extract<Filter, { type: "URLRewrite" }>["urlRewrite"]["path"]>): string {
  return path.type === "ReplaceFullPath" ? path.replaceFullPath : `prefix ${path.replacePrefixMatch}`;
}

function describeEdits({
  set = [],
  add = [],
  remove = [],
}: Extract<Filter, { type: "RequestHeaderModifier" }>["requestHeaderModifier"]): string {
  return [
    ...remove.map((name) => `-${name}`),
    ...set.map(({ name, value }) => `${name}=${value}`),
    ...add.map(({ name, value }) => `+${name}=${value}`),
  ].join(" ");
}

function describeRetry({ attempts, codes = [], backoffMs }: NonNullable<Rule["retry"]>): string {
  const parts = [
    ...(attempts === undefined ? [] : [`${attempts} times`]),
    ...(codes.length === 0 ? [] : [`on ${codes.join(", ")}`]),
    ...(backoffMs === undefined ? [] : [`after ${backoffMs} ms`]),
  ];
  return `retry ${parts.join(" ")}`;
}

function describeFault({ delayMs, abortStatus, percent }: NonNullable<Rule["fault"]>): string {
  const parts = [
    ...(delayMs === undefined ? [] : [`delay ${delayMs} ms`]),
    ...(abortStatus === undefined ? [] : [`answer ${abortStatus}`]),
  ];
  return `fault ${percent} %: ${parts.join(", ")}`;
}
