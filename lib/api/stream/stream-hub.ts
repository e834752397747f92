/**
 * The live stream: looks at the mesh when the engine says that something moved, encodes what changed once, and gives the same bytes to
 * every reader.
 *
 * - Figures (`topology`, `splits`, `health`) go out at most twice a second. A change, an acceptance, a health event goes out after
 *   `URGENT_MS`, in which several are gathered.
 * - `activity` is the log: every change once, in order.
 * - A reader to whom nothing was sent for a second gets a heartbeat.
 * - A reader that takes nothing for `STALLED_MS` is cut off; it can resume.
 * - Without readers nothing is looked at. `IDLE_MS` after the last one left the history is forgotten and a new era begins.
 *
 * Limits: readers (its caller asks before), bytes per reader (`frame-writer.ts`), history (`frame-history.ts`).
 */
import type { CancelTimer, Clock } from "../../std/index.ts";
import { FIGURE_TOPICS, type FigureSource, type FigureTopic } from "./figure-source.ts";
import { createFrame, encodeData, encodeEvent } from "./frame.ts";
import { FrameHistory } from "./frame-history.ts";
import type { StreamSink } from "./frame-writer.ts";
import type { StreamFeed } from "./stream-feed.ts";
import { encodePosition } from "./stream-position.ts";
import { StreamReader, type StreamTopic } from "./stream-reader.ts";

const FIGURES_EVERY_MS = 500;
const URGENT_MS = 20;
const HEARTBEAT_MS = 1000;
const WATCH_EVERY_MS = 250;
/** Figures fade without anybody saying so: when traffic ends, the window moves on. */
const LOOK_EVERY_MS = 1000;
const STALLED_MS = 15_000;
const IDLE_MS = 60_000;

/** The log as the stream needs it; changes as JSON. */
export interface ActivityLog {
  lastSeq(): number;
  /** JSON of the data with the next changes after `seq`, up to `throughSeq`; and the sequence of the last one. */
  after(seq: number, throughSeq: number): { readonly data: string; readonly seq: number };
  /** JSON of the data with the newest changes up to `throughSeq`. */
  recent(throughSeq: number): string;
}

export interface StreamHubOptions {
  readonly sources: Readonly<Record<FigureTopic, FigureSource>>;
  readonly log: ActivityLog;
  readonly clock: Clock;
  /** Unique to this start of the engine: lower-case letters and digits, at most 16. */
  readonly bootId: string;
}

export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #readers = new Set<StreamReader>();
  readonly #history = new FrameHistory();
  readonly #snapshots = new Map<FigureTopic, Buffer>();
  readonly #dirty = new Set<StreamTopic>();
  readonly #feed: StreamFeed;
  #frame = 1;
  #seq = 0;
  #eras = 0;
  #awake = false;
  #figuresAtMs = Number.NEGATIVE_INFINITY;
  #flushAtMs = Number.POSITIVE_INFINITY;
  #cancelFlush: CancelTimer = () => {};
  #cancelWatch: CancelTimer = () => {};
  #cancelIdle: CancelTimer = () => {};

  constructor(options: StreamHubOptions) {
    this.#options = options;
    this.#feed = this.#createFeed();
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Adds a reader: continues after `lastEventId` where that is possible, else starts with snapshots. */
  open(sink: StreamSink, topics: ReadonlySet<StreamTopic>, lastEventId?: string): void {
    this.#wake();
    const reader = new StreamReader(this.#feed, sink, topics, lastEventId);
    reader.lastSentMs = this.#options.clock.monotonicMs();
    reader.flushedAtMs = reader.lastSentMs;
    this.#readers.add(reader);
    sink.onClose(() => this.#remove(reader));
    reader.catchUp();
  }

  /** Says that topics may have changed; `urgent` does not wait for the next half second. */
  touch(topics: readonly StreamTopic[], urgent: boolean): void {
    if (!this.#awake) return;
    for (const topic of topics) this.#dirty.add(topic);
    const nowMs = this.#options.clock.monotonicMs();
    const atMs = urgent ? nowMs + URGENT_MS : Math.max(nowMs, this.#figuresAtMs + FIGURES_EVERY_MS);
    if (atMs >= this.#flushAtMs) return;
    this.#flushAtMs = atMs;
    this.#cancelFlush();
    this.#cancelFlush = this.#options.clock.after(atMs - nowMs, () => this.#flush());
  }

  /** Ends every stream; readers come back to whoever is there then. */
  close(): void {
    this.#sleep();
    for (const reader of this.#readers) reader.sink.end();
    this.#readers.clear();
  }

  #createFeed(): StreamFeed {
    const { log, clock } = this.#options;
    const hub = this;
    return {
      get era() {
        return `${hub.#options.bootId}${hub.#eras}`;
      },
      get frame() {
        return hub.#frame;
      },
      get seq() {
        return hub.#seq;
      },
      history: this.#history,
      snapshot: (topic) => this.#snapshot(topic),
      recentChanges: () => log.recent(this.#seq),
      changesAfter: (seq) => log.after(seq, this.#seq),
      nowMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs(),
    };
  }

  #snapshot(topic: FigureTopic): Buffer {
    const known = this.#snapshots.get(topic);
    if (known !== undefined) return known;
    const data = encodeData(this.#options.sources[topic].snapshot());
    this.#snapshots.set(topic, data);
    return data;
  }

  #wake(): void {
    this.#cancelIdle();
    if (this.#awake) return;
    this.#awake = true;
    this.#eras++;
    this.#frame = 1;
    this.#history.clear();
    this.#snapshots.clear();
    for (const topic of FIGURE_TOPICS) this.#options.sources[topic].refresh();
    this.#seq = this.#options.log.lastSeq();
    this.#figuresAtMs = this.#options.clock.monotonicMs();
    const cancelWatch = this.#options.clock.every(WATCH_EVERY_MS, () => this.#watchReaders());
    const cancelLook = this.#options.clock.every(LOOK_EVERY_MS, () => this.touch(FIGURE_TOPICS, false));
    this.#cancelWatch = () => {
      cancelWatch();
      cancelLook();
    };
  }

  #sleep(): void {
    this.#awake = false;
    this.#dirty.clear();
    this.#flushAtMs = Number.POSITIVE_INFINITY;
    this.#cancelFlush();
    this.#cancelWatch();
    this.#cancelIdle();
  }

  #remove(reader: StreamReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || !this.#awake) return;
    this.#cancelIdle();
    this.#cancelIdle = this.#options.clock.after(IDLE_MS, () => this.#sleep());
  }

  #flush(): void {
    this.#flushAtMs = Number.POSITIVE_INFINITY;
    this.#figuresAtMs = this.#options.clock.monotonicMs();
    const dirty = new Set(this.#dirty);
    this.#dirty.clear();
    if (dirty.has("activity")) this.#sendChanges();
    for (const topic of FIGURE_TOPICS) if (dirty.has(topic)) this.#sendFigures(topic);
  }

  #sendChanges(): void {
    const throughSeq = this.#options.log.lastSeq();
    while (this.#seq < throughSeq) {
      const before = this.#seq;
      const { data, seq } = this.#options.log.after(before, throughSeq);
      this.#seq = seq;
      const bytes = encodeEvent("delta", this.#id(), data);
      this.#send("activity", bytes, before);
    }
  }

  #sendFigures(topic: FigureTopic): void {
    const data = this.#options.sources[topic].refresh();
    this.#snapshots.delete(topic);
    if (data === null) return;
    this.#frame++;
    const frame = createFrame(this.#frame, topic, this.#id(), data);
    this.#history.push(frame);
    this.#send(topic, frame.bytes, this.#seq);
  }

  #send(topic: StreamTopic, bytes: Buffer, seqBefore: number): void {
    for (const reader of this.#readers) {
      if (reader.inStep && reader.topics.has(topic)) reader.send(bytes, seqBefore);
    }
  }

  #watchReaders(): void {
    const nowMs = this.#options.clock.monotonicMs();
    let heartbeat: Buffer | undefined;
    for (const reader of this.#readers) {
      const flushedBytes = reader.sink.flushedBytes;
      if (reader.inStep || flushedBytes !== reader.flushedBytes) {
        reader.flushedBytes = flushedBytes;
        reader.flushedAtMs = nowMs;
      } else if (nowMs - reader.flushedAtMs >= STALLED_MS) {
        reader.sink.destroy();
        continue;
      }
      if (!reader.inStep || nowMs - reader.lastSentMs < HEARTBEAT_MS) continue;
      const at = new Date(this.#options.clock.wallMs()).toISOString();
      heartbeat ??= encodeEvent("heartbeat", this.#id(), JSON.stringify({ at }));
      reader.send(heartbeat, this.#seq);
    }
  }

  #id(): string {
    return encodePosition({ era: this.#feed.era, frame: this.#frame, seq: this.#seq });
  }
}
