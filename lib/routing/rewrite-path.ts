/**
 * New paths and where a redirect points (HTTPRoute of Gateway API v1.2, HTTPPathModifier and HTTPRequestRedirectFilter).
 * The prefix is replaced by whole elements: `/a` by `/b` turns `/a` into `/b`, `/a/c` into `/b/c`, and never `/ac`. A trailing slash of either does not
 * count, and no double slash appears. What follows `?` is kept by the caller of these functions, or by `redirectLocation`.
 */
import type { PathRewrite, RouteFilter } from "../model/index.ts";

export type Redirect = Extract<RouteFilter, { readonly type: "RequestRedirect" }>["requestRedirect"];

/** The path after a rewrite. `prefix` is the one that matched; a path that does not start with it stays as it is. */
export function rewritePath(rewrite: PathRewrite, path: string, prefix: string): string {
  if (rewrite.type === "ReplaceFullPath") return rewrite.replaceFullPath;
  const matched = withoutSlash(prefix);
  if (!hasPrefix(path, matched)) return path;
  const rest = path.slice(matched.length);
  const target = withoutSlash(rewrite.replacePrefixMatch);
  return rest === "" || rest === "/" ? (target === "" ? "/" : target + (path.length > 1 ? rest : "")) : target + rest;
}

/** Whether a path lies at or below a prefix that has no trailing slash; "" is the root. */
export function hasPrefix(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || prefix === "" || path.charCodeAt(prefix.length) === 0x2f);
}

/** What of a request a redirect is made from. */
export interface RedirectSource {
  /** Of the request; what it came in by. */
  readonly scheme: "http" | "https";
  /** As in `Host`. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** The prefix that matched. */
  readonly prefix: string;
}

/**
 * The value of `Location`. Parts that the redirect does not name are those of the request; with another scheme or port the host's own port is dropped,
 * and the well-known port of the scheme is never written.
 */
export function redirectLocation(redirect: Redirect, request: RedirectSource): string {
  const scheme = redirect.scheme ?? request.scheme;
  const [name, port] = splitAuthority(request.host);
  const keepsPort = redirect.scheme === undefined || redirect.scheme === request.scheme;
  const wanted = redirect.port ?? (keepsPort && port !== "" ? Number(port) : null);
  const isWellKnown = wanted === (scheme === "http" ? 80 : 443);
  const path = redirect.path === undefined ? request.path : rewritePath(redirect.path, request.path, request.prefix);
  const authority = `${redirect.hostname ?? name}${wanted === null || isWellKnown ? "" : `:${wanted}`}`;
  return `${scheme}://${authority}${path === "*" ? "/" : path}${request.query === "" ? "" : `?${request.query}`}`;
}

function withoutSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

function splitAuthority(host: string): readonly [name: string, port: string] {
  const colon = host.indexOf(":", host.startsWith("[") ? host.indexOf("]") : 0);
  return colon < 0 ? [host, ""] : [host.slice(0, colon), host.slice(colon + 1)];
}
