import { typedNumber } from "@/components/services/typed-number.ts";
import type { RouteRule } from "@/lib/client/index.ts";

export type RouteFilter = NonNullable<RouteRule["filters"]>[number];
export type FilterType = RouteFilter["type"];

/** What the form of a filter holds, whatever its type: only the fields of its type count. Empty texts are left out. */
export interface FilterValues {
  type: FilterType;
  set: HeaderValues[];
  add: HeaderValues[];
  /** Their values count for nothing. */
  remove: HeaderValues[];
  hostname: string;
  rewrite: "" | "ReplaceFullPath" | "ReplacePrefixMatch";
  path: string;
  scheme: string;
  port: string;
  statusCode: string;
  service: string;
  version: string;
  percent: string;
}

export interface HeaderValues {
  name: string;
  value: string;
}

type HeaderEdits = Extract<RouteFilter, { type: "RequestHeaderModifier" }>["requestHeaderModifier"];
type Redirect = Extract<RouteFilter, { type: "RequestRedirect" }>["requestRedirect"];
type PathRewrite = NonNullable<Redirect["path"]>;

/** An empty filter of a type; header edits begin with a header to set. */
export function newFilter(type: FilterType): FilterValues {
  const isEdit = type === "RequestHeaderModifier" || type === "ResponseHeaderModifier";
  return {
    type,
    set: isEdit ? [{ name: "", value: "" }] : [],
    add: [],
    remove: [],
    hostname: "",
    rewrite: "",
    path: "",
    scheme: "",
    port: "",
    statusCode: "",
    service: "",
    version: "",
    percent: type === "RequestMirror" ? "100" : "",
  };
}

export function valuesOfFilter(filter: RouteFilter): FilterValues {
  const empty = { ...newFilter(filter.type), set: [], percent: "" };
  switch (filter.type) {
    case "RequestHeaderModifier":
      return { ...empty, ...valuesOfEdits(filter.requestHeaderModifier) };
    case "ResponseHeaderModifier":
      return { ...empty, ...valuesOfEdits(filter.responseHeaderModifier) };
    case "URLRewrite":
      return { ...empty, hostname: filter.urlRewrite.hostname ?? "", ...valuesOfRewrite(filter.urlRewrite.path) };
    case "RequestRedirect": {
      const { hostname = "", path, port, scheme = "", statusCode } = filter.requestRedirect;
      return { ...empty, hostname, scheme, port: textOf(port), statusCode: textOf(statusCode), ...valuesOfRewrite(path) };
    }
    case "RequestMirror": {
      const { backendRef, percent } = filter.requestMirror;
      return { ...empty, service: backendRef.service ?? "", version: backendRef.version, percent: textOf(percent) };
    }
  }
}

/** The filter that its values describe. */
export function filterOfValues(values: FilterValues): RouteFilter {
  switch (values.type) {
    case "RequestHeaderModifier":
      return { type: values.type, requestHeaderModifier: editsOf(values) };
    case "ResponseHeaderModifier":
      return { type: values.type, responseHeaderModifier: editsOf(values) };
    case "URLRewrite":
      return { type: values.type, urlRewrite: { ...hostnameOf(values), ...rewriteOf(values) } };
    case "RequestRedirect":
      return { type: values.type, requestRedirect: redirectOf(values) };
    case "RequestMirror": {
      const percent = typedNumber(values.percent);
      const service = values.service.trim();
      const backendRef = { ...(service !== "" && { service }), version: values.version.trim() };
      return { type: values.type, requestMirror: { backendRef, ...(percent !== undefined && { percent }) } };
    }
  }
}

function valuesOfEdits({ set = [], add = [], remove = [] }: HeaderEdits): Pick<FilterValues, "set" | "add" | "remove"> {
  return { set: [...set], add: [...add], remove: remove.map((name) => ({ name, value: "" })) };
}

function editsOf({ set, add, remove }: FilterValues): HeaderEdits {
  const headers = (list: readonly HeaderValues[]) => list.map(({ name, value }) => ({ name: name.trim(), value }));
  return {
    ...(set.length > 0 && { set: headers(set) }),
    ...(add.length > 0 && { add: headers(add) }),
    ...(remove.length > 0 && { remove: remove.map(({ name }) => name.trim()) }),
  };
}

function valuesOfRewrite(path: PathRewrite | undefined): Pick<FilterValues, "rewrite" | "path"> {
  if (path === undefined) return { rewrite: "", path: "" };
  return { rewrite: path.type, path: path.type === "ReplaceFullPath" ? path.replaceFullPath : path.replacePrefixMatch };
}

function rewriteOf({ rewrite, path }: FilterValues): { path?: PathRewrite } {
  if (rewrite === "") return {};
  const value = path.trim();
  return {
    path: rewrite === "ReplaceFullPath" ? { type: rewrite, replaceFullPath: value } : { type: rewrite, replacePrefixMatch: value },
  };
}

function redirectOf(values: FilterValues): Redirect {
  const port = typedNumber(values.port);
  return {
    ...(values.scheme !== "" && { scheme: values.scheme as NonNullable<Redirect["scheme"]> }),
    ...hostnameOf(values),
    ...(port !== undefined && { port }),
    ...rewriteOf(values),
    ...(values.statusCode !== "" && { statusCode: Number(values.statusCode) as NonNullable<Redirect["statusCode"]> }),
  };
}

function hostnameOf({ hostname }: FilterValues): { hostname?: string } {
  return hostname.trim() === "" ? {} : { hostname: hostname.trim() };
}

function textOf(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
