/**
 * Frames between engine and proxy: 4-byte big-endian length, then that many bytes of UTF-8 JSON (`lib/model/proxy-protocol.ts`).
 * The result does not depend on how the bytes were split; a frame over the limit is a fault, found before its body is kept.
 */
import { PROXY_MESSAGE_BYTES_MAX } from "../model/index.ts";

const HEADER_BYTES = 4;

export function encodeFrame(message: unknown): Buffer {
  const body = JSON.stringify(message);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(body));
  frame.writeUInt32BE(frame.length - HEADER_BYTES, 0);
  frame.write(body, HEADER_BYTES, "utf8");
  return frame;
}

/** Collects bytes until frames are whole. */
export class FrameDecoder {
  #parts: Buffer[] = [];
  #bytes = 0;
  #wanted = HEADER_BYTES;

  /** The messages that `bytes` completed, parsed; throws for a frame that is too long or no JSON. */
  push(bytes: Buffer): unknown[] {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    const messages: unknown[] = [];
    while (this.#bytes >= this.#wanted) {
      const all = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
      const length = all.readUInt32BE(0);
      if (length > PROXY_MESSAGE_BYTES_MAX) throw new Error(`a frame of ${length} bytes is over the limit`);
      const end = HEADER_BYTES + length;
      const isWhole = all.length >= end;
      if (isWhole) messages.push(JSON.parse(all.toString("utf8", HEADER_BYTES, end)));
      const rest = isWhole ? all.subarray(end) : all;
      this.#parts = rest.length === 0 ? [] : [rest];
      this.#bytes = rest.length;
      this.#wanted = isWhole ? HEADER_BYTES : end;
    }
    return messages;
  }
}
