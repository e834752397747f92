/** What may stand where in an HTTP/1.1 head, for input that is to become part of one. */

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a request target's path may hold as sent: visible ASCII without `?`, `#`. */
const PATH = /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/;
/** What a field value may hold (RFC 9110, section 5.5), without white space at its ends. */
const FIELD_VALUE = /^([\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);
const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** A method, a header's or a cookie's name. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A method as it is sent: methods have case, and a known one in lower case never comes. */
export function isMethod(text: string): boolean {
  return TOKEN.test(text) && (KNOWN_METHODS.has(text) || !KNOWN_METHODS.has(text.toUpperCase()));
}

export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text);
}

/** A path as a client could send it. */
export function isRoutablePath(text: string): boolean {
  return PATH.test(text);
}

/** A DNS name in lower case, without port and wildcard. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && HOST_NAME.test(text);
}
