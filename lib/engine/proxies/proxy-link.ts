import type { Socket } from "node:net";
import type { EngineMessage, ProxyMessage } from "../../model/index.ts";
import { createFrameReader, encodeFrame } from "./frames.ts";

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

const KINDS = new Set(["hello", "ack", "nack", "listeners", "telemetry"]);

/** Frames and messages over one socket. A peer that does not speak the protocol is cut off. */
export function createProxyLink(socket: Socket, events: LinkEvents): ProxyLink {
  const reader = createFrameReader();
  let reason = "the connection ended";
  let isClosed = false;

  function close(why: string): void {
    reason = why;
    socket.destroy();
  }

  function take(message: unknown): void {
    if (!isProxyMessage(message)) return close("it does not speak the protocol");
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
  });
  socket.on("drain", () => events.drained());
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

function isProxyMessage(message: unknown): message is ProxyMessage {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return typeof message.kind === "string" && KINDS.has(message.kind) && hasShape(message as ProxyMessage);
}

/** The fields without which a message means nothing; the proxy is a process of ours, so depth is left to the types. */
function hasShape(message: ProxyMessage): boolean {
  switch (message.kind) {
    case "hello":
      return typeof message.proxyId === "string" && typeof message.bootId === "string" && typeof message.node === "string";
    case "ack":
    case "nack":
      return Number.isSafeInteger(message.version);
    case "listeners":
      return Array.isArray(message.outbound);
    case "telemetry":
      return typeof message.batch === "object" && Array.isArray(message.batch?.edges) && Array.isArray(message.batch.instances);
  }
}
