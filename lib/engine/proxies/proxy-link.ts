import type { Socket } from "node:net";
import { type EngineMessage, PROXY_MESSAGE_BYTES_MAX, type ProxyMessage } from "../../model/index.ts";
import { createFrameReader, encodeFrame } from "./frames.ts";
import { isProxyMessage } from "./is-proxy-message.ts";

/** What a link tells the hub. Nothing is told after `closed`. */
export interface LinkEvents {
  message(message: ProxyMessage): void;
  /** The kernel takes bytes again after a stretch in which it did not. */
  drained(): void;
  closed(why: string): void;
}

/** One connection of a proxy. */
export interface ProxyLink {
  /** Whether the other end reads too slowly to be sent more now. */
  readonly isBehind: boolean;
  send(message: EngineMessage): void;
  sendFrame(frame: Buffer): void;
  close(why: string): void;
}

/** Largest first frame: a hello is some 200 bytes, and until it came nobody knows who is asking for memory. */
const HELLO_BYTES_MAX = 64 * 1024;

/**
 * Frames and messages over one socket. A peer that does not speak the protocol is cut off; one that does not read is not read either, so that it
 * cannot pile up answers here.
 */
export function createProxyLink(socket: Socket, events: LinkEvents): ProxyLink {
  let bytesMax = HELLO_BYTES_MAX;
  const reader = createFrameReader(() => bytesMax);
  let reason = "the connection ended";
  let isClosed = false;

  function close(why: string): void {
    reason = why;
    socket.destroy();
  }

  function take(message: unknown): void {
    if (!isProxyMessage(message)) return close("it does not speak the protocol");
    bytesMax = PROXY_MESSAGE_BYTES_MAX;
    try {
      events.message(message);
    } catch (error) {
      close(`its message "${message.kind}" could not be taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  socket.on("data", (chunk: Buffer) => {
    const messages = reader.push(chunk);
    if (!messages.ok) return close(messages.error);
    for (const message of messages.value) if (!socket.destroyed) take(message);
    if (socket.writableNeedDrain) socket.pause();
  });
  socket.on("drain", () => {
    socket.resume();
    events.drained();
  });
  socket.on("error", (error) => {
    reason = error.message;
  });
  socket.on("close", () => {
    if (isClosed) return;
    isClosed = true;
    events.closed(reason);
  });

  return {
    get isBehind() {
      return socket.writableNeedDrain;
    },
    send(message) {
      if (!socket.destroyed) socket.write(encodeFrame(message));
    },
    sendFrame(frame) {
      if (!socket.destroyed) socket.write(frame);
    },
    close,
  };
}
