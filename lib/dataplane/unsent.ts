import type { Socket } from "node:net";
import { resetSocket } from "./reset-socket.ts";

/**
 * What was written to a socket and has not left it. Where the peer takes nothing of it any more the connection is cut by a reset: a
 * plain close would send an end after half of it, and a peer that takes the end of the connection as the end of the message would
 * not notice.
 */
export class Unsent {
  readonly #socket: Socket;
  #bytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isNothing(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Remembers how much waits, for `isMoving`. */
  note(): void {
    this.#bytes = this.#socket.writableLength;
  }

  /** Whether some of it left since `note`, or since the last call, and some still waits. */
  isMoving(): boolean {
    const before = this.#bytes;
    this.note();
    return this.#bytes > 0 && this.#bytes < before;
  }

  /** Ends the connection now: by a reset where something of it would be lost. */
  abandon(): void {
    if (this.isNothing) this.#socket.destroy();
    else resetSocket(this.#socket);
  }
}
