import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** TLS sockets and the TCP sockets that carry them, where both are known: only the latter can be reset. */
const carriers = new WeakMap<Socket, Socket>();

/** Remembers what carries a TLS socket. */
export function noteCarrier(socket: TLSSocket, carrier: Socket): void {
  carriers.set(socket, carrier);
}

/**
 * Cuts a connection so that the peer cannot take its end for a regular one: by a TCP reset. A TLS connection whose carrier is not known is
 * closed without its last alert, which is right only where the end of the bytes means nothing.
 */
export function resetSocket(socket: Socket): void {
  const carrier = carriers.get(socket);
  if (carrier !== undefined) carrier.resetAndDestroy();
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
