/**
 * Writes events to one reader without ever buffering more than `BUFFERED_BYTES_MAX` for it.
 *
 * States: ready (the transport takes more) → full (it said stop) → ready again on its drain. While full, small events are still taken up
 * to the limit; beyond it `offer` says no and the reader must be caught up later. An event that alone is larger than the limit goes out
 * in slices as the transport drains; the bytes themselves are shared with all other readers.
 */
export const BUFFERED_BYTES_MAX = 256 * 1024;
const SLICE_BYTES = 64 * 1024;

/** What a transport has to offer: a socket, or a stand-in. */
export interface StreamSink {
  write(bytes: Uint8Array): void;
  /** Bytes taken but not yet handed to the kernel. */
  readonly bufferedBytes: number;
  /** Bytes handed to the kernel so far. */
  readonly flushedBytes: number;
  /** True from the moment the transport asks to stop until it drains. */
  readonly full: boolean;
  onDrain(listener: () => void): void;
  onClose(listener: () => void): void;
  /** Ends after what is buffered. */
  end(): void;
  /** Ends at once. */
  destroy(): void;
}

export class FrameWriter {
  readonly #sink: StreamSink;
  #rest: Uint8Array | null = null;

  /** `onReady` is called whenever the writer has become ready again. */
  constructor(sink: StreamSink, onReady: () => void) {
    this.#sink = sink;
    sink.onDrain(() => {
      this.#continue();
      if (this.ready) onReady();
    });
  }

  get ready(): boolean {
    return this.#rest === null && !this.#sink.full;
  }

  /** Writes the event, or says that it must not be given out now. While `ready` the answer is always yes. */
  offer(bytes: Uint8Array): boolean {
    if (this.#rest !== null) return false;
    if (this.#sink.bufferedBytes + bytes.length <= BUFFERED_BYTES_MAX) {
      this.#sink.write(bytes);
      return true;
    }
    if (this.#sink.full) return false;
    this.#rest = bytes;
    this.#continue();
    return true;
  }

  #continue(): void {
    while (this.#rest !== null && !this.#sink.full) {
      this.#sink.write(this.#rest.subarray(0, SLICE_BYTES));
      this.#rest = this.#rest.length > SLICE_BYTES ? this.#rest.subarray(SLICE_BYTES) : null;
    }
  }
}
