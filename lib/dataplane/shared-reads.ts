/**
 * Reads accepted connections into one buffer for all of them, which saves an allocation and its collection per read: some 8 % of the proxy's CPU.
 *
 * For connections that a program makes Node has this as a public option (`onread`), for accepted ones it has not. So a connection that was accepted
 * paused gives its handle to a new `net.Socket` with that option. This is the one place that touches a private field (`_handle`); where the field is
 * not what it was, or the connection is not a plain one (TLS), it is read by "data" events as ever. See docs/decisions/0005-shared-reads.md.
 * Invariant: nothing has been read from the accepted socket, so no byte is lost and none comes twice.
 */
import { Socket, type SocketConstructorOpts } from "node:net";

const BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** A connection that is being read. */
export interface ReadSocket {
  /** In place of the one given, which must not be used any more. */
  readonly socket: Socket;
  /** Bytes given to `onBytes` are valid during the call only. */
  readonly isShared: boolean;
}

/** Begins to read `accepted`, as a server with `pauseOnConnect` gave it; `highWaterMark` and half-open as that server has them. */
export function readShared(accepted: Socket, highWaterMark: number, onBytes: (bytes: Buffer) => void): ReadSocket {
  const handle = takeHandle(accepted);
  if (handle === null) {
    accepted.on("data", onBytes);
    accepted.resume();
    return { socket: accepted, isShared: false };
  }
  const callback = (length: number, buffer: Uint8Array): boolean => {
    onBytes((buffer as Buffer).subarray(0, length) as Buffer);
    return true;
  };
  const options = { handle, allowHalfOpen: true, highWaterMark, onread: { buffer: BUFFER, callback } };
  const socket = new Socket(options as unknown as SocketConstructorOpts);
  // Only now it lets its server know that it is gone: the server counts connections, and nobody here does.
  accepted.destroy();
  socket.read(0);
  return { socket, isShared: true };
}

interface Handle {
  readonly readStart: unknown;
  readonly readStop: unknown;
}

/** The handle of a plain connection of which nothing was read yet; null where there is none to take. */
function takeHandle(accepted: Socket): Handle | null {
  const inner = accepted as Socket & { _handle?: Handle | null };
  const handle = inner._handle;
  const isPlain = accepted.constructor === Socket && accepted.isPaused() && accepted.bytesRead === 0 && !accepted.destroyed;
  if (!isPlain || typeof handle?.readStart !== "function" || typeof handle.readStop !== "function") return null;
  inner._handle = null;
  return handle;
}
