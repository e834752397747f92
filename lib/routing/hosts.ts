/**
 * Host → service. A pattern is an exact name, `*.example.com` (one label or more in its place) or `*` (whatever nobody else claims).
 * Precedence: exact, then the longest wildcard suffix, then `*`. `<service>.mesh` always names its service.
 * Hosts compare without case, port and trailing dot (RFC 9110, section 4.2.3).
 */
import type { Problem, ServiceName } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";

/** Finds the service that a `Host` names; undefined when none does. */
export interface HostIndex {
  serviceFor(host: string): ServiceName | undefined;
}

/** The host that every service has without being configured. */
export function impliedHost(service: ServiceName): string {
  return `${service}.mesh`;
}

/** Builds the index. Where two services claim one pattern the first in order of name has it; implied hosts cannot be claimed away. */
export function createHostIndex(services: Iterable<{ readonly name: ServiceName; readonly hosts: readonly string[] }>): HostIndex {
  const exact = new Map<string, ServiceName>();
  const suffixes = new Map<string, ServiceName>();
  let fallback: ServiceName | undefined;
  const ordered = [...services].sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const { name } of ordered) exact.set(impliedHost(name), name);
  for (const { name, hosts } of ordered) {
    for (const pattern of hosts.map((host) => host.toLowerCase())) {
      if (pattern === "*") fallback ??= name;
      else if (!pattern.startsWith("*.")) setOnce(exact, pattern, name);
      else setOnce(suffixes, pattern.slice(2), name);
    }
  }
  return {
    serviceFor(host) {
      // Callers inside the mesh nearly always write the plain name; it needs no normalising.
      return exact.get(host) ?? slowLookup(normaliseHost(host), exact, suffixes) ?? fallback;
    },
  };
}

function setOnce(map: Map<string, ServiceName>, key: string, name: ServiceName): void {
  if (!map.has(key)) map.set(key, name);
}

function slowLookup(
  host: string,
  exact: ReadonlyMap<string, ServiceName>,
  suffixes: ReadonlyMap<string, ServiceName>,
): ServiceName | undefined {
  const named = exact.get(host);
  if (named !== undefined || suffixes.size === 0) return named;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    const service = dot === 0 ? undefined : suffixes.get(host.slice(dot + 1));
    if (service !== undefined) return service;
  }
  return undefined;
}

/** A `Host` value as it is compared: lower case, without port, without trailing dot. */
export function normaliseHost(host: string): string {
  const bracket = host.startsWith("[") ? host.indexOf("]") : -1;
  const colon = host.indexOf(":", bracket + 1);
  const name = colon < 0 ? host : host.slice(0, colon);
  return (name.endsWith(".") ? name.slice(0, -1) : name).toLowerCase();
}

const DNS_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Reads a host as an operator gives it, in lower case; `path` is where it stood in the input. */
export function parseHostPattern(text: string, path: string): Result<string, Problem> {
  const pattern = text.toLowerCase();
  const name = pattern.startsWith("*.") ? pattern.slice(2) : pattern;
  if (pattern === "*" || (name.length <= 253 && DNS_NAME.test(name))) return ok(pattern);
  return err({
    path,
    code: "host.invalid",
    detail: `"${text}" is not a valid host.`,
    fix: 'Write a DNS name without port such as shop.example.com, a wildcard such as *.example.com, or "*".',
  });
}
