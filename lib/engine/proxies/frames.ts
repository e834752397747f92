/**
 * Frames of the proxy protocol (lib/model/proxy-protocol.ts): 4 bytes of length, big-endian, then that many bytes of UTF-8 JSON.
 */
import { type EngineMessage, PROXY_MESSAGE_BYTES_MAX, type ProxyMessage } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";

const HEADER_BYTES = 4;

/** One message as bytes. */
export function encodeFrame(message: EngineMessage | ProxyMessage): Buffer {
  const body = Buffer.from(JSON.stringify(message), "utf8");
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

/** Takes bytes as they come and returns the messages that are complete. */
export interface FrameReader {
  /** Fails on a frame over the limit or one that is no JSON object; the connection is then of no use any more. */
  push(chunk: Buffer): Result<readonly unknown[], string>;
}

/** A reader for one connection; holds at most one frame of up to `bytesMax()` bytes. */
export function createFrameReader(bytesMax = () => PROXY_MESSAGE_BYTES_MAX): FrameReader {
  let chunks: Buffer[] = [];
  let length = 0;

  function take(bytes: number): Buffer {
    const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
    chunks = bytes < all.length ? [all.subarray(bytes)] : [];
    length = all.length - bytes;
    return all.subarray(0, bytes);
  }

  let bodyBytes: number | null = null;
  return {
    push(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      const messages: unknown[] = [];
      for (;;) {
        if (bodyBytes === null) {
          if (length < HEADER_BYTES) return ok(messages);
          bodyBytes = take(HEADER_BYTES).readUInt32BE(0);
          if (bodyBytes > bytesMax()) return err(`a frame of ${bodyBytes} bytes is over the limit of ${bytesMax()}`);
        }
        if (length < bodyBytes) return ok(messages);
        const message = parseObject(take(bodyBytes).toString("utf8"));
        bodyBytes = null;
        if (message === null) return err("a frame is not a JSON object");
        messages.push(message);
      }
    },
  };
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}
