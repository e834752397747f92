/**
 * The four forms of a request target (RFC 9112, section 3.2), told apart strictly: `origin` (/a?b), `absolute` (http://host/a?b),
 * `authority` (host:port, CONNECT only) and `asterisk` (*, OPTIONS only). Userinfo, fragments and schemes other than http are refused.
 * Nothing is decoded or normalised: what is matched is what the instance sees.
 */
import { ok, type Result } from "../../std/index.ts";
import { fault, type HeadFault } from "./head-fault.ts";

export interface RequestTarget {
  readonly form: "origin" | "absolute" | "authority" | "asterisk";
  /** `host` or `host:port` of the target; "" where the form has none. */
  readonly authority: string;
  /** What is sent on: path and query, or `*`; "" for CONNECT. */
  readonly path: string;
}

const AUTHORITY = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;

/** Whether a `Host` value, or the authority of a target, is a name or address with at most a port. */
export function isAuthority(text: string): boolean {
  return text.length <= 260 && AUTHORITY.test(text);
}

export function parseRequestTarget(method: string, target: string): Result<RequestTarget, HeadFault> {
  if (method === "CONNECT") return parseConnect(target);
  if (target.charCodeAt(0) === 0x2f) return ok({ form: "origin", authority: "", path: target });
  if (target === "*" && method === "OPTIONS") return ok({ form: "asterisk", authority: "", path: target });
  const scheme = target.slice(0, 8).toLowerCase();
  if (scheme === "https://") return fault("request.not-supported", "The proxy cannot speak TLS on the caller's behalf: use CONNECT.");
  if (!scheme.startsWith("http://")) return fault("request.malformed", "The request target is in none of the four forms.");
  const end = /[/?]/.exec(target.slice(7))?.index;
  const authority = end === undefined ? target.slice(7) : target.slice(7, 7 + end);
  const rest = end === undefined ? "" : target.slice(7 + end);
  if (!isAuthority(authority)) return fault("request.malformed", "The authority of the request target is not a host with at most a port.");
  const path = rest.startsWith("/") ? rest : emptyPath(method, rest);
  return ok({ form: "absolute", authority, path });
}

/** RFC 9112, section 3.2.4: OPTIONS of an authority without a path is the asterisk form. */
function emptyPath(method: string, query: string): string {
  return method === "OPTIONS" && query === "" ? "*" : `/${query}`;
}

function parseConnect(target: string): Result<RequestTarget, HeadFault> {
  if (!isAuthority(target) || !/:[0-9]+$/.test(target)) return fault("request.malformed", "The target of CONNECT is not host:port.");
  return ok({ form: "authority", authority: target, path: "" });
}

/** Whether two authorities name the same, without case and with port 80 as the default. */
export function sameAuthority(left: string, right: string): boolean {
  return left === right || withPort(left) === withPort(right);
}

/** `host:port` in lower case; port 80 where none is given. */
export function withPort(authority: string): string {
  const lower = authority.toLowerCase();
  return /:[0-9]+$/.test(lower) && !lower.endsWith("]") ? lower : `${lower}:80`;
}
