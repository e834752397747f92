/**
 * The one spelling of a path that routing and authorization look at, and that is sent to a service whose authorization looks at paths.
 * In: a request's path as sent, without query. Out: its normal form, or why it has none.
 *
 * An escape of a character that may stand in a path as itself (RFC 3986, pchar) is decoded, once; every other byte is escaped, in upper case; slashes
 * in a row become one; dot segments are resolved (RFC 3986, section 5.2.4).
 * Whatever servers read in different ways has no normal form: an escaped `/`, `\`, `;` or control character, a bare `\` or `;` (path parameters: Tomcat
 * cuts them off before it compares), an escape of an escape, bytes that are not UTF-8 (overlong forms of `.` and `/`), a broken escape, a
 * path that climbs above its root, and `..` together with an empty segment (merged first or resolved first makes two paths).
 *
 * Invariants: n(n(x)) = n(x); two paths that a server decoding once takes for the same have the same normal form, or none.
 */
import { err, ok, type Result } from "../std/index.ts";

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;
const HEX = /^[0-9A-Fa-f]{2}$/;
const ESCAPED_TWICE = /%25[0-9A-Fa-f]{2}/;

/** 1 for each ASCII character that stands for itself in a path. */
const LITERAL = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/")
  LITERAL[character.charCodeAt(0)] = 1;

/** The normal form, or one clause about the path that says why it has none, such as "it has an escaped slash". */
export function normalisePath(path: string): Result<string, string> {
  if (isNormal(path)) return ok(path);
  if (path.charCodeAt(0) !== SLASH) return err("it does not start with a slash");
  const decoded = decodeOnce(path);
  return decoded.ok ? resolveSegments(decoded.value) : decoded;
}

/** The normal form; null where there is none. */
export function normalOrNull(path: string): string | null {
  if (isNormal(path)) return path;
  const normal = normalisePath(path);
  return normal.ok ? normal.value : null;
}

/** What routes compare: the normal form, and the path as it is where it has none. */
export function routedPath(path: string): string {
  return normalOrNull(path) ?? path;
}

/** True for nearly every path that is sent; a path with a segment that starts with a dot is looked at more closely. */
function isNormal(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return false;
  let previous = 0;
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index);
    if (LITERAL[code] !== 1) return false;
    if (previous === SLASH && (code === SLASH || code === DOT)) return false;
    previous = code;
  }
  return true;
}

function decodeOnce(path: string): Result<string, string> {
  let text = "";
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index);
    const isEscape = code === PERCENT;
    const hex = path.slice(index + 1, index + 3);
    if (isEscape && !HEX.test(hex)) return err("it has a broken escape");
    const byte = isEscape ? Number.parseInt(hex, 16) : code;
    const why = whyRefused(byte, isEscape);
    if (why !== null) return err(`it has ${isEscape ? "an escaped" : "a"} ${why}`);
    text += spell(byte);
    if (isEscape) index += 2;
  }
  if (ESCAPED_TWICE.test(text)) return err("it is escaped twice");
  return isUtf8(text) ? ok(text) : err("it is not UTF-8");
}

/** What servers do not agree on, bare or escaped, and what cannot stand in a path bare. */
function whyRefused(byte: number, isEscape: boolean): string | null {
  if (byte === SLASH && isEscape) return "slash";
  if (byte === 0x5c) return "backslash";
  if (byte === 0x3b) return "semicolon";
  if (byte < 0x20 || byte === 0x7f) return "control character";
  const isOutside = byte === 0x20 || byte === 0x23 || byte === 0x3f || byte > 0x7e;
  return isOutside && !isEscape ? "character that a path cannot have" : null;
}

function spell(byte: number): string {
  return LITERAL[byte] === 1 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function isUtf8(text: string): boolean {
  if (!text.includes("%")) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function resolveSegments(path: string): Result<string, string> {
  const segments = path.slice(1).split("/");
  const last = segments[segments.length - 1];
  if (segments.includes("..") && segments.indexOf("") >= 0 && segments.indexOf("") < segments.length - 1)
    return err("it has an empty segment together with ..");
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") {
      if (kept.pop() === undefined) return err("it climbs above its root");
    } else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const isFolder = last === "" || last === "." || last === "..";
  return ok(`/${kept.join("/")}${isFolder && kept.length > 0 ? "/" : ""}`);
}
