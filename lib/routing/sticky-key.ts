import type { Stickiness } from "../model/index.ts";
import type { Random } from "../std/index.ts";
import type { RequestHead } from "./matcher.ts";

/** The key that a request carries; undefined when it carries none. An empty value is none. */
export function stickyKey(request: RequestHead, { by, name }: Stickiness): string | undefined {
  const value = by === "header" ? request.header(name.toLowerCase()) : cookieValue(request.header("cookie"), name);
  return value === "" ? undefined : value;
}

/** A new key: 16 hexadecimal digits. It tells callers apart; it is no secret. */
export function drawStickyKey(random: Random): string {
  return random.nextUint32().toString(16).padStart(8, "0") + random.nextUint32().toString(16).padStart(8, "0");
}

/** The value of `Set-Cookie` that makes a browser keep the key for its session. */
export function stickyCookie(name: string, key: string): string {
  return `${name}=${key}; Path=/; HttpOnly; SameSite=Lax`;
}

/** The value of a cookie, without quotes (RFC 6265, section 5.4); of several with one name the first counts. Names have case. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  }
  return undefined;
}
