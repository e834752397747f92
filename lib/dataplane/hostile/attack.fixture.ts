/**
 * Requests that some program reads in another way than the next one, made by families: the techniques of the public corpora (desync and
 * smuggling scanners, grammar fuzzers, differential tests of servers), each place of a message mutated by every byte where that says more
 * than a list would. What may become of each is known: `refused` (an answer with a code, and the end of the connection) or `passed` (on to
 * the instance, as the requests that the proxy counted and no other).
 */

export interface Attack {
  readonly family: string;
  readonly name: string;
  readonly outcome: "refused" | "passed";
  /** Bytes as latin1. Hidden in them is a request for `/smuggled`. */
  readonly text: string;
}

export const TARGET = "/attack";
export const HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: a.mesh\r\nX: ";

export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;
export const HOST = "Host: a.mesh\r\n";
export const ALL_BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
/** What parsers differ about: control characters, everything that is no letter or digit, and of those beyond ASCII the ones some take for blanks or letters. */
export const TELLING_BYTES = ALL_BYTES.filter((byte) => /[^A-Za-z0-9\x7f-\xff]|[09aZ\x7f-\x82\x85\x8a\x8d\x96\xa0\xad\xc2\xff]/.test(byte));
export const hex = (byte: string) => `0x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
export const head = (lines: string, method = "POST", version = "HTTP/1.1") => `${method} ${TARGET} ${version}\r\n${HOST}${lines}\r\n\r\n`;
export const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;
export const END = "0\r\n\r\n";

export function attack(family: string, name: string, isPassed: boolean, text: string): Attack {
  return { family, name, outcome: isPassed ? "passed" : "refused", text };
}
