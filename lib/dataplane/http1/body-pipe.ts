import { ChunkedDecoder, encodeChunk } from "./chunked-decoder.ts";

/** How a body's end is found on the side it comes from. */
export type BodyFraming = "none" | "length" | "chunked" | "close";

/**
 * One body on its way from one connection to the other: finds its end and frames it canonically for the other side.
 * A chunked body leaves as chunks of our own making, or bare where the receiver speaks HTTP/1.0 (`bare`).
 */
export class BodyPipe {
  /** Every byte of the body was read. */
  done: boolean;
  /** A sentence, once the body cannot be read. */
  fault: string | null = null;
  /** Bytes of the body itself so far, framing apart. */
  bodyBytes = 0;
  /** After `push`: the position after the last byte that belongs to the body. */
  end = 0;
  readonly #decoder: ChunkedDecoder | null;
  readonly #bare: boolean;
  /** Only the end of the connection ends it. */
  readonly isOpenEnded: boolean;
  #left: number;

  constructor(framing: BodyFraming, length: number, bare: boolean) {
    this.#decoder = framing === "chunked" ? new ChunkedDecoder() : null;
    this.#bare = bare;
    this.isOpenEnded = framing === "close";
    this.#left = framing === "length" ? length : 0;
    this.done = framing === "none" || (framing === "length" && length === 0);
  }

  /** Reads `bytes` from `start`; returns what to write on the other side (a view or a copy), or null for nothing. */
  push(bytes: Buffer, start: number): Buffer | null {
    if (this.#decoder !== null) return this.#pushChunked(this.#decoder, bytes, start);
    const available = bytes.length - start;
    const taken = this.isOpenEnded ? available : Math.min(this.#left, available);
    this.end = start + taken;
    this.bodyBytes += taken;
    if (!this.isOpenEnded) {
      this.#left -= taken;
      this.done = this.#left === 0;
    }
    if (taken === 0) return null;
    return taken === bytes.length ? bytes : bytes.subarray(start, this.end);
  }

  /** The same for a body with a known length that is at hand as latin1 text: text in, text out. */
  pushText(text: string, start: number): string {
    const taken = Math.min(this.#left, text.length - start);
    this.end = start + taken;
    this.bodyBytes += taken;
    this.#left -= taken;
    this.done = this.#left === 0;
    return taken === 0 ? "" : text.slice(start, this.end);
  }

  #pushChunked(decoder: ChunkedDecoder, bytes: Buffer, start: number): Buffer | null {
    this.end = decoder.push(bytes, start);
    this.bodyBytes += decoder.pieceBytes;
    this.done = decoder.done;
    this.fault = decoder.fault;
    if (!this.#bare) return encodeChunk(decoder.pieces, decoder.pieceBytes, decoder.done ? decoder.trailers : null);
    return decoder.pieceBytes === 0 ? null : Buffer.concat(decoder.pieces, decoder.pieceBytes);
  }
}
