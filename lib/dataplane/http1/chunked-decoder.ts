/**
 * The chunked coding (RFC 9112, section 7.1), read byte by byte and strictly: sizes are 1 to 12 hex digits, lines end with CR LF and
 * nothing else, extensions are well formed, bounded (in each chunk, and over the body by the data they come with) and dropped, trailers
 * are checked like headers. In: bytes in any pieces. Out: the data, as
 * views into what was pushed, and the trailer lines that may be passed on.
 * Invariant: the result does not depend on how the bytes were split. After a fault or the end nothing more is consumed.
 */

type Step = "size" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" | "trailer";

const SIZE_DIGITS_MAX = 12;
/** Of one chunk. */
const EXTENSION_BYTES_MAX = 4_096;
/** Of all chunks together, beyond one byte for each byte of data: a body in tiny chunks must not carry endless extensions. */
const EXTENSION_SURPLUS_MAX = 64 * 1024;
const TRAILER_BYTES_MAX = 8_192;
const CR = 13;
const LF = 10;
const SEMICOLON = 59;

const TRAILERS = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;
/** RFC 9110, section 6.5.1: framing, routing, conditions, authentication and content negotiation have no place in trailers. Some servers take `_` for `-`. */
const NOT_A_TRAILER =
  /^(?:content[-_](?:length|encoding|type|range)|transfer[-_]encoding|host|connection|keep[-_]alive|te|trailer|upgrade|expect|range|if[-_].*|authorization|www[-_]authenticate|cookie|set[-_]cookie|cache[-_]control|max[-_]forwards|forwarded|traceparent|tracestate|baggage|x[-_](?:forwarded|interlock)[-_].*|proxy[-_].*)$/i;

export class ChunkedDecoder {
  /** Data of the last `push`, in order; valid until the next one. */
  readonly pieces: Uint8Array[] = [];
  /** Total length of `pieces`. */
  pieceBytes = 0;
  /** The last chunk and its trailers were read. */
  done = false;
  /** A sentence, once the bytes cannot be chunked coding. */
  fault: string | null = null;
  /** Trailer lines to pass on, each with its CR LF; "" without. Complete when `done`. */
  trailers = "";
  #step: Step = "size";
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;
  /** Extension bytes of the whole body less its data bytes. */
  #extensionSurplus = 0;
  #trailerText = "";

  /** Reads `bytes` from `start`; returns the position after the last byte that belongs to the body. */
  push(bytes: Uint8Array, start: number): number {
    this.pieces.length = 0;
    this.pieceBytes = 0;
    let at = start;
    while (at < bytes.length && !this.done && this.fault === null) {
      if (this.#step === "data") at = this.#takeData(bytes, at);
      else this.#takeByte(bytes[at++] as number);
    }
    return at;
  }

  #takeData(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#size);
    this.pieces.push(bytes.subarray(at, end));
    this.pieceBytes += end - at;
    this.#size -= end - at;
    this.#extensionSurplus -= end - at;
    if (this.#size === 0) this.#step = "data-cr";
    return end;
  }

  #takeByte(byte: number): void {
    switch (this.#step) {
      case "size":
        this.#takeSize(byte);
        break;
      case "extension":
        this.#takeExtension(byte);
        break;
      case "size-lf":
        this.#expect(byte, LF, this.#size > 0 ? "data" : "trailer", "a chunk's size does not end with CR LF");
        break;
      case "data-cr":
        this.#expect(byte, CR, "data-lf", "a chunk is longer than its size");
        break;
      case "data-lf":
        this.#expect(byte, LF, "size", "a chunk does not end with CR LF");
        this.#digits = 0;
        break;
      default:
        this.#takeTrailer(byte);
    }
  }

  #expect(byte: number, wanted: number, next: Step, otherwise: string): void {
    if (byte === wanted) this.#step = next;
    else this.fault = otherwise;
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#size = this.#digits === 0 ? digit : this.#size * 16 + digit;
      this.#digits++;
      if (this.#digits > SIZE_DIGITS_MAX) this.fault = "a chunk's size has too many digits";
    } else if (this.#digits === 0) this.fault = "a chunk has no size";
    else if (byte === CR) this.#step = "size-lf";
    else if (byte === SEMICOLON) {
      this.#step = "extension";
      this.#extensionBytes = 0;
    } else this.fault = "a chunk's size is not hexadecimal";
  }

  #takeExtension(byte: number): void {
    if (byte === CR) this.#step = "size-lf";
    else if ((byte < 0x20 && byte !== 9) || byte === 0x7f) this.fault = "a chunk extension contains a control character";
    else if (++this.#extensionBytes > EXTENSION_BYTES_MAX || ++this.#extensionSurplus > EXTENSION_SURPLUS_MAX)
      this.fault = "chunk extensions are too long";
  }

  #takeTrailer(byte: number): void {
    this.#trailerText += String.fromCharCode(byte);
    const text = this.#trailerText;
    if (text.length > TRAILER_BYTES_MAX) this.fault = "the trailers are too long";
    else if (byte === LF && !text.endsWith("\r\n")) this.fault = "a trailer does not end with CR LF";
    else if (text === "\r\n" || text.endsWith("\r\n\r\n")) this.#finish(text.slice(0, -2));
  }

  #finish(lines: string): void {
    if (!TRAILERS.test(lines)) {
      this.fault = "a trailer is not a valid header";
      return;
    }
    this.trailers = lines
      .split(/(?<=\r\n)/)
      .filter((line) => !NOT_A_TRAILER.test(line.slice(0, line.indexOf(":"))))
      .join("");
    this.done = true;
  }
}

/** The pieces as one chunk, followed by the end of the body when `trailers` is given: one buffer, one write. No pieces and no end: null. */
export function encodeChunk(pieces: readonly Uint8Array[], pieceBytes: number, trailers: string | null): Buffer | null {
  const size = pieceBytes === 0 ? "" : `${pieceBytes.toString(16)}\r\n`;
  const tail = `${pieceBytes === 0 ? "" : "\r\n"}${trailers === null ? "" : `0\r\n${trailers}\r\n`}`;
  if (size === "" && tail === "") return null;
  const encoded = Buffer.allocUnsafe(size.length + pieceBytes + tail.length);
  let at = encoded.write(size, 0, "latin1");
  for (const piece of pieces) {
    encoded.set(piece, at);
    at += piece.length;
  }
  encoded.write(tail, at, "latin1");
  return encoded;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
