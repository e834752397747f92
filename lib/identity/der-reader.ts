/**
 * A strict reader of DER (ITU-T X.690, 2021): definite lengths in their shortest form, one-byte tags, nothing left over.
 *
 * Certificates are taken apart here byte by byte, because what an identity *is* must not depend on how a library prints it: a NUL, a second name or a
 * name of another kind is seen as what it is. Anything that is not DER ends in `DerError`, which never leaves this module's callers.
 */

/** One element: its tag, its contents, and all of its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly raw: Uint8Array;
}

/** Thrown where bytes are not DER, or not what the standard wants there. */
export class DerError extends Error {
  override readonly name = "DerError";
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Longest length field that is read: three bytes, so 16 MiB. */
const LENGTH_BYTES_MAX = 3;

/** The tag of the context-specific element `number`. */
export function contextTag(number: number, constructed: boolean): number {
  return (constructed ? 0xa0 : 0x80) | number;
}

/** The one element that fills `bytes`. */
export function readWhole(bytes: Uint8Array, tag: number): DerElement {
  const element = readAt(bytes, 0);
  if (element.raw.length !== bytes.length) throw new DerError("there are bytes after the end");
  return expectTag(element, tag);
}

/** The elements that `bytes` consists of, in order. */
export function readAll(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const element = readAt(bytes, offset);
    elements.push(element);
    offset += element.raw.length;
  }
  return elements;
}

/** The element, which must be there and have this tag. */
export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element === undefined) throw new DerError(`an element with tag 0x${tag.toString(16)} is missing`);
  if (element.tag !== tag) throw new DerError(`tag 0x${element.tag.toString(16)} stands where 0x${tag.toString(16)} belongs`);
  return element;
}

/** The contents of a bit string that is made of whole bytes. */
export function wholeBytes({ contents }: DerElement): Uint8Array {
  if (contents.length < 1 || contents[0] !== 0) throw new DerError("a bit string is not made of whole bytes");
  return contents.subarray(1);
}

function readAt(bytes: Uint8Array, offset: number): DerElement {
  const tag = byteAt(bytes, offset);
  if ((tag & 0x1f) === 0x1f) throw new DerError("a tag has more than one byte");
  const { length, start } = readLength(bytes, offset + 1);
  const end = start + length;
  if (end > bytes.length) throw new DerError("an element is longer than what holds it");
  return { tag, contents: bytes.subarray(start, end), raw: bytes.subarray(offset, end) };
}

function readLength(bytes: Uint8Array, offset: number): { readonly length: number; readonly start: number } {
  const first = byteAt(bytes, offset);
  if (first < 0x80) return { length: first, start: offset + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > LENGTH_BYTES_MAX) throw new DerError("a length is indefinite or too long");
  let length = 0;
  for (let index = 1; index <= count; index++) length = length * 256 + byteAt(bytes, offset + index);
  const isShortest = length >= 0x80 && length >= 256 ** (count - 1);
  if (!isShortest) throw new DerError("a length is not in its shortest form");
  return { length, start: offset + 1 + count };
}

function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw new DerError("it ends too early");
  return byte;
}
