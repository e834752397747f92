/**
 * Where does a message head end? Asked again whenever bytes arrived, until it is answered.
 *
 * Invariant: the answer depends on the bytes alone and never on how they were split over reads, because whatever can be told from a
 * prefix is told by its first offending position: a byte that no head begins with, a bare LF, the limit, or the end.
 * One CRLF before the head is skipped (RFC 9112, section 2.2); a bare LF is never a line end (RFC 9112 allows that leniency, and
 * leniency is how requests are smuggled).
 */

/** Position of the CR that begins the empty line; or why there is none. */
export type HeadEnd = number;

/** More bytes are needed. */
export const HEAD_INCOMPLETE = -1;
/** No continuation can make this a head. */
export const HEAD_MALFORMED = -2;
/** The head is longer than the limit. */
export const HEAD_TOO_LARGE = -3;

const FIRST_BYTE = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]|\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]|\r?$|\r\n$)/;

/** Where the head begins: after the one CRLF that may come before it. */
export function headStart(text: string): number {
  return text.charCodeAt(0) === 13 && text.charCodeAt(1) === 10 ? 2 : 0;
}

/**
 * Looks for the end of the head in `text` (latin1), whose first `searched` bytes were searched before.
 * `limit` counts every byte from the start of the text to the end of the empty line.
 */
export function findHeadEnd(text: string, searched: number, limit: number): HeadEnd {
  const end = text.indexOf("\r\n\r\n", searched < 3 ? headStart(text) : searched - 3);
  if (end >= 0 && end + 4 <= limit) return end;
  if (!FIRST_BYTE.test(text) || hasBareLf(text, searched, limit)) return HEAD_MALFORMED;
  return end >= 0 || text.length > limit ? HEAD_TOO_LARGE : HEAD_INCOMPLETE;
}

function hasBareLf(text: string, searched: number, limit: number): boolean {
  for (let at = text.indexOf("\n", searched); at >= 0 && at < limit; at = text.indexOf("\n", at + 1)) {
    if (at === 0 || text.charCodeAt(at - 1) !== 13) return true;
  }
  return false;
}
