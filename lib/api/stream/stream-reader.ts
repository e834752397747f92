/**
 * One reader of the stream and how far it has come. It is either in step, and then gets the shared bytes of each new event, or it is
 * catching up: after it connected, and after it was too slow. Catching up goes event by event, as fast as its transport takes them:
 *
 *   what it is owed (per topic: perhaps a reset, then a snapshot) → changes of the log that it lacks → figure frames from the history → in step
 *
 * Invariants: `activity` is never skipped, the next change sent is always the one after `seq`; figures may be skipped, then a snapshot
 * is owed; an id never claims more than the reader has been sent.
 */
import { FIGURE_TOPICS, type FigureTopic } from "./figure-source.ts";
import { encodeEvent, eventOf } from "./frame.ts";
import { FrameWriter, type StreamSink } from "./frame-writer.ts";
import type { StreamFeed } from "./stream-feed.ts";
import { decodePosition, encodePosition } from "./stream-position.ts";

export type StreamTopic = FigureTopic | "activity";

/** Changes that a reader which comes back may lack; one further behind starts anew. */
const MISSED_CHANGES_MAX = 10_000;

interface Owed {
  readonly topic: StreamTopic;
  /** Why what the reader holds of the topic is not continued; sent before the snapshot. */
  reset: string | null;
}

export class StreamReader {
  readonly topics: ReadonlySet<StreamTopic>;
  readonly sink: StreamSink;
  /** Gets shared events while true. */
  inStep = false;
  lastSentMs = 0;
  /** For the detection of a peer that takes nothing any more. */
  flushedBytes = 0;
  flushedAtMs = 0;

  readonly #feed: StreamFeed;
  readonly #writer: FrameWriter;
  #owed: Owed[] = [];
  #seq: number | null = null;
  /** The last history frame that was replayed; per topic a snapshot may be newer. */
  #frame = 0;
  readonly #snapshotFrames = new Map<FigureTopic, number>();

  constructor(feed: StreamFeed, sink: StreamSink, topics: ReadonlySet<StreamTopic>, lastEventId: string | undefined) {
    this.#feed = feed;
    this.sink = sink;
    this.topics = topics;
    this.#writer = new FrameWriter(sink, () => this.catchUp());
    this.#start(lastEventId);
  }

  /** Gives out a shared event; a reader that cannot take it falls out of step. `seqBefore` is the last change before this event. */
  send(bytes: Buffer, seqBefore: number): void {
    if (this.#writer.offer(bytes)) {
      this.lastSentMs = this.#feed.nowMs();
      return;
    }
    this.inStep = false;
    this.#seq = seqBefore;
    this.#owe(null);
  }

  /** Sends what is missing, as far as the transport takes it. */
  catchUp(): void {
    if (this.inStep) return;
    while (this.#writer.ready) {
      const event = this.#next();
      if (event === undefined) {
        this.inStep = true;
        return;
      }
      this.#writer.offer(event.length === 1 && event[0] ? event[0] : Buffer.concat(event));
      this.lastSentMs = this.#feed.nowMs();
    }
  }

  #start(lastEventId: string | undefined): void {
    const position = lastEventId === undefined ? undefined : decodePosition(lastEventId);
    const feed = this.#feed;
    const seq = position?.seq ?? null;
    const keepsSeq = seq !== null && seq <= feed.seq && feed.seq - seq <= MISSED_CHANGES_MAX;
    if (keepsSeq) this.#seq = seq;
    else if (this.topics.has("activity")) {
      const reset = lastEventId === undefined ? null : "Too much has happened since, or this is another log.";
      this.#owed.push({ topic: "activity", reset });
    }
    if (position !== undefined && position.era === feed.era && position.frame > 0 && feed.history.reaches(position.frame, feed.frame)) {
      this.#frame = position.frame;
    } else this.#owe(lastEventId === undefined ? null : "The engine started anew, or the interruption was too long.");
  }

  #owe(reset: string | null): void {
    this.#owed = this.#owed.filter((owed) => owed.topic === "activity");
    this.#snapshotFrames.clear();
    for (const topic of FIGURE_TOPICS) if (this.topics.has(topic)) this.#owed.push({ topic, reset });
    this.#frame = this.#feed.frame;
  }

  #next(): readonly Buffer[] | undefined {
    const owed = this.#owed[0];
    if (owed !== undefined) return owed.reset === null ? this.#nextSnapshot(owed.topic) : this.#nextReset(owed);
    return this.#nextChanges() ?? this.#nextFrame();
  }

  #nextReset(owed: Owed): readonly Buffer[] {
    const data = JSON.stringify({ topic: owed.topic, at: new Date(this.#feed.wallMs()).toISOString(), detail: owed.reset });
    owed.reset = null;
    return [encodeEvent("reset", this.#id(), data)];
  }

  #nextSnapshot(topic: StreamTopic): readonly Buffer[] {
    this.#owed.shift();
    if (topic === "activity") {
      this.#seq = this.#feed.seq;
      return [encodeEvent("snapshot", this.#id(), this.#feed.recentChanges())];
    }
    this.#snapshotFrames.set(topic, this.#feed.frame);
    return eventOf("snapshot", this.#id(), this.#feed.snapshot(topic));
  }

  #nextChanges(): readonly Buffer[] | undefined {
    if (!this.topics.has("activity") || this.#seq === null || this.#seq >= this.#feed.seq) return undefined;
    const changes = this.#feed.changesAfter(this.#seq);
    this.#seq = changes.seq;
    return [encodeEvent("delta", this.#id(), changes.data)];
  }

  #nextFrame(): readonly Buffer[] | undefined {
    while (this.#frame < this.#feed.frame) {
      const frame = this.#feed.history.at(this.#frame + 1);
      if (frame === undefined) {
        this.#owe(null);
        return this.#next();
      }
      this.#frame++;
      const seen = frame.number <= (this.#snapshotFrames.get(frame.topic) ?? 0);
      if (this.topics.has(frame.topic) && !seen) return eventOf("delta", this.#id(), frame.data);
    }
    return undefined;
  }

  #id(): string {
    const complete = this.#owed.every((owed) => owed.topic === "activity");
    return encodePosition({ era: this.#feed.era, frame: complete ? this.#frame : 0, seq: this.#seq });
  }
}
