import type { Socket } from "node:net";
import type { Deadlined, DeadlineSweep } from "./deadline-sweep.ts";

/**
 * A caller that sends no more, and either waits for its answers (`printf … | nc`) or is gone: the same bytes say both. It is taken as gone, so that
 * nobody works for it any longer, once nothing was sent to it for `graceMs`; what is sent to one that is gone comes back as a reset before that.
 */
export class HalfClosed implements Deadlined {
  deadlineMs: number;
  readonly #socket: Socket;
  readonly #sweep: DeadlineSweep;
  readonly #graceMs: number;
  readonly #onGone: () => void;
  #sent: number;

  constructor(socket: Socket, sweep: DeadlineSweep, graceMs: number, onGone: () => void) {
    this.#socket = socket;
    this.#sweep = sweep;
    this.#graceMs = graceMs;
    this.#onGone = onGone;
    this.#sent = socket.bytesWritten;
    this.deadlineMs = sweep.nowMs + graceMs;
    sweep.add(this);
  }

  onDeadline(): void {
    if (this.#socket.bytesWritten === this.#sent) {
      this.deadlineMs = Number.POSITIVE_INFINITY;
      this.#onGone();
      return;
    }
    this.#sent = this.#socket.bytesWritten;
    this.deadlineMs = this.#sweep.nowMs + this.#graceMs;
  }

  end(): void {
    this.#sweep.remove(this);
  }
}
