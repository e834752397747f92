/**
 * Identities of the mesh: SPIFFE ids (https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md).
 *
 *   spiffe://<trust domain>/service/<name>/version/<semver>     an instance
 *   spiffe://<trust domain>/ingress                             the ingress
 *
 * Invariant: an id is accepted in exactly one spelling, and compared byte by byte; there is no decoding and no case folding.
 */
import { parseServiceName, parseVersion, type ServiceName, type Version } from "./names.ts";

/** Lower-case host name characters, as the standard has it; bounded so that an id fits into 2 048 bytes. */
const TRUST_DOMAIN = /^[a-z0-9]([a-z0-9._-]{0,253}[a-z0-9])?$/;

/** Whom an id names. */
export type Principal =
  | { readonly kind: "instance"; readonly service: ServiceName; readonly version: Version }
  | { readonly kind: "ingress" };

/** What proxies verify peers with. */
export interface TrustBundle {
  readonly trustDomain: string;
  /** Roots, PEM each; two during a root change. The first one issues. */
  readonly rootsPem: readonly string[];
  /** Counts changes. */
  readonly version: number;
}

export function isTrustDomain(text: string): boolean {
  return TRUST_DOMAIN.test(text);
}

/** The id of a principal. */
export function spiffeId(trustDomain: string, principal: Principal): string {
  const path = principal.kind === "ingress" ? "ingress" : `service/${principal.service}/version/${principal.version}`;
  return `spiffe://${trustDomain}/${path}`;
}

/** Reads an id of this trust domain; null for any other text. */
export function parseSpiffeId(trustDomain: string, text: string): Principal | null {
  const prefix = `spiffe://${trustDomain}/`;
  if (!text.startsWith(prefix)) return null;
  const path = text.slice(prefix.length);
  if (path === "ingress") return { kind: "ingress" };
  const parts = path.split("/");
  if (parts.length !== 4 || parts[0] !== "service" || parts[2] !== "version") return null;
  const service = parseServiceName(parts[1] ?? "");
  const version = parseVersion(parts[3] ?? "");
  return service.ok && version.ok ? { kind: "instance", service: service.value, version: version.value } : null;
}
