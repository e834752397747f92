import type { ServerResponse } from "node:http";
import { invariant } from "../../std/index.ts";
import type { StreamSink } from "./frame-writer.ts";

/** A peer that vanished without a word is found by the kernel after this silence. */
const KEEP_ALIVE_MS = 10_000;

/**
 * Sends the head of an event stream and gives the bare socket for its events. The body ends with the connection instead of being
 * chunked: one event is then one write of shared bytes.
 */
export function openSocketSink(response: ServerResponse): StreamSink {
  response.removeHeader("transfer-encoding");
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  response.flushHeaders();
  const { socket } = response;
  invariant(socket !== null, "a response that was not sent has its socket");
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return {
    write: (bytes) => void socket.write(bytes),
    get bufferedBytes() {
      return socket.writableLength;
    },
    get flushedBytes() {
      return socket.bytesWritten - socket.writableLength;
    },
    get full() {
      return socket.writableNeedDrain;
    },
    onDrain: (listener) => void socket.on("drain", listener),
    onClose: (listener) => void socket.once("close", listener),
    end: () => void response.end(),
    destroy: () => void socket.destroy(),
  };
}
