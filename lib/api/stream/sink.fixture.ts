import type { StreamSink } from "./frame-writer.ts";

export interface SentEvent {
  readonly kind: string;
  readonly id: string;
  readonly data: { readonly topic?: string; readonly value?: unknown; readonly changes?: readonly number[] };
}

/** A transport that takes `capacity` bytes and then waits until it is drained by hand. */
export interface FakeSink extends StreamSink {
  readonly writes: Uint8Array[];
  readonly maxBuffered: number;
  readonly ended: boolean;
  /** Whole events so far. */
  events(): SentEvent[];
  /** Hands everything to the kernel. */
  drain(): void;
  /** The reader takes everything at once from now on, or nothing any more. */
  setFast(isFast: boolean): void;
  closeByPeer(): void;
}

const HIGH_WATER_MARK = 64 * 1024;

export function createFakeSink(): FakeSink {
  const writes: Uint8Array[] = [];
  let buffered = 0;
  let flushed = 0;
  let max = 0;
  let fast = true;
  let needDrain = false;
  let ended = false;
  let onDrain = () => {};
  let onClose = () => {};
  return {
    writes,
    write(bytes) {
      writes.push(bytes);
      if (fast) {
        flushed += bytes.length;
        return;
      }
      buffered += bytes.length;
      max = Math.max(max, buffered);
      if (buffered >= HIGH_WATER_MARK) needDrain = true;
    },
    get bufferedBytes() {
      return buffered;
    },
    get flushedBytes() {
      return flushed;
    },
    get full() {
      return needDrain;
    },
    get maxBuffered() {
      return max;
    },
    get ended() {
      return ended;
    },
    onDrain(listener) {
      onDrain = listener;
    },
    onClose(listener) {
      onClose = listener;
    },
    end() {
      ended = true;
    },
    destroy() {
      ended = true;
      onClose();
    },
    events: () => parse(Buffer.concat(writes).toString("utf8")),
    drain() {
      flushed += buffered;
      buffered = 0;
      if (!needDrain) return;
      needDrain = false;
      onDrain();
    },
    setFast(isFast) {
      fast = isFast;
    },
    closeByPeer() {
      onClose();
    },
  };
}

function parse(text: string): SentEvent[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [kind, id, data] = ["event: ", "id: ", "data: "].map((name, line) => (block.split("\n")[line] ?? "").slice(name.length));
      return { kind: kind ?? "", id: id ?? "", data: JSON.parse(data ?? "null") };
    });
}
